package git

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/fileset"
)

// Version is what a file was on the branch from a commit on.
type Version[T any] struct {
	At      time.Time
	Value   T    // of its content
	Present bool // the file is still the same and was never another, so it wasn't read
}

// Versions returns the versions of files, oldest first. It takes the hashes of what the files hold
// now, by path, and leaves out files whose oldest version is not known. read turns a content into a
// value; nil stands for a file that was deleted, or whose content this clone lacks.
func Versions[T any](ctx context.Context, h *History, now map[string]fileset.Hash, read func(path string, content []byte) T) (map[string][]Version[T], error) {
	found := make(map[string][]Version[T], len(now))
	var blobs []string
	type place struct {
		path string
		n    int
	}
	wanted := map[string][]place{} // by blob
	for path, sum := range now {
		f := h.file(path)
		if f == nil || f.hidden {
			continue
		}
		list := make([]Version[T], len(f.versions))
		found[path] = list
		// Where git converts line ends, hashes differ: the version is read, and says the same.
		if len(list) == 1 && holds(f.versions[0].blob, sum) {
			list[0] = Version[T]{At: f.versions[0].at, Present: true}
			continue
		}
		for n, v := range f.versions {
			list[n] = Version[T]{At: v.at, Value: read(path, nil)}
			if v.blob != "" && wanted[v.blob] == nil {
				blobs = append(blobs, v.blob)
			}
			wanted[v.blob] = append(wanted[v.blob], place{path, n})
		}
	}
	return found, Blobs(ctx, h.folder, blobs, func(blob string, content []byte) {
		for _, to := range wanted[blob] {
			found[to.path][to.n].Value = read(to.path, content)
		}
	})
}

// holds reports whether a blob has a hash. It makes no text of it, since there are many.
func holds(blob string, sum fileset.Hash) bool {
	var digits [2 * len(sum)]byte
	hex.Encode(digits[:], sum[:])
	return blob == string(digits[:])
}

// First returns when each of the files, by path and hash, was first on the branch with a content
// that may accepts, for those for which git can prove it. It must accept the present content.
func (h *History) First(ctx context.Context, now map[string]fileset.Hash, may func(content []byte) bool) (map[string]time.Time, error) {
	all, err := Versions(ctx, h, now, func(_ string, content []byte) bool { return may(content) })
	if err != nil {
		return nil, err
	}
	first := map[string]time.Time{}
	for path, versions := range all {
		if n := slices.IndexFunc(versions, func(v Version[bool]) bool { return v.Value || v.Present }); n >= 0 {
			first[path] = versions[n].At
		}
	}
	return first, nil
}

// Blobs reads all blobs with one git process. It leaves out blobs that are missing.
func Blobs(ctx context.Context, folder string, blobs []string, each func(blob string, content []byte)) error {
	if len(blobs) == 0 {
		return nil
	}
	c := exec.CommandContext(ctx, "git", "-C", folder, "--no-optional-locks", "cat-file", "--batch", "--buffer")
	c.Stdin = strings.NewReader(strings.Join(blobs, "\n") + "\n")
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return fmt.Errorf("running git: %w", err)
	}
	reader := bufio.NewReaderSize(out, 1<<16)
	for _, blob := range blobs {
		head, err := reader.ReadString('\n')
		if err != nil {
			return fmt.Errorf("git cat-file: %w", err)
		}
		fields := strings.Fields(head)
		// The blob is missing. A partial clone that can't fetch it proves nothing.
		if len(fields) != 3 {
			continue
		}
		size, err := strconv.Atoi(fields[2])
		if err != nil {
			return fmt.Errorf("git cat-file printed %q", head)
		}
		content := make([]byte, size+1)
		if _, err := io.ReadFull(reader, content); err != nil {
			return fmt.Errorf("git cat-file: %w", err)
		}
		each(blob, content[:size])
	}
	return c.Wait()
}
