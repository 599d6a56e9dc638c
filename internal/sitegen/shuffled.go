package sitegen

import (
	"io/fs"
	"math/rand/v2"
)

// Shuffled gives the same files, but lists folders in an order that the seed makes. It is for one goroutine.
func Shuffled(files fs.FS, seed uint64) fs.FS {
	return shuffled{files, rand.New(rand.NewPCG(seed, 3))}
}

type shuffled struct {
	fs.FS
	rand *rand.Rand
}

// ReadDir lists a folder.
func (s shuffled) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(s.FS, name)
	s.rand.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	return entries, err
}
