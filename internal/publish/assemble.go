package publish

import (
	"bytes"
	"fmt"
	"strings"
	"sync/atomic"

	"settler.io/crier/internal/fileset"
)

// VersionFile is the path of the file that states the version of a build.
const VersionFile = "version.json"

// VersionOf returns the version that the content of VersionFile states, or "".
func VersionOf(content []byte) string {
	_, rest, _ := strings.Cut(string(content), `"version":`)
	_, rest, _ = strings.Cut(rest, `"`)
	version, _, _ := strings.Cut(rest, `"`)
	return version
}

// maxKept is how many bytes of a build are kept in memory, about a site of 1,000 incidents. Other
// files are made again if a target needs them: usually few do, and keeping a large site costs more.
const maxKept = 32 << 20

// Assemble makes every file of a set, several at a time, and returns the build with their hashes.
// An error is that of the first file that cannot be made.
func Assemble(set *fileset.Set, source Source) (*Build, error) {
	files := set.Files()
	b := &Build{Files: make(map[string]fileset.Hash, len(files)), Source: source}
	hashes, kept := make([]fileset.Hash, len(files)), make([][]byte, len(files))
	var size atomic.Int64
	err := set.Make(nil, func(n int, content []byte, hash fileset.Hash) error {
		hashes[n] = hash
		if files[n].Digest != nil || size.Add(int64(len(content))) <= maxKept {
			kept[n] = bytes.Clone(content)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	index := make(map[string]int, len(files))
	for n, f := range files {
		if f.Path == VersionFile {
			b.Version = VersionOf(kept[n])
		}
		b.Files[f.Path], index[f.Path] = hashes[n], n
	}
	b.Content = func(name string) ([]byte, error) {
		n, ok := index[name]
		if !ok {
			return nil, fmt.Errorf("there is no %s in this build", name)
		}
		if kept[n] != nil {
			return kept[n], nil
		}
		var content bytes.Buffer
		err := files[n].Write(&content)
		return content.Bytes(), err
	}
	b.Order = func(name string) fileset.Order { return files[index[name]].Order }
	return b, nil
}
