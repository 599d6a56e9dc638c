package git

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"

	"settler.io/crier/internal/sitefs/regularfile"
)

// Keeper stores what git printed for later runs, under a key that names everything it depends on.
type Keeper interface {
	Read(name, key string) (content string, ok bool)
	Write(name, key string, content []byte) error
}

// line is the first-parent line of HEAD, with everything that the log of it depends on.
type line struct {
	folder  string
	commit  string
	shallow bool
	prefix  string // of the folder in its repository, such as "status/"
	key     string // a hash of all that changes how git reports the same commits
	index   string // path of git's index file
}

// logOptions are the options of git log. It lists every commit, because its time counts, and the
// changes of all content of the repository, because a site may move from one folder to another.
var logOptions = [...]string{"-c", "core.quotePath=false", "-c", "log.showRoot=true", "-c", "log.follow=false", "log", "--first-parent", "--diff-merges=first-parent", "--sparse",
	"--no-renames", "--raw", "-z", "--no-color", "--no-show-signature", "--no-abbrev", "--no-relative", "--format=format:%x01%ct"}

// logged is what the log is about: git matches one star at the start quickly, and "**" slowly.
// parse drops files that are not below content/.
const logged = ":(top)*.md"

// findLine asks git for the state of the folder's history. commit is "" if there is none yet.
func findLine(ctx context.Context, folder string) (line, error) {
	l := line{folder: folder}
	out, err := Run(ctx, folder, "rev-parse", "--is-shallow-repository", "--show-prefix", "--git-path", "index", "--git-path", "shallow", "--git-path", "info/grafts",
		"--glob=refs/replace/*", "--verify", "--quiet", "HEAD")
	if exited(err, 1) {
		return l, nil
	}
	if err != nil {
		return l, err
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) < 6 {
		return l, fmt.Errorf("git rev-parse printed %q", out)
	}
	l.shallow, l.prefix, l.commit = lines[0] == "true", lines[1], lines[len(lines)-1]
	// Replaced commits, or a path with a line break, make it longer: the log is not kept then.
	if len(lines) > 6 {
		return l, nil
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00", logOptions, logged)
	// These files shorten or replace the history.
	for _, name := range lines[3:5] {
		if !filepath.IsAbs(name) {
			name = filepath.Join(folder, filepath.FromSlash(name))
		}
		content, err := regularfile.ReadPath(name, regularfile.Own)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return l, nil
		}
		fmt.Fprintf(h, "%d\x00%s\x00", len(content), content)
	}
	l.key = "git log " + hex.EncodeToString(h.Sum(nil))
	l.index = lines[2]
	if !filepath.IsAbs(l.index) {
		l.index = filepath.Join(folder, filepath.FromSlash(l.index))
	}
	return l, nil
}

// none is the state of a folder without a history.
const none = "none"

// State returns a text that identifies the history of a folder: while it is the same, Read returns
// the same. It is "" if it can't be determined. index is the path of git's index file, which
// changes when files are added to git or removed from it; "" if there is no history.
func State(ctx context.Context, folder string) (state, index string) {
	l, err := findLine(ctx, folder)
	if err != nil && strings.Contains(err.Error(), "not a git repository") || errors.Is(err, exec.ErrNotFound) {
		return none, ""
	}
	if err != nil {
		return "", ""
	}
	return l.state()
}

func (l line) state() (state, index string) {
	switch {
	case l.commit == "":
		return none, ""
	case l.key == "":
		return "", ""
	}
	return l.key + " " + l.commit, l.index
}

// logName is the name under which the log is stored.
const logName = "git"

// log returns the log of the line, newest commit first. It reads only the commits that are newer
// than the stored log if that is of the same line.
func (l line) log(ctx context.Context, keeper Keeper) (string, error) {
	if keeper == nil || l.key == "" {
		return l.read(ctx, l.commit)
	}
	kept, _ := keeper.Read(logName, l.key)
	last, log, _ := strings.Cut(kept, "\n")
	if last == l.commit {
		return log, nil
	}
	all := ""
	if last != "" && l.leadsTo(ctx, last) {
		newer, err := l.read(ctx, last+".."+l.commit)
		if err != nil {
			return "", err
		}
		all = newer + log
	} else {
		var err error
		if all, err = l.read(ctx, l.commit); err != nil {
			return "", err
		}
	}
	// The log is stored only for speed, so an error doesn't matter.
	keeper.Write(logName, l.key, []byte(l.commit+"\n"+all))
	return all, nil
}

// read returns the log of a range of commits.
func (l line) read(ctx context.Context, commits string) (string, error) {
	log, err := Run(ctx, l.folder, append(logOptions[:len(logOptions):len(logOptions)], commits, "--", logged)...)
	return string(log), err
}

// leadsTo reports whether an earlier commit is on the line, which is so if the commits since then
// form a chain that starts at it.
func (l line) leadsTo(ctx context.Context, commit string) bool {
	out, err := Run(ctx, l.folder, "rev-list", "--first-parent", "--parents", commit+".."+l.commit)
	if err != nil { // the commit no longer exists
		return false
	}
	since := strings.Split(strings.TrimSpace(string(out)), "\n")
	oldest := strings.Fields(since[len(since)-1])
	return len(oldest) > 1 && oldest[1] == commit
}
