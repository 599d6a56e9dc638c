package testsite

import (
	"hash/fnv"
	"io"
	"io/fs"
	"math/rand/v2"
)

// Shuffled gives the same files, but lists each folder in an order that the seed makes.
func Shuffled(files fs.FS, seed uint64) fs.FS { return shuffled{files, seed} }

type shuffled struct {
	fs.FS
	seed uint64
}

// ReadDir lists a folder.
func (s shuffled) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(s.FS, name)
	folder := fnv.New64a()
	io.WriteString(folder, name)
	random := rand.New(rand.NewPCG(s.seed, folder.Sum64()))
	random.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	return entries, err
}
