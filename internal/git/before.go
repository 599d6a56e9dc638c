package git

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Before gives the files below content/ as they were where the present branch left a revision: those of the given folders only.
// It is nil where there were none.
func Before(ctx context.Context, folder, revision string, folders map[string]bool) (fs.FS, error) {
	base, err := git(ctx, folder, "merge-base", revision, "HEAD")
	if err != nil {
		return nil, err
	}
	commit := strings.TrimSpace(string(base))
	list, err := git(ctx, folder, "ls-tree", "-r", "-z", "--name-only", commit, "content/")
	if err != nil {
		return nil, err
	}
	paths := map[string]bool{}
	for name := range bytes.SplitSeq(list, []byte{0}) {
		if at := path.Dir(string(name)); len(name) > 0 && folders[at] {
			paths[at] = true
		}
	}
	if len(paths) == 0 {
		return nil, nil
	}
	arguments := []string{"archive", "--format=zip", "-0", commit, "--"}
	for at := range paths {
		arguments = append(arguments, ":(literal)"+at)
	}
	archive, err := git(ctx, folder, arguments...)
	if err != nil {
		return nil, err
	}
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("git archive: %w", err)
	}
	return files, nil
}
