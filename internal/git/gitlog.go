// Package gitlog says when files became part of the branch that is checked out, from one `git log` for all of them. Where
// there is no repository, no git or no history, it says so instead of guessing.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// History is what git knows about the files below one folder.
type History struct {
	folder   string
	first    map[string]time.Time // path relative to the folder, as it is named now
	versions map[string][]version // of a file that is there now, newest first
	hidden   map[string]bool      // files that were there when a shallow clone's history begins
	why      string               // why nothing is known at all; ""
}

// version is a content that a file had on the branch.
type version struct {
	at   time.Time
	blob string
}

// FirstSeen gives the time, by the committer's clock, of the commit of HEAD's first-parent line that brought the file to the
// branch, renames followed. A file deleted and created again counts from the later time. ok is false where that is not known.
func (h *History) FirstSeen(path string) (t time.Time, ok bool) {
	t, ok = h.first[path]
	return t, ok
}

// New reports whether the file is not committed, as far as is known: a file beyond the end of a shallow history is not new.
func (h *History) New(path string) bool {
	_, seen := h.first[path]
	return !seen && !h.hidden[path]
}

// Why says in words why FirstSeen knows nothing about a file.
func (h *History) Why(path string) string {
	switch {
	case h.why != "":
		return h.why
	case h.hidden[path]:
		return "this clone is shallow: the commit that brought the file is missing (fetch the whole history: git fetch --unshallow, or fetch-depth: 0 in actions/checkout)"
	}
	return "the file is not committed yet"
}

// Read reads the history of the files below content/ in the folder, which may lie anywhere in its repository. With a keeper, which may be nil,
// only commits are read that are not kept yet.
func Read(ctx context.Context, folder string, keeper Keeper) (*History, error) {
	h := &History{folder: folder, first: map[string]time.Time{}, versions: map[string][]version{}, hidden: map[string]bool{}}
	if _, err := exec.LookPath("git"); err != nil {
		h.why = "git is not installed"
		return h, nil
	}
	if _, err := git(ctx, folder, "rev-parse", "--is-inside-work-tree"); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		h.why = "this is no git repository"
		if !strings.Contains(err.Error(), "not a git repository") { // such as one that somebody else owns
			h.why, _, _ = strings.Cut(err.Error(), "\n")
		}
		return h, nil
	}
	line, err := findLine(ctx, folder)
	if err != nil {
		return nil, err
	}
	if line.commit == "" {
		return h, nil // a repository without commits
	}
	log, err := line.log(ctx, keeper)
	if err != nil {
		return nil, err
	}
	// A shallow clone's oldest commits seem to add every file; they have no parents here but are listed as grafted.
	return h, h.parse(log, line.shallow)
}

// git runs git, with no influence of the user's configuration on what it prints.
func git(ctx context.Context, folder string, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, "git", append([]string{"-C", folder, "--no-optional-locks", "--no-pager"}, args...)...)
	c.Env = append(c.Environ(), "LC_ALL=C", "GIT_PAGER=cat")
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) && stderr.Len() > 0 {
			return nil, fmt.Errorf("git says: %s", strings.TrimSpace(stderr.String()))
		}
		return nil, fmt.Errorf("running git: %w", err)
	}
	return out, nil
}

// parse reads the log, newest commit first. names maps what a file was called then to what it is called now.
func (h *History) parse(log []byte, shallow bool) error {
	now := map[string]string{}
	settled := map[string]bool{} // files, by present name, whose first commit is found
	for commit := range bytes.SplitSeq(log, []byte{1}) {
		if len(bytes.TrimLeft(commit, "\x00\n")) == 0 {
			continue
		}
		head, rest, _ := bytes.Cut(commit, []byte{'\n'})
		if i := bytes.IndexByte(head, 0); i >= 0 { // a commit that changed nothing here
			head, rest = head[:i], nil
		}
		seconds, parents, _ := strings.Cut(string(head), " ")
		unix, err := strconv.ParseInt(seconds, 10, 64)
		if err != nil {
			return fmt.Errorf("git log printed %q where a time belongs", seconds)
		}
		at := time.Unix(unix, 0).UTC()
		boundary := shallow && strings.TrimSpace(parents) == ""
		fields := strings.Split(strings.Trim(string(rest), "\x00"), "\x00")
		type move struct{ from, to string }
		var moves []move
		for i := 0; i+1 < len(fields); i += 2 {
			status := fields[i][strings.LastIndexByte(fields[i], ' ')+1:]
			path := fields[i+1]
			blob := ""
			if words := strings.Fields(fields[i]); len(words) == 5 {
				blob = words[3]
			}
			if strings.HasPrefix(status, "R") || strings.HasPrefix(status, "C") {
				if i+2 >= len(fields) {
					break
				}
				moves = append(moves, move{path, fields[i+2]})
				to := fields[i+2]
				if renamed, ok := now[to]; ok {
					to = renamed
				}
				if !settled[to] {
					h.versions[to] = append(h.versions[to], version{at, blob})
				}
				i++
				continue
			}
			present := path
			if renamed, ok := now[path]; ok {
				present = renamed
			}
			if !settled[present] && status != "D" {
				h.versions[present] = append(h.versions[present], version{at, blob})
			}
			switch {
			case settled[present]:
			case status == "A" && boundary:
				h.hidden[present] = true
				settled[present] = true
			case status == "A":
				h.first[present] = at
				settled[present] = true
			case status == "D":
				settled[present] = true // an older life of that name
			}
		}
		for _, m := range moves {
			present := m.to
			if renamed, ok := now[m.to]; ok {
				present = renamed
			}
			delete(now, m.to)
			if _, taken := now[m.from]; !taken {
				now[m.from] = present
			}
		}
	}
	return nil
}
