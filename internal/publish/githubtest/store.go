package githubtest

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// store is a bare git repository. It writes loose objects and ref files as git does
// (gitrepository-layout(5)), so that git itself can check all of it.
type store struct {
	dir     string
	mutex   sync.Mutex
	zlib    *zlib.Writer
	objects map[string]object
	refs    map[string]string
}

type object struct {
	kind string // blob, tree or commit
	body []byte
}

// node is an entry of a tree.
type node struct{ mode, name, sha string }

func newStore(dir string) (*store, error) {
	for _, folder := range []string{"objects/info", "objects/pack", "refs/heads"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			return nil, err
		}
	}
	config := "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
	if err := os.WriteFile(filepath.Join(dir, "config"), []byte(config), 0o644); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "HEAD"), []byte("ref: refs/heads/main\n"), 0o644); err != nil {
		return nil, err
	}
	compress, err := zlib.NewWriterLevel(nil, zlib.BestSpeed)
	if err != nil {
		return nil, err
	}
	return &store{dir: dir, zlib: compress, objects: map[string]object{}, refs: map[string]string{}}, nil
}

// put stores an object and returns its hash.
func (s *store) put(kind string, body []byte) string {
	whole := append([]byte(kind+" "+strconv.Itoa(len(body))+"\x00"), body...)
	sum := sha1.Sum(whole)
	name := hex.EncodeToString(sum[:])
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if _, there := s.objects[name]; there {
		return name
	}
	s.objects[name] = object{kind, body}
	var b bytes.Buffer
	s.zlib.Reset(&b) // a new writer would clear a megabyte for every object
	s.zlib.Write(whole)
	s.zlib.Close()
	folder := filepath.Join(s.dir, "objects", name[:2])
	if err := os.MkdirAll(folder, 0o755); err != nil {
		panic(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name[2:]), b.Bytes(), 0o444); err != nil {
		panic(err)
	}
	return name
}

func (s *store) get(kind, name string) ([]byte, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	o, ok := s.objects[name]
	return o.body, ok && o.kind == kind
}

func (s *store) ref(name string) (string, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	sha, ok := s.refs[name]
	return sha, ok
}

// matching returns the refs that begin with a prefix.
func (s *store) matching(prefix string) map[string]string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	found := maps.Clone(s.refs)
	maps.DeleteFunc(found, func(name, _ string) bool { return !strings.HasPrefix(name, prefix) })
	return found
}

// blocked reports whether a ref cannot be created because it is a folder of another, or the other
// way round.
func (s *store) blocked(name string) bool {
	for other := range s.matching("") {
		if strings.HasPrefix(other, name+"/") || strings.HasPrefix(name, other+"/") {
			return true
		}
	}
	return false
}

// setRef moves a ref if it is still at from. "" means that the ref doesn't exist.
func (s *store) setRef(name, from, to string) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.refs[name] != from {
		return false
	}
	file := filepath.Join(s.dir, filepath.FromSlash(name))
	if to == "" {
		delete(s.refs, name)
		os.Remove(file)
		return true
	}
	s.refs[name] = to
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		panic(err)
	}
	if err := os.WriteFile(file, []byte(to+"\n"), 0o644); err != nil {
		panic(err)
	}
	return true
}

func (s *store) empty() bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return len(s.refs) == 0 && len(s.objects) == 0
}

// entries parses a tree.
func (s *store) entries(name string) ([]node, bool) {
	body, ok := s.get("tree", name)
	if !ok {
		return nil, false
	}
	var nodes []node
	for len(body) > 0 {
		head, rest, _ := bytes.Cut(body, []byte{0})
		mode, file, _ := strings.Cut(string(head), " ")
		nodes = append(nodes, node{mode, file, hex.EncodeToString(rest[:20])})
		body = rest[20:]
	}
	return nodes, true
}

// putTree stores a tree, sorted as git requires: folders as if their names ended in a slash.
func (s *store) putTree(nodes []node) string {
	key := func(n node) string {
		if n.mode == "40000" {
			return n.name + "/"
		}
		return n.name
	}
	slices.SortFunc(nodes, func(a, b node) int { return strings.Compare(key(a), key(b)) })
	var b bytes.Buffer
	for _, n := range nodes {
		raw, _ := hex.DecodeString(n.sha)
		b.WriteString(n.mode + " " + n.name + "\x00")
		b.Write(raw)
	}
	return s.put("tree", b.Bytes())
}

type commit struct {
	tree    string
	parents []string
	message string
}

func (s *store) commit(name string) (commit, bool) {
	body, ok := s.get("commit", name)
	if !ok {
		return commit{}, false
	}
	head, message, _ := strings.Cut(string(body), "\n\n")
	c := commit{message: message}
	for line := range strings.SplitSeq(head, "\n") {
		switch key, value, _ := strings.Cut(line, " "); key {
		case "tree":
			c.tree = value
		case "parent":
			c.parents = append(c.parents, value)
		}
	}
	return c, true
}

func (s *store) putCommit(c commit, name, email string, unix int64) string {
	var b strings.Builder
	b.WriteString("tree " + c.tree + "\n")
	for _, parent := range c.parents {
		b.WriteString("parent " + parent + "\n")
	}
	who := fmt.Sprintf("%s <%s> %d +0000", name, email, unix)
	b.WriteString("author " + who + "\ncommitter " + who + "\n\n" + c.message)
	return s.put("commit", []byte(b.String()))
}

// descends reports whether a commit is ancestor or descends from it.
func (s *store) descends(name, ancestor string) bool {
	queue, seen := []string{name}, map[string]bool{}
	for len(queue) > 0 {
		name, queue = queue[0], queue[1:]
		if name == ancestor {
			return true
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		c, _ := s.commit(name)
		queue = append(queue, c.parents...)
	}
	return false
}
