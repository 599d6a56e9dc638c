package git

import (
	"context"
	"os/exec"
	"strings"
	"time"
)

// History is what git knows about the files below content/ of one folder.
type History struct {
	State, Index string // see the function State

	folder string
	prefix string           // of the folder in its repository, such as "status/"
	files  map[string]*file // that HEAD has, by path in the repository
	why    string           // why nothing is known; "" if something is
}

// FirstSeen returns the committer's time of the commit that added the file to the first-parent line
// of HEAD. Renames are followed. A file that was deleted and created again with other content
// counts from when it was created again. ok is false if the time is unknown.
func (h *History) FirstSeen(path string) (t time.Time, ok bool) {
	if f := h.file(path); f != nil && !f.hidden {
		return f.versions[0].at, true
	}
	return time.Time{}, false
}

// New reports whether the file is known not to be committed. A file that may be older than a
// shallow history is not new.
func (h *History) New(path string) bool { return h.file(path) == nil }

func (h *History) file(path string) *file { return h.files[h.prefix+path] }

// Why explains why FirstSeen has no time for a file.
func (h *History) Why(path string) string {
	switch {
	case h.why != "":
		return h.why
	case !h.New(path):
		return "this clone is shallow: the commit that added the file is missing (fetch the whole history: git fetch --unshallow, or fetch-depth: 0 in actions/checkout)"
	}
	return "the file is not committed yet"
}

// Read reads the history of the files below content/ in a folder, which may be anywhere in its
// repository. If the keeper is not nil, only commits that it doesn't hold are read from git.
//
// identity names the update that a content of a file is, so that a file that was renamed and
// changed in one commit is followed if it still is the same update. "" is none.
func Read(ctx context.Context, folder string, keeper Keeper, identity func(path string, content []byte) string) (*History, error) {
	h := &History{State: none, folder: folder}
	if _, err := exec.LookPath("git"); err != nil {
		h.why = "git is not installed"
		return h, nil
	}
	line, err := findLine(ctx, folder)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		h.why = "this is not a git repository"
		// It may be a repository that another user owns.
		if !strings.Contains(err.Error(), "not a git repository") {
			h.State = ""
			h.why, _, _ = strings.Cut(err.Error(), "\n")
		}
		return h, nil
	}
	if h.State, h.Index = line.state(); line.commit == "" {
		return h, nil // there are no commits yet
	}
	log, err := line.log(ctx, keeper)
	if err != nil {
		return nil, err
	}
	commits, err := parse(log)
	if err != nil {
		return nil, err
	}
	identities, err := h.identities(ctx, commits, identity)
	if err != nil {
		return nil, err
	}
	h.prefix, h.files = line.prefix, replay(commits, line.shallow, identities)
	return h, nil
}
