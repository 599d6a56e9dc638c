package git

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// file is the history of a file that exists at the commit up to which it was replayed.
type file struct {
	versions []version // oldest first
	hidden   bool      // it already exists where a shallow clone's history begins
}

// version is what a file held on the branch from a commit on.
type version struct {
	at   time.Time
	blob string // "" while the file was deleted
}

// commit is a commit of the log.
type commit struct {
	at      time.Time
	changes []change
}

// change is the change of a file by a commit. A blob is "" where there is no file.
type change struct{ path, from, to string }

// parse reads the log, and returns the commits from the oldest to the newest, with their changes to
// files below content/. Time never runs backwards along the line: a commit counts as made no
// earlier than the one before it.
func parse(log string) ([]commit, error) {
	var commits []commit
	for text := range strings.SplitSeq(log, "\x01") {
		end := strings.IndexAny(text, "\n\x00")
		if end < 0 {
			end = len(text)
		}
		if end == 0 {
			continue
		}
		unix, err := strconv.ParseInt(text[:end], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("git log printed %q where a time belongs", text[:end])
		}
		c := commit{at: time.Unix(unix, 0).UTC()}
		for rest := strings.Trim(text[end:], "\n\x00"); rest != ""; {
			var raw, path string
			raw, rest, _ = strings.Cut(rest, "\x00")
			path, rest, _ = strings.Cut(rest, "\x00")
			var words [5]string // :100644 100644 FROM TO M
			left := raw
			for n := range words {
				words[n], left, _ = strings.Cut(left, " ")
			}
			if words[4] == "" || left != "" {
				return nil, fmt.Errorf("git log printed %q where a change belongs", raw)
			}
			if strings.HasPrefix(path, "content/") || strings.Contains(path, "/content/") {
				c.changes = append(c.changes, change{path, blob(words[2]), blob(words[3])})
			}
		}
		commits = append(commits, c)
	}
	slices.Reverse(commits)
	for n := 1; n < len(commits); n++ {
		if commits[n].at.Before(commits[n-1].at) {
			commits[n].at = commits[n-1].at
		}
	}
	return commits, nil
}

// blob returns the hash that git prints, or "" for zeros.
func blob(hash string) string {
	if strings.Trim(hash, "0") == "" {
		return ""
	}
	return hash
}

// replay returns the histories of the files that exist after the last commit, by path. In a shallow
// clone, the first commit appears to add every file.
func replay(commits []commit, shallow bool, identities map[content]string) map[string]*file {
	files, deleted := map[string]*file{}, map[string]*file{}
	for n, c := range commits {
		sources := c.renames(identities)
		former := map[string]*file{} // of renamed files, by the new path
		for to, from := range sources {
			former[to] = files[from]
		}
		for _, from := range sources {
			delete(files, from)
		}
		for _, change := range c.changes {
			f := files[change.path]
			switch renamed := former[change.path]; {
			case renamed != nil:
				f = renamed
			case change.to == "":
				if f != nil { // otherwise it was renamed
					f.versions = append(f.versions, version{at: c.at})
					deleted[change.path] = f
					delete(files, change.path)
				}
				continue
			case f == nil:
				f = deleted[change.path]
				if f == nil || f.versions[len(f.versions)-2].blob != change.to {
					f = &file{hidden: shallow && n == 0}
				}
			}
			if last := len(f.versions) - 1; last < 0 || f.versions[last].blob != change.to {
				f.versions = append(f.versions, version{c.at, change.to})
			}
			files[change.path] = f
		}
	}
	return files
}
