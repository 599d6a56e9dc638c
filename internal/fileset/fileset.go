// Package fileset holds a set of output files: valid paths only, git blob hashes, and the difference of two sets. It
// touches no disk; writing is another package's business.
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

// Order is the place of a file in the sequence of writing, so that nothing links to what is not there yet.
type Order uint8

// Assets are written first, then pages, then what readers and programs enter by: the index, feeds and the API; at last what
// says that all of it is there.
const (
	Asset Order = iota
	Page
	Entry
	Seal
)

// File is an output file: a path and a way to produce its bytes.
type File struct {
	Path  string // slash-separated, relative; see ValidPath
	Order Order
	// Write produces the content. It may be called more than once, from several goroutines, and writes the same bytes each
	// time.
	Write func(io.Writer) error
	// Key says what the content follows from: files of one path and one key have the same content, in whatever build. "" says
	// nothing.
	Key string
	// Digest, of a file that says what all others are, gives its content from their Tree. Who knows their hashes calls it
	// in place of Write, which would produce them all anew. Nil for every other file.
	Digest func(tree Hash) []byte
}

// Hash is a git blob hash: SHA-1 over "blob <size>\0" and the content (gitformat-pack(5)).
type Hash [sha1.Size]byte

// Sum gives the git blob hash of a content.
func Sum(content []byte) Hash {
	h := sha1.New()
	h.Write([]byte("blob " + strconv.Itoa(len(content)) + "\x00"))
	h.Write(content)
	return Hash(h.Sum(nil))
}

// String gives the hash in hexadecimal, as git prints it.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ParseHash reads a hash in hexadecimal.
func ParseHash(text string) (Hash, error) {
	var h Hash
	var digits [2 * len(h)]byte // no slice of the text: there are tens of thousands
	if copy(digits[:], text); len(text) == len(digits) {
		if _, err := hex.Decode(h[:], digits[:]); err == nil {
			return h, nil
		}
	}
	return Hash{}, fmt.Errorf("%q is not a git blob hash", text)
}

// Private is the folder of the output that holds what Crier notes for itself. No file of a Set lies in it.
const Private = ".crier"

// forbidden are the bytes that no path may hold.
var forbidden = func() (table [256]bool) {
	for b := range byte(' ') {
		table[b] = true
	}
	for _, b := range []byte("\x7f:*?\"<>\\|") {
		table[b] = true
	}
	return table
}()

// ValidPath says what is wrong with the path of an output file, or returns nil. A path is relative and slash-separated,
// has no empty, "." or ".." parts, no backslash, colon or control character, does not lie in the Private folder or in .git,
// and is at most 255 bytes per part.
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

// Set is a set of files, at most one for a path. The zero value is empty.
type Set struct {
	paths Paths
	files []File
	lazy  func(i int) File // of a set made by Paths.Files, until all files are asked for
	all   func() []File
}

// Add puts a file into the set. It fails where Paths.Add does.
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

// Files returns the files in the order in which they were added. The caller must not change the slice.
func (s *Set) Files() []File {
	if s.lazy != nil {
		return s.all()
	}
	return s.files
}

// Len is the number of files.
func (s *Set) Len() int { return s.paths.Len() }

// Lookup returns the file with the path.
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

// Tree gives one hash for all files but those with a Digest, from the hash of each by its index.
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

// Seal adds a file that says what all others are; those added later count as well.
func (s *Set) Seal(path string, content func(tree Hash) []byte) error {
	return s.Add(s.Sealed(path, content))
}

// Sealed gives the file that Seal adds.
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

// Produce gives the content of every file, each made once, in the order in which they were added, those with a Digest last.
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

// Action says what becomes of a path between two sets.
type Action string

// The three actions; what is equal in both sets has none.
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

// Diff says what must be done to go from one set to another, both given as path -> hash; by path.
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

// Apply gives the set that Diff's changes lead to.
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
