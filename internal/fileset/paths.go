package fileset

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Paths are the paths of a set, by number. No two are equal, differ by case only, or have one as a folder of the other. The
// zero value is empty.
type Paths struct {
	names    []string
	index    map[string]int    // by path in lower case, as some file systems know it; reserved for a reserved path
	reserved map[string]string // by path in lower case
	folders  map[string]string // the folders of all paths, in lower case, and a path in each
}

// reservedNumber stands for the number of a path that is reserved.
const reservedNumber = -1

// Taken is the error of a path that another stands in the way of.
type Taken struct {
	Path, Other string
	reason      string
}

func (t *Taken) Error() string { return t.reason }

// Grow makes room for so many more paths.
func (p *Paths) Grow(n int) {
	if p.index == nil {
		p.index, p.folders = make(map[string]int, n), make(map[string]string, n/2)
	}
	p.names = slices.Grow(p.names, n)
}

// Add takes a path and gives it the next number. It fails for an invalid path, and with a Taken for one that is taken or
// reserved, also if only the case differs, and for one that is a folder of another or has another as a folder.
func (p *Paths) Add(path string) error {
	if err := p.take(path, len(p.names)); err != nil {
		return err
	}
	p.names = append(p.names, path)
	return nil
}

// Reserve keeps a path from being added. A path that is there already stays.
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

// Number returns the number of a path as it was added.
func (p *Paths) Number(path string) (i int, ok bool) {
	i, ok = p.index[strings.ToLower(path)]
	if !ok || i == reservedNumber || p.names[i] != path {
		return 0, false
	}
	return i, true
}

// Len is how many paths were added.
func (p *Paths) Len() int { return len(p.names) }

func (p *Paths) clone() Paths {
	return Paths{slices.Clone(p.names), maps.Clone(p.index), maps.Clone(p.reserved), maps.Clone(p.folders)}
}

// Files returns the set of the paths' files: file makes each, by its number, when it is asked for. It may be called more than
// once, from several goroutines. No path may be added afterwards.
func (p Paths) Files(file func(i int) File) *Set {
	return &Set{paths: p, lazy: file, all: sync.OnceValue(func() []File {
		files := make([]File, p.Len())
		for i := range files {
			files[i] = file(i)
		}
		return files
	})}
}
