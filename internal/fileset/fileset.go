// Package fileset defines a set of output files with valid paths and git blob hashes. It doesn't
// access the disk; writing the files is up to other packages.
package fileset

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"settler.io/crier/internal/parallel"
)

// Order is the phase in which a file is written. Phases are ordered so that no file ever links to
// one that doesn't exist yet.
type Order uint8

// Assets are written first, then pages, then the files where readers and programs start: the index,
// feeds and the API. Last comes the file that states that the set is complete.
const (
	Asset Order = iota
	Page
	Entry
	Seal
)

// File is an output file: a path and a function that produces its content.
type File struct {
	Path  string // slash-separated, relative; see ValidPath
	Order Order
	// Write produces the content. It may be called several times and from several goroutines, and
	// writes the same bytes each time. It is nil if there is a Digest.
	Write func(io.Writer) error
	// Key identifies the content: files with the same path and the same key have the same content,
	// across builds. An empty key makes no such promise.
	Key string
	// Digest returns the content of a file that describes all other files, from one hash of
	// their paths and hashes. It is nil for every other file.
	Digest func(tree Hash) []byte
}

// Hash is a git blob hash: SHA-1 over "blob <size>\0" and the content (gitformat-pack(5)).
type Hash [sha1.Size]byte

// Sum returns the git blob hash of the content.
func Sum(content []byte) Hash {
	h := sha1.New()
	h.Write([]byte("blob " + strconv.Itoa(len(content)) + "\x00"))
	h.Write(content)
	return Hash(h.Sum(nil))
}

// String returns the hash in hexadecimal, as git prints it.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

func ParseHash(text string) (Hash, error) {
	var h Hash
	var digits [2 * len(h)]byte // avoids allocating: there are tens of thousands of hashes
	if copy(digits[:], text); len(text) == len(digits) {
		if _, err := hex.Decode(h[:], digits[:]); err == nil {
			return h, nil
		}
	}
	return Hash{}, fmt.Errorf("%q is not a git blob hash", text)
}

// Private is the folder of the output where Crier keeps its own state. No file of a Set is in it.
const Private = ".crier"

// ValidPath returns an error if the path of an output file is not valid. A valid path is relative
// and slash-separated; has no empty, "." or ".." parts and no control characters or any of
// :*?"<>\|; is not in the Private folder or in .git; and has parts of at most 255 bytes.
func ValidPath(path string) error {
	if path == "" {
		return fmt.Errorf("empty path")
	}
	for i := range len(path) {
		if b := path[i]; b < ' ' || strings.IndexByte("\x7f:*?\"<>\\|", b) >= 0 {
			return fmt.Errorf("path %q contains %q", path, b)
		}
	}
	if first, _, _ := strings.Cut(path, "/"); strings.EqualFold(first, Private) {
		return fmt.Errorf("path %q is in %s", path, first)
	}
	for part := range strings.SplitSeq(path, "/") {
		switch {
		case part == "" || part == "." || part == "..":
			return fmt.Errorf("path %q has the part %q", path, part)
		case len(part) > 255:
			return fmt.Errorf("path %q has a part of more than 255 bytes", path)
		case strings.EqualFold(part, ".git"):
			return fmt.Errorf("path %q is in %s", path, part)
		}
	}
	return nil
}

// Set is a set of files with unique paths. The zero value is an empty set.
type Set struct {
	paths Paths
	files []File
}

// Add adds a file to the set. It returns the errors of Paths.Add.
func (s *Set) Add(f File) error {
	if err := s.paths.Add(f.Path); err != nil {
		return err
	}
	s.files = append(s.files, f)
	return nil
}

// Files returns the files in the order in which they were added. The caller must not modify the
// slice.
func (s *Set) Files() []File { return s.files }

func (s *Set) Len() int { return s.paths.Len() }

func (s *Set) Lookup(path string) (File, bool) {
	i, ok := s.paths.Number(path)
	if !ok {
		return File{}, false
	}
	return s.files[i], true
}

// tree returns one hash for all files that have no Digest, from the hashes of all files.
func (s *Set) tree(hashes []Hash) Hash {
	lines := make([]string, 0, s.Len())
	for i, f := range s.Files() {
		if f.Digest == nil {
			lines = append(lines, f.Path+"\x00"+hashes[i].String())
		}
	}
	slices.Sort(lines)
	return Sum([]byte(strings.Join(lines, "\n")))
}

// Make produces the files, several at a time, and those with a Digest last. It calls each with the
// hash and the content of every file; the content is valid only during the call. A file whose hash
// known returns is not made; known may be nil. An error is that of the first file that fails.
func (s *Set) Make(known func(i int) (Hash, bool), each func(i int, content []byte, hash Hash) error) error {
	hashes := make([]Hash, len(s.files))
	buffers := sync.Pool{New: func() any { return new(bytes.Buffer) }}
	err := parallel.Try(len(s.files), 0, func(i int) error {
		f := s.files[i]
		if f.Digest != nil {
			return nil
		}
		if known != nil {
			if hash, ok := known(i); ok {
				hashes[i] = hash
				return nil
			}
		}
		content := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(content)
		content.Reset()
		if err := f.Write(content); err != nil {
			return fmt.Errorf("making %s: %w", f.Path, err)
		}
		hashes[i] = Sum(content.Bytes())
		return each(i, content.Bytes(), hashes[i])
	})
	if err != nil {
		return err
	}
	for i, f := range s.files {
		if f.Digest != nil {
			content := f.Digest(s.tree(hashes))
			if err := each(i, content, Sum(content)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Action is what a change does to a path.
type Action string

const (
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete"
)

// Change is a path that differs between two sets.
type Change struct {
	Path   string
	Action Action
	Hash   Hash // of the new content; zero for Delete
}

// Count returns the number of changes with an action.
func Count(changes []Change, action Action) int {
	n := 0
	for _, c := range changes {
		if c.Action == action {
			n++
		}
	}
	return n
}
