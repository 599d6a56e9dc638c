// Package cache stores results of one run for later runs, in the folder .crier/cache of a site.
// Each file has a checksum and a key that names everything the result depends on. A file that is
// damaged, or was stored under another key, counts as missing, so all of them may be deleted at any
// time. See docs/adr/0008-what-a-build-remembers.md.
//
// The cache is part of the site's folder and never of an output, because it holds text that may not
// be public yet.
package cache

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/sitefs/regularfile"
)

// Dir is the folder in which Crier keeps its own files, relative to the site's folder.
const Dir = ".crier"

const (
	folder = Dir + "/cache"
	magic  = "crier cache 1\n"
)

// Cache is the cache of one site. A nil *Cache stores nothing and returns nothing.
type Cache struct {
	ReadOnly bool // read what is stored, but store nothing

	root *os.Root
}

// Open opens the cache of a site. It creates no folder until something is stored.
func Open(site string) (*Cache, error) {
	root, err := os.OpenRoot(site)
	if err != nil {
		return nil, err
	}
	return &Cache{root: root}, nil
}

// Close closes the site's folder.
func (c *Cache) Close() {
	if c != nil {
		c.root.Close()
	}
}

// Read returns what is stored under a name and a key. ok is false if there is nothing or if it is
// damaged.
func (c *Cache) Read(name, key string) (content string, ok bool) {
	if c == nil {
		return "", false
	}
	f, info, err := regularfile.Open(c.root, path.Join(folder, name))
	if err != nil {
		return "", false
	}
	defer f.Close()
	if info.Size() > regularfile.Own {
		return "", false
	}
	var head [len(magic) + sha256.Size]byte
	if _, err := io.ReadFull(f, head[:]); err != nil || string(head[:len(magic)]) != magic {
		return "", false
	}
	h := sumFor(key)
	// The content may be large, so it is read and hashed in one pass.
	var text strings.Builder
	text.Grow(max(0, int(info.Size())-len(head)))
	if _, err := io.Copy(io.MultiWriter(&text, h), f); err != nil || string(head[len(magic):]) != string(h.Sum(nil)) {
		return "", false
	}
	return text.String(), true
}

// Write stores content under a name and a key, replacing what was stored before. A concurrent Read
// sees either the old content or the new.
func (c *Cache) Write(name, key string, content []byte) error {
	if c == nil || c.ReadOnly {
		return nil
	}
	if err := c.open(path.Dir(name)); err != nil {
		return err
	}
	name = path.Join(folder, name)
	waiting := name + ".new"
	f, err := regularfile.Create(c.root, waiting, 0o600)
	if err != nil {
		return err
	}
	sum := sumFor(key)
	sum.Write(content)
	for _, part := range [][]byte{[]byte(magic), sum.Sum(nil), content} {
		if err == nil {
			_, err = f.Write(part)
		}
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return c.root.Rename(waiting, name)
}

// Prune deletes all files of a folder of the cache except the newest ones, of which it keeps the
// given number.
func (c *Cache) Prune(below string, keep int) {
	if c == nil || c.ReadOnly {
		return
	}
	entries, err := fs.ReadDir(c.root.FS(), path.Join(folder, below))
	if err != nil || len(entries) <= keep {
		return
	}
	times := map[string]time.Time{}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil {
			times[entry.Name()] = info.ModTime()
		}
	}
	names := slices.SortedFunc(maps.Keys(times), func(a, b string) int { return cmp.Or(times[b].Compare(times[a]), cmp.Compare(a, b)) })
	for _, name := range names[min(keep, len(names)):] {
		c.root.Remove(path.Join(folder, below, name)) // on an error the file only stays longer
	}
}

// open creates a folder of the cache, and the .gitignore file that keeps git from tracking the
// cache.
func (c *Cache) open(below string) error {
	at := path.Join(folder, below)
	if info, err := c.root.Stat(at); err == nil && info.IsDir() {
		return nil
	}
	if err := c.root.MkdirAll(at, 0o755); err != nil {
		return err
	}
	const ignore = Dir + "/.gitignore"
	if _, err := c.root.Lstat(ignore); errors.Is(err, fs.ErrNotExist) {
		return regularfile.Write(c.root, ignore, []byte("# Crier's cache. It may be deleted at any time.\n*\n"), 0o644)
	}
	return nil
}

// sumFor returns a hash of the key, to which the content is written to get the checksum.
func sumFor(key string) hash.Hash {
	h := sha256.New()
	io.WriteString(h, strconv.Itoa(len(key))+":"+key)
	return h
}
