package testsite

import (
	"sync"
	"testing"

	"settler.io/crier/internal/fileset"
)

// Files returns the contents of all files of a set, by path.
func Files(t testing.TB, set *fileset.Set) map[string]string {
	t.Helper()
	var lock sync.Mutex
	contents := make(map[string]string, set.Len())
	err := set.Make(nil, func(n int, content []byte, _ fileset.Hash) error {
		lock.Lock()
		defer lock.Unlock()
		contents[set.Files()[n].Path] = string(content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return contents
}
