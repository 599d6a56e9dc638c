package cache

import (
	"crypto/sha256"
	"fmt"
	"hash/fnv"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"settler.io/crier/internal/content"
	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/wire"
)

// shards is into how many parts files are kept, all of one folder in one: several can be read at once, and one edit writes one anew.
const shards = 64

// Files keeps what the files of a site's content came to, by their paths. A file that looks as it did need not be read.
type Files struct {
	cache  *Cache
	key    string
	look   func(name string) (Look, bool)
	now    time.Time
	shards [shards]shard
}

type shard struct {
	once  sync.Once
	kept  []entry // as it was read, by name
	mu    sync.Mutex
	used  int              // of those kept
	fresh map[string]entry // what is kept from now on besides the used ones, or in their place
}

// entry is what is kept of one file.
type entry struct {
	name   string
	look   Look // zero: it says nothing
	sum    [sha256.Size]byte
	text   string
	parsed content.Parsed
	anew   bool // parsed is in place of the text
	used   bool
}

// Files gives the files that were kept under a key. look says how a file looks now, at an instant by the file system's clock before which
// none of them was read; it is asked by several at once.
func (c *Cache) Files(key string, look func(name string) (Look, bool), now time.Time) *Files {
	return &Files{cache: c, key: key, look: look, now: now}
}

// shard gives the part that a file belongs to, read.
func (f *Files) shard(name string) *shard {
	h := fnv.New32a()
	h.Write([]byte(path.Dir(name)))
	n := int(h.Sum32() % shards)
	s := &f.shards[n]
	s.once.Do(func() { s.kept = f.read(n) })
	return s
}

func shardName(n int) string { return fmt.Sprintf("content/%02x", n) }

// Kept gives what is kept of a file.
func (f *Files) Kept(name string) (content.Kept, bool) {
	s := f.shard(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := slices.BinarySearchFunc(s.kept, name, func(e entry, name string) int { return strings.Compare(e.name, name) })
	if !ok {
		return content.Kept{}, false
	}
	e := &s.kept[at]
	if !e.used {
		e.used = true
		s.used++
	}
	look, known := f.look(name)
	return content.Kept{Parsed: e.text, Sum: e.sum, Sure: known && look == e.look}, true
}

// Keep keeps what a file came to, in place of what was kept of it before.
func (f *Files) Keep(name string, sum [sha256.Size]byte, p content.Parsed) {
	e := entry{name: name, sum: sum, parsed: p, anew: true}
	if look, ok := f.look(name); ok && look.Settled(f.now) {
		e.look = look
	}
	s := f.shard(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fresh == nil {
		s.fresh = map[string]entry{}
	}
	s.fresh[name] = e
}

// Save writes the parts that are no longer as they were read, and forgets all. What nobody asked for is gone.
func (f *Files) Save() error {
	return parallel.Try(shards, 0, func(n int) (err error) {
		s := &f.shards[n]
		if len(s.fresh) > 0 || s.used < len(s.kept) {
			err = f.cache.Write(shardName(n), f.key, s.append(nil))
		}
		s.kept, s.fresh = nil, nil
		return err
	})
}

// append writes a part: of each file its path, look, hash and what it came to.
func (s *shard) append(b []byte) []byte {
	all := slices.Collect(maps.Values(s.fresh))
	for _, e := range s.kept {
		if _, anew := s.fresh[e.name]; e.used && !anew {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	var text []byte
	for _, e := range all {
		if e.anew {
			text = e.parsed.Append(text[:0])
			e.text = string(text)
		}
		c := wire.Writer(b, nil)
		e.wire(c)
		b = c.Bytes()
	}
	return b
}

// wire writes or reads an entry.
func (e *entry) wire(c *wire.Coder) {
	c.Text(&e.name)
	wire.Int(c, &e.look.Size)
	wire.Int(c, &e.look.Modified)
	wire.Int(c, &e.look.Changed)
	c.Size(&e.look.Inode)
	c.Bytes32(&e.sum)
	c.Text(&e.text)
}

// read reads a part.
func (f *Files) read(n int) []entry {
	text, ok := f.cache.Read(shardName(n), f.key)
	if !ok {
		return nil
	}
	return parse(text)
}

// parse reads the text of a part; one that makes no sense holds nothing. What is in it shares the memory of the whole.
func parse(text string) []entry {
	var kept []entry
	c := wire.Reader(text, nil)
	for c.Left() != "" {
		var e entry
		if e.wire(c); c.Bad() || len(kept) > 0 && e.name <= kept[len(kept)-1].name {
			return nil
		}
		kept = append(kept, e)
	}
	return kept
}
