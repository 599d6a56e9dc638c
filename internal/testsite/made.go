package testsite

import (
	"bytes"
	"testing"

	"settler.io/crier/internal/fileset"
)

// Files returns the contents of all files of a set, by path.
func Files(t testing.TB, set *fileset.Set) map[string]string {
	t.Helper()
	files, hashes := set.Files(), make([]fileset.Hash, set.Len())
	contents := make(map[string]string, len(files))
	var b bytes.Buffer
	for n, f := range files {
		if f.Digest != nil { // it needs the hashes of all others
			continue
		}
		b.Reset()
		if err := f.Write(&b); err != nil {
			t.Fatalf("making %s: %v", f.Path, err)
		}
		hashes[n], contents[f.Path] = fileset.Sum(b.Bytes()), b.String()
	}
	for _, f := range files {
		if f.Digest != nil {
			contents[f.Path] = string(f.Digest(set.Tree(func(n int) fileset.Hash { return hashes[n] })))
		}
	}
	return contents
}
