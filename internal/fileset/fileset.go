// Package fileset defines a set of output files with valid paths, git blob hashes, and the
// difference between two sets. It doesn't access the disk; writing the files is up to other
// packages.
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
	// writes the same bytes each time.
	Write func(io.Writer) error
	// Key identifies the content: files with the same path and the same key have the same content,
	// across builds. An empty key makes no such promise.
	Key string
	// Digest returns the content of a file that describes all other files, from their Tree hash.
	// Callers that know the hashes call it instead of Write, which would produce every file again.
	// It is nil for every other file.
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

// ParseHash parses a hash in hexadecimal.
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

// forbidden marks the bytes that a path must not contain.
var forbidden = func() (table [256]bool) {
	for b := range byte(' ') {
		table[b] = true
	}
	for _, b := range []byte("\x7f:*?\"<>\\|") {
		table[b] = true
	}
	return table
}()

// ValidPath returns an error if the path of an output file is not valid. A valid path is relative
// and slash-separated; has no empty, "." or ".." parts and no control characters or any of
// :*?"<>\|; is not in the Private folder or in .git; and has parts of at most 255 bytes.
func ValidPath(path string) error {
	if path == "" {
		return fmt.Errorf("empty path")
	}
	for i := range len(path) {
		if forbidden[path[i]] {
			return fmt.Errorf("path %q holds %q", path, path[i])
		}
	}
	i := -1
	for part := range strings.SplitSeq(path, "/") {
		i++
		switch {
		case part == "" || part == "." || part == "..":
			return fmt.Errorf("path %q has the part %q", path, part)
		case len(part) > 255:
			return fmt.Errorf("path %q has a part of more than 255 bytes", path)
		case i == 0 && strings.EqualFold(part, Private), strings.EqualFold(part, ".git"):
			return fmt.Errorf("path %q lies in %s", path, part)
		}
	}
	return nil
}

// Set is a set of files with unique paths. The zero value is an empty set.
type Set struct {
	paths Paths
	files []File
	lazy  func(i int) File // only in a set made by Paths.Files, until a file is added
	all   func() []File
}

// Add adds a file to the set. It returns the errors of Paths.Add.
func (s *Set) Add(f File) error {
	if s.lazy != nil {
		s.files, s.paths, s.lazy = s.Files(), s.paths.clone(), nil
	}
	if err := s.paths.Add(f.Path); err != nil {
		return err
	}
	s.files = append(s.files, f)
	return nil
}

// Files returns the files in the order in which they were added. The caller must not modify the
// slice.
func (s *Set) Files() []File {
	if s.lazy != nil {
		return s.all()
	}
	return s.files
}

// Len returns the number of files.
func (s *Set) Len() int { return s.paths.Len() }

// Lookup returns the file with the given path.
func (s *Set) Lookup(path string) (File, bool) {
	i, ok := s.paths.Number(path)
	if !ok {
		return File{}, false
	}
	if s.lazy != nil {
		return s.lazy(i), true
	}
	return s.files[i], true
}

// Tree returns one hash for all files that have no Digest. hash returns the hash of the file with
// the given index.
func (s *Set) Tree(hash func(i int) Hash) Hash {
	lines := make([]string, 0, s.Len())
	for i, f := range s.Files() {
		if f.Digest == nil {
			lines = append(lines, f.Path+"\x00"+hash(i).String())
		}
	}
	slices.Sort(lines)
	return Sum([]byte(strings.Join(lines, "\n")))
}

// Seal adds a file that describes all other files, including those added later.
func (s *Set) Seal(path string, content func(tree Hash) []byte) error {
	return s.Add(s.Sealed(path, content))
}

// Sealed returns the file that Seal adds.
func (s *Set) Sealed(path string, content func(tree Hash) []byte) File {
	return File{Path: path, Order: Seal, Digest: content, Write: func(w io.Writer) error {
		files := s.Files()
		var failure error
		tree := s.Tree(func(i int) Hash {
			var b bytes.Buffer
			if err := files[i].Write(&b); err != nil && failure == nil {
				failure = err
			}
			return Sum(b.Bytes())
		})
		if failure != nil {
			return failure
		}
		_, err := w.Write(content(tree))
		return err
	}}
}

// Produce calls each with the content of every file. It produces each file once, in the order in
// which the files were added, except that those with a Digest come last. The content is only valid
// during the call.
func (s *Set) Produce(each func(f File, content []byte) error) error {
	files := s.Files()
	hashes := make([]Hash, len(files))
	var b bytes.Buffer
	for i, f := range files {
		if f.Digest != nil {
			continue
		}
		b.Reset()
		if err := f.Write(&b); err != nil {
			return fmt.Errorf("making %s: %w", f.Path, err)
		}
		hashes[i] = Sum(b.Bytes())
		if err := each(f, b.Bytes()); err != nil {
			return err
		}
	}
	for _, f := range files {
		if f.Digest != nil {
			if err := each(f, f.Digest(s.Tree(func(i int) Hash { return hashes[i] }))); err != nil {
				return err
			}
		}
	}
	return nil
}

// Action is the change of a path between two sets.
type Action string

// The actions. Files that are equal in both sets have none.
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

// Diff returns the changes that lead from one set to another, sorted by path. Both sets map paths
// to hashes.
func Diff(from, to map[string]Hash) []Change {
	var changes []Change
	for path, hash := range to {
		switch old, ok := from[path]; {
		case !ok:
			changes = append(changes, Change{path, Create, hash})
		case old != hash:
			changes = append(changes, Change{path, Update, hash})
		}
	}
	for path := range from {
		if _, ok := to[path]; !ok {
			changes = append(changes, Change{Path: path, Action: Delete})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return changes
}

// Apply returns the set that results from applying the changes to the set from.
func Apply(changes []Change, from map[string]Hash) map[string]Hash {
	to := make(map[string]Hash, len(from))
	for path, hash := range from {
		to[path] = hash
	}
	for _, c := range changes {
		if c.Action == Delete {
			delete(to, c.Path)
		} else {
			to[c.Path] = c.Hash
		}
	}
	return to
}
