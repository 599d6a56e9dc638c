package fileset

import (
	"fmt"
	"strings"
)

// Paths is an indexed collection of paths. No two of them are equal, differ only in case, or have
// one as a folder of the other. The zero value is empty.
type Paths struct {
	count   int
	index   map[string]place  // by lower-case path, since some file systems ignore case
	folders map[string]string // lower-case folder -> a path in it
}

// place is a path as it was added, with its index, or with reservedNumber.
type place struct {
	path   string
	number int
}

const reservedNumber = -1

// Taken is the error for a path that conflicts with another.
type Taken struct {
	Path, Other string
	reason      string
}

func (t *Taken) Error() string { return t.reason }

// NewPaths returns an empty collection with room for n paths.
func NewPaths(n int) Paths {
	return Paths{index: make(map[string]place, n), folders: make(map[string]string, n/2)}
}

// Add adds a path and assigns it the next index. It returns an error if the path is not valid, and
// a *Taken error if the path is taken or reserved (ignoring case), is a folder of another path, or
// has another path as one of its folders.
func (p *Paths) Add(path string) error {
	err := p.take(path, p.count)
	if err == nil {
		p.count++
	}
	return err
}

// Reserve prevents a path from being added. It returns the same errors as Add.
func (p *Paths) Reserve(path string) error { return p.take(path, reservedNumber) }

func (p *Paths) take(path string, number int) error {
	if err := ValidPath(path); err != nil {
		return err
	}
	if p.index == nil {
		p.index, p.folders = map[string]place{}, map[string]string{}
	}
	folded := strings.ToLower(path)
	if other, taken := p.index[folded]; taken {
		if other.path == path {
			return &Taken{path, path, fmt.Sprintf("path %q is added twice", path)}
		}
		return &Taken{path, other.path, fmt.Sprintf("path %q differs from %q by case only", path, other.path)}
	}
	if other, taken := p.folders[folded]; taken {
		return &Taken{path, other, fmt.Sprintf("path %q is a folder of %q", path, other)}
	}
	var room [8]string
	fresh := room[:0] // its folders that no other path has
	for i := strings.LastIndexByte(folded, '/'); i > 0; i = strings.LastIndexByte(folded[:i], '/') {
		if _, known := p.folders[folded[:i]]; known {
			break
		}
		if other, taken := p.index[folded[:i]]; taken {
			return &Taken{path, other.path, fmt.Sprintf("path %q is a folder of %q", other.path, path)}
		}
		fresh = append(fresh, folded[:i])
	}
	for _, folder := range fresh {
		p.folders[folder] = path
	}
	p.index[folded] = place{path, number}
	return nil
}

// Number returns the index of a path, which must be written exactly as it was added.
func (p *Paths) Number(path string) (i int, ok bool) {
	found, ok := p.index[strings.ToLower(path)]
	return found.number, ok && found.path == path && found.number != reservedNumber
}

func (p *Paths) Len() int { return p.count }

// Files returns a set with these paths, to which no path may be added. It calls file once for each
// index to create the file.
func (p Paths) Files(file func(i int) File) *Set {
	set := &Set{paths: p, files: make([]File, p.Len())}
	for i := range set.files {
		set.files[i] = file(i)
	}
	return set
}
