package githubtest

import (
	"strconv"
	"strings"
	"testing"

	"settler.io/crier/internal/testsite/testenv"
)

// folder is a git tree that can be changed. Folders are read only when needed.
type folder struct {
	store   *store
	sha     string             // hash of the tree in the store; "" once it has changed
	nodes   map[string]node    // all entries except folders, by name; nil until read
	folders map[string]*folder // by name
}

// openFolder returns a tree of the store, or an empty one if sha is "". ok is false if there is no
// such tree.
func openFolder(s *store, sha string) (f *folder, ok bool) {
	f = &folder{store: s, sha: sha}
	if _, ok = s.get("tree", sha); sha != "" && !ok {
		return nil, false
	}
	return f, true
}

func (f *folder) read() {
	if f.nodes != nil {
		return
	}
	f.nodes, f.folders = map[string]node{}, map[string]*folder{}
	if f.sha == "" {
		return
	}
	entries, _ := f.store.entries(f.sha)
	for _, e := range entries {
		if e.mode == "40000" {
			f.folders[e.name] = &folder{store: f.store, sha: e.sha}
		} else {
			f.nodes[e.name] = e
		}
	}
}

func (f *folder) set(path, mode, sha string) {
	f.read()
	f.sha = ""
	name, rest, below := strings.Cut(path, "/")
	if !below {
		delete(f.folders, name)
		f.nodes[name] = node{mode, name, sha}
		return
	}
	delete(f.nodes, name)
	if f.folders[name] == nil {
		f.folders[name] = &folder{store: f.store}
	}
	f.folders[name].set(rest, mode, sha)
}

// remove deletes a file and reports whether it existed.
func (f *folder) remove(path string) bool {
	f.read()
	name, rest, below := strings.Cut(path, "/")
	if !below {
		_, there := f.nodes[name]
		delete(f.nodes, name)
		f.sha = ""
		return there
	}
	inner := f.folders[name]
	if inner == nil || !inner.remove(rest) {
		return false
	}
	f.sha = ""
	if len(inner.nodes)+len(inner.folders) == 0 {
		delete(f.folders, name)
	}
	return true
}

// write stores the tree and all trees below it.
func (f *folder) write() string {
	if f.sha != "" {
		return f.sha
	}
	f.read()
	var nodes []node
	for _, n := range f.nodes {
		nodes = append(nodes, n)
	}
	for name, inner := range f.folders {
		nodes = append(nodes, node{"40000", name, inner.write()})
	}
	return f.store.putTree(nodes)
}

// FilesOf returns all files of a branch of a repository, as read by git.
func FilesOf(t testing.TB, dir, branch string) map[string]string {
	t.Helper()
	git := func(stdin string, args ...string) string {
		c := testenv.GitCommand(t, dir, args...)
		c.Stdin = strings.NewReader(stdin)
		out, err := c.Output()
		if err != nil {
			t.Fatalf("git %s: %v", strings.Join(args, " "), err)
		}
		return string(out)
	}
	var names, hashes []string
	for line := range strings.SplitSeq(strings.TrimSuffix(git("", "ls-tree", "-r", "-z", branch), "\x00"), "\x00") {
		if head, name, ok := strings.Cut(line, "\t"); ok {
			names, hashes = append(names, name), append(hashes, strings.Fields(head)[2])
		}
	}
	files := map[string]string{}
	out := git(strings.Join(hashes, "\n")+"\n", "cat-file", "--batch")
	for _, name := range names {
		head, rest, _ := strings.Cut(out, "\n")
		size, err := strconv.Atoi(strings.Fields(head)[2])
		if err != nil {
			t.Fatal(err)
		}
		files[name], out = rest[:size], rest[size+1:]
	}
	return files
}
