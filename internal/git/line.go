package git

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"settler.io/crier/internal/sitefs/regularfile"
)

// Keeper keeps what git said for other runs, under a key that names all that it follows from.
type Keeper interface {
	Read(name, key string) (content string, ok bool)
	Write(name, key string, content []byte) error
}

// line is the first-parent line of HEAD: what a log of it follows from.
type line struct {
	folder  string
	commit  string
	shallow bool
	key     string // of all that makes git say something else of the same commits
	index   string // the file in which git notes what is checked out
}

// logOptions are those of the one log.
var logOptions = [...]string{"-c", "core.quotePath=false", "-c", "diff.renameLimit=10000", "-c", "log.showRoot=true", "log", "--first-parent", "--diff-merges=first-parent",
	"--find-renames", "--raw", "-z", "--no-color", "--no-show-signature", "--no-abbrev", "--relative", "--format=format:%x01%ct %P"}

// findLine asks git where the folder's history stands. commit is "" where there is none yet.
func findLine(ctx context.Context, folder string) (line, error) {
	l := line{folder: folder}
	out, err := git(ctx, folder, "rev-parse", "--is-shallow-repository", "--show-prefix", "--git-path", "index", "--git-path", "shallow", "--git-path", "info/grafts")
	if err != nil {
		return l, err
	}
	said := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(said) < 5 { // a path with a line break in it is longer, and then nothing is kept
		return l, fmt.Errorf("git rev-parse printed %q", out)
	}
	l.shallow = said[0] == "true"
	if out, err = git(ctx, folder, "rev-parse", "--verify", "--quiet", "HEAD"); err != nil {
		return l, nil
	}
	l.commit = strings.TrimSpace(string(out))
	if len(said) > 5 {
		return l, nil
	}
	h := sha256.New()
	version, err := git(ctx, folder, "version")
	if err != nil {
		return l, err
	}
	replaced, err := git(ctx, folder, "for-each-ref", "--format=%(refname) %(objectname)", "refs/replace/")
	if err != nil {
		return l, err
	}
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%s\x00", logOptions, version, said[1], replaced)
	for _, name := range said[3:] { // where the history is cut, or said to be another
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
	l.index = said[2]
	if !filepath.IsAbs(l.index) {
		l.index = filepath.Join(folder, filepath.FromSlash(l.index))
	}
	return l, nil
}

// State gives what stands for the history of a folder: as long as it is the same, so is what Read gives. It is "" where there is none, or
// nobody can say. index is the file that changes when git takes something into what is checked out, or out of it.
func State(ctx context.Context, folder string) (state, index string) {
	l, err := findLine(ctx, folder)
	if err != nil || l.commit == "" || l.key == "" {
		return "", ""
	}
	return l.key + " " + l.commit, l.index
}

// logName is the name under which the log is kept.
const logName = "git"

// log gives the log of the line, newest commit first. What is kept of it is not asked for again, as far as it is of the same line.
func (l line) log(ctx context.Context, keeper Keeper) ([]byte, error) {
	if keeper == nil || l.key == "" {
		return l.read(ctx, l.commit)
	}
	kept, _ := keeper.Read(logName, l.key)
	last, log, _ := strings.Cut(kept, "\n")
	if last == l.commit {
		return []byte(log), nil
	}
	var all []byte
	if last != "" && l.leadsTo(ctx, last) {
		newer, err := l.read(ctx, last+".."+l.commit)
		if err != nil {
			return nil, err
		}
		all = append(newer, log...)
	} else {
		var err error
		if all, err = l.read(ctx, l.commit); err != nil {
			return nil, err
		}
	}
	keeper.Write(logName, l.key, append([]byte(l.commit+"\n"), all...)) // for speed alone: failing to is no failure
	return all, nil
}

// read has git log some commits.
func (l line) read(ctx context.Context, commits string) ([]byte, error) {
	return git(ctx, l.folder, append(logOptions[:len(logOptions):len(logOptions)], commits, "--", "content")...)
}

// leadsTo reports whether an earlier commit is on the line: the commits since then are a chain that begins at it.
func (l line) leadsTo(ctx context.Context, commit string) bool {
	out, err := git(ctx, l.folder, "rev-list", "--first-parent", "--parents", commit+".."+l.commit)
	if err != nil { // it is not there any more
		return false
	}
	since := strings.Split(strings.TrimSpace(string(out)), "\n")
	oldest := strings.Fields(since[len(since)-1])
	return len(oldest) > 1 && oldest[1] == commit
}
