package git

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"path"
)

// Before returns the files directly in the given folders of content/ as they were at a commit. It
// returns nil if none of the folders existed there.
func Before(ctx context.Context, folder, commit string, folders map[string]bool) (fs.FS, error) {
	list, err := Run(ctx, folder, "ls-tree", "-r", "-z", "--name-only", commit, "content/")
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
	archive, err := Run(ctx, folder, arguments...)
	if err != nil {
		return nil, err
	}
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("git archive: %w", err)
	}
	return files, nil
}
