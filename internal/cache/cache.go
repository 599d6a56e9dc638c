// Package cache keeps what was worked out in one run for the next, in the folder .crier/cache of a site: each file with a
// checksum, under a key that names all that it follows from. Whatever is damaged, or was kept under another key, is as if
// it were not there; all of it may be deleted at any time. See docs/adr/0008-what-a-build-remembers.md.
//
// It lies in the site and never in an output, since it holds what may not be public.
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

// Dir is the folder of a site in which all is that Crier keeps for itself.
const Dir = ".crier"

const (
	folder = Dir + "/cache"
	magic  = "crier cache 1\n"
)

// Cache is the cache of one site. A nil one keeps nothing.
type Cache struct {
	ReadOnly bool // what is kept counts, and nothing more is kept

	root *os.Root
}

// Open opens the cache of a site. It makes nothing before something is kept.
func Open(site string) (*Cache, error) {
	root, err := os.OpenRoot(site)
	if err != nil {
		return nil, err
	}
	return &Cache{root: root}, nil
}

// Close ends the use of the cache.
func (c *Cache) Close() {
	if c != nil {
		c.root.Close()
	}
}

// Read gives what was kept under a name and a key. ok is false where nothing was, or it is damaged.
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
	var text strings.Builder // what is kept may be large: it is read into the text and hashed at once
	text.Grow(max(0, int(info.Size())-len(head)))
	if _, err := io.Copy(io.MultiWriter(&text, h), f); err != nil || string(head[len(magic):]) != string(h.Sum(nil)) {
		return "", false
	}
	return text.String(), true
}

// Write keeps a content under a name and a key, in place of what was there. Somebody who reads meanwhile sees the one or the other.
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
	for _, part := range [][]byte{[]byte(magic), sumOf(key, content), content} {
		if err == nil {
			_, err = f.Write(part)
		}
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return c.root.Rename(waiting, name)
}

// Prune leaves the newest files of a folder, as many as are to be kept.
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
		c.root.Remove(path.Join(folder, below, name)) // what stays is kept a while longer
	}
}

// open makes a folder below the cache. Git is told to leave the cache alone where it begins.
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
		return regularfile.Write(c.root, ignore, []byte("# What Crier keeps to be quick; it may be deleted at any time.\n*\n"), 0o644)
	}
	return nil
}

// sumFor gives the hash that makes the checksum of a content kept under a key.
func sumFor(key string) hash.Hash {
	h := sha256.New()
	io.WriteString(h, strconv.Itoa(len(key))+":"+key)
	return h
}

// sumOf gives the checksum of a content kept under a key.
func sumOf(key string, content []byte) []byte {
	h := sumFor(key)
	h.Write(content)
	return h.Sum(nil)
}
