// Package target makes the targets that publish locations, such as git:origin#gh-pages, name.
package target

import (
	"fmt"
	"strings"
)

// Location is a parsed publish target.
type Location struct {
	Text                      string
	Kind                      string // github, git or dir
	Owner, Repository, Branch string // of github; Branch of git too
	Remote                    string // of git
	Dir                       string // of dir
}

// Forms describes the notation of a location.
const Forms = "github:OWNER/REPO#BRANCH, git:REMOTE#BRANCH or dir:PATH"

// Parse parses one of Forms.
func Parse(text string) (Location, error) {
	kind, rest, _ := strings.Cut(text, ":")
	l := Location{Text: text, Kind: kind}
	fail := func(why string) (Location, error) { return l, fmt.Errorf("%q is not a target: %s", text, why) }
	switch kind {
	case "dir":
		if l.Dir = rest; rest == "" {
			return fail("it has no folder")
		}
		return l, nil
	case "github":
		name, branch, _ := strings.Cut(rest, "#")
		l.Owner, l.Repository, _ = strings.Cut(name, "/")
		if l.Branch = branch; l.Owner == "" || l.Repository == "" || strings.ContainsAny(name, " ?%\\") || strings.Contains(l.Repository, "/") {
			return fail("it has no repository")
		}
	case "git":
		if at := strings.LastIndexByte(rest, '#'); at > 0 {
			l.Remote, l.Branch = rest[:at], rest[at+1:]
		}
	default:
		return fail("it does not begin with github:, git: or dir:")
	}
	if badBranch(l.Branch) {
		return fail("it has no branch")
	}
	return l, nil
}

// badBranch reports whether name is not a valid branch name (git-check-ref-format(1)).
func badBranch(name string) bool {
	return name == "" || strings.ContainsAny(name, " ~^:?*[\\\x7f") || strings.Contains(name, "..") || strings.Contains(name, "@{") || strings.Contains(name, "//") ||
		strings.HasPrefix(name, "/") || strings.HasPrefix(name, "-") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "/") || strings.HasSuffix(name, ".") ||
		strings.HasSuffix(name, ".lock") || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' })
}
