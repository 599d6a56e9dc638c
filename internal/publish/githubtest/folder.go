package githubtest

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// folder is a git tree while it is changed. What nobody touches is not even read.
type folder struct {
	store   *store
	sha     string             // of the tree as it is in the store; "" once it was changed
	nodes   map[string]node    // all but folders, by name; nil until it is read
	folders map[string]*folder // by name
}

// openFolder gives a tree of the store, or with "" an empty one. ok is false where there is none.
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

// remove deletes a file, and reports whether it was there.
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

// write puts the tree and those below into the store.
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

// FilesOf gives all files of a branch of a repository, read by the git program.
func FilesOf(t testing.TB, dir, branch string) map[string]string {
	t.Helper()
	git := func(stdin string, args ...string) string {
		c := exec.Command("git", append([]string{"--git-dir", dir}, args...)...)
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
