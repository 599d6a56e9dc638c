package testsite

import (
	"hash/fnv"
	"io"
	"io/fs"
	"math/rand/v2"
)

// Shuffled returns the same files, but lists each folder in a random order derived from the seed.
func Shuffled(files fs.FS, seed uint64) fs.FS { return shuffled{files, seed} }

type shuffled struct {
	fs.FS
	seed uint64
}

// ReadDir implements fs.ReadDirFS.
func (s shuffled) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(s.FS, name)
	folder := fnv.New64a()
	io.WriteString(folder, name)
	random := rand.New(rand.NewPCG(s.seed, folder.Sum64()))
	random.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	return entries, err
}
