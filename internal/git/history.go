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

// History is what git knows about the files below content/ of one folder.
type History struct {
	folder   string
	first    map[string]time.Time // keyed by current path, relative to the folder
	versions map[string][]version // of the files that exist now, newest first
	hidden   map[string]bool      // files that already exist where a shallow clone's history begins
	why      string               // why nothing is known; "" if something is
}

// version is one content that a file had on the branch.
type version struct {
	at   time.Time
	blob string
}

// FirstSeen returns the committer's time of the commit that added the file to the first-parent line
// of HEAD. Renames are followed. A file that was deleted and created again counts from when it was
// created again. ok is false if the time is unknown.
func (h *History) FirstSeen(path string) (t time.Time, ok bool) {
	t, ok = h.first[path]
	return t, ok
}

// New reports whether the file is known not to be committed. A file that may be older than a
// shallow history is not new.
func (h *History) New(path string) bool {
	_, seen := h.first[path]
	return !seen && !h.hidden[path]
}

// Why explains why FirstSeen has no time for a file.
func (h *History) Why(path string) string {
	switch {
	case h.why != "":
		return h.why
	case h.hidden[path]:
		return "this clone is shallow: the commit that brought the file is missing (fetch the whole history: git fetch --unshallow, or fetch-depth: 0 in actions/checkout)"
	}
	return "the file is not committed yet"
}

// Read reads the history of the files below content/ in a folder, which may be anywhere in its
// repository. If the keeper is not nil, only commits that it doesn't hold are read from git.
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
		h.why = "this is not a git repository"
		// It may be a repository that another user owns.
		if !strings.Contains(err.Error(), "not a git repository") {
			h.why, _, _ = strings.Cut(err.Error(), "\n")
		}
		return h, nil
	}
	line, err := findLine(ctx, folder)
	if err != nil {
		return nil, err
	}
	if line.commit == "" {
		return h, nil // there are no commits yet
	}
	log, err := line.log(ctx, keeper)
	if err != nil {
		return nil, err
	}
	// The oldest commits of a shallow clone appear to add every file. They have no parents in the
	// clone.
	return h, h.parse(log, line.shallow)
}

// git runs a git command and returns its output, unaffected by the user's language and pager.
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

// parse reads the log, newest commit first.
func (h *History) parse(log []byte, shallow bool) error {
	// From a file's name at the commit being read to its current name.
	now := map[string]string{}
	settled := map[string]bool{} // files, by current name, whose first commit is found
	for commit := range bytes.SplitSeq(log, []byte{1}) {
		if len(bytes.TrimLeft(commit, "\x00\n")) == 0 {
			continue
		}
		head, rest, _ := bytes.Cut(commit, []byte{'\n'})
		if i := bytes.IndexByte(head, 0); i >= 0 { // the commit changed nothing here
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
				settled[present] = true // an earlier file of that name
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
