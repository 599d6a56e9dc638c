package git

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Published returns, for each of the files for which git can prove it, the time at which it was
// first on the branch in a publishable form. may reports whether a content is publishable. All
// paths must be publishable as they are now; if a file has uncommitted changes, only its commits
// count.
func (h *History) Published(ctx context.Context, paths []string, may func(content []byte) bool) (map[string]time.Time, error) {
	published := map[string]time.Time{}
	if len(h.versions) == 0 {
		return published, nil
	}
	diff, err := git(ctx, h.folder, "diff", "--name-only", "-z", "--relative", "HEAD", "--", "content")
	if err != nil {
		return nil, err
	}
	changed := map[string]bool{}
	for name := range bytes.SplitSeq(diff, []byte{0}) {
		changed[string(name)] = true
	}
	var blobs []string
	asked := map[string]bool{}
	for _, name := range paths {
		if h.hidden[name] {
			continue
		}
		if only := h.versions[name]; len(only) == 1 && !changed[name] {
			published[name] = only[0].at // the only version is the current one
			continue
		}
		for _, v := range h.versions[name] {
			if !asked[v.blob] {
				asked[v.blob] = true
				blobs = append(blobs, v.blob)
			}
		}
	}
	if len(blobs) == 0 {
		return published, nil
	}
	fit := map[string]bool{}
	err = h.contents(ctx, blobs, func(blob string, content []byte) { fit[blob] = may(content) })
	if err != nil {
		return nil, err
	}
	for _, name := range paths {
		if _, known := published[name]; known || h.hidden[name] {
			continue
		}
		for _, v := range h.versions[name] { // newest first, so the last match is the earliest
			if fit[v.blob] {
				published[name] = v.at
			}
		}
	}
	return published, nil
}

// contents reads all blobs with one git process. It leaves out blobs that are missing.
func (h *History) contents(ctx context.Context, blobs []string, each func(blob string, content []byte)) error {
	c := exec.CommandContext(ctx, "git", "-C", h.folder, "--no-optional-locks", "cat-file", "--batch", "--buffer")
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
