package fileset

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Paths is an indexed collection of paths. No two of them are equal, differ only in case, or have
// one as a folder of the other. The zero value is empty.
type Paths struct {
	names    []string
	index    map[string]int    // by lower-case path, since some file systems ignore case
	reserved map[string]string // by lower-case path
	folders  map[string]string // lower-case folder -> a path in it
}

// reservedNumber is the index of a reserved path.
const reservedNumber = -1

// Taken is the error for a path that conflicts with another.
type Taken struct {
	Path, Other string
	reason      string
}

func (t *Taken) Error() string { return t.reason }

// Grow allocates room for n more paths.
func (p *Paths) Grow(n int) {
	if p.index == nil {
		p.index, p.folders = make(map[string]int, n), make(map[string]string, n/2)
	}
	p.names = slices.Grow(p.names, n)
}

// Add adds a path and assigns it the next index. It returns an error if the path is not valid, and
// a *Taken error if the path is taken or reserved (ignoring case), is a folder of another path, or
// has another path as one of its folders.
func (p *Paths) Add(path string) error {
	if err := p.take(path, len(p.names)); err != nil {
		return err
	}
	p.names = append(p.names, path)
	return nil
}

// Reserve prevents a path from being added. It returns the same errors as Add.
func (p *Paths) Reserve(path string) error {
	if err := p.take(path, reservedNumber); err != nil {
		return err
	}
	if p.reserved == nil {
		p.reserved = map[string]string{}
	}
	p.reserved[strings.ToLower(path)] = path
	return nil
}

func (p *Paths) take(path string, number int) error {
	if err := ValidPath(path); err != nil {
		return err
	}
	if p.index == nil {
		p.index, p.folders = map[string]int{}, map[string]string{}
	}
	folded := strings.ToLower(path)
	if _, taken := p.index[folded]; taken {
		other := p.name(folded)
		if other == path {
			return &Taken{path, other, fmt.Sprintf("path %q is added twice", path)}
		}
		return &Taken{path, other, fmt.Sprintf("path %q differs from %q by case only", path, other)}
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
		if _, taken := p.index[folded[:i]]; taken {
			other := p.name(folded[:i])
			return &Taken{path, other, fmt.Sprintf("path %q is a folder of %q", other, path)}
		}
		fresh = append(fresh, folded[:i])
	}
	for _, folder := range fresh {
		p.folders[folder] = path
	}
	p.index[folded] = number
	return nil
}

func (p *Paths) name(folded string) string {
	if i := p.index[folded]; i != reservedNumber {
		return p.names[i]
	}
	return p.reserved[folded]
}

// Number returns the index of a path, which must be written exactly as it was added.
func (p *Paths) Number(path string) (i int, ok bool) {
	i, ok = p.index[strings.ToLower(path)]
	if !ok || i == reservedNumber || p.names[i] != path {
		return 0, false
	}
	return i, true
}

func (p *Paths) Len() int { return len(p.names) }

// Files returns a set with these paths. It calls file with a path's index to create the file when
// it is needed, possibly several times and from several goroutines. No path may be added
// afterwards.
func (p Paths) Files(file func(i int) File) *Set {
	return &Set{paths: p, lazy: file, all: sync.OnceValue(func() []File {
		files := make([]File, p.Len())
		for i := range files {
			files[i] = file(i)
		}
		return files
	})}
}
