package publish

import (
	"cmp"
	"crypto/sha1"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"settler.io/crier/internal/fileset"
)

// Node is an entry of a git tree. Entries that are not regular files, such as links, have another
// mode.
type Node struct {
	Hash fileset.Hash
	Mode string // as git writes it, such as Regular
}

// File modes of what Crier writes.
const (
	Regular = "100644"
	Folder  = "40000"
)

// Tree maps the path of everything in a git tree, except folders, to its node.
type Tree map[string]Node

// ParseTree parses what `git ls-tree -r -z` prints.
func ParseTree(listing []byte) (Tree, error) {
	t := Tree{}
	for entry := range strings.SplitSeq(strings.TrimSuffix(string(listing), "\x00"), "\x00") {
		about, path, ok := strings.Cut(entry, "\t")
		if words := strings.Fields(about); ok && len(words) == 3 {
			hash, err := fileset.ParseHash(words[2])
			if err != nil {
				return nil, err
			}
			t[path] = Node{hash, words[0]}
		}
	}
	return t, nil
}

// Folders returns the hash of every folder of the tree as git computes it (gitformat-pack(5),
// "tree"), by path. The root's path is "".
func (t Tree) Folders() map[string]fileset.Hash {
	type child struct {
		name string
		Node
	}
	children := map[string][]child{"": nil}
	var open func(folder string)
	open = func(folder string) {
		if _, known := children[folder]; known {
			return
		}
		children[folder] = nil
		open(above(folder))
	}
	for path, node := range t {
		folder := above(path)
		open(folder)
		children[folder] = append(children[folder], child{strings.TrimPrefix(path[len(folder):], "/"), node})
	}
	folders := make([]string, 0, len(children))
	for folder := range children {
		folders = append(folders, folder)
	}
	slices.SortFunc(folders, func(a, b string) int { // deepest first
		return cmp.Or(strings.Count(b, "/")-strings.Count(a, "/"), len(b)-len(a), strings.Compare(a, b))
	})
	hashes := make(map[string]fileset.Hash, len(folders))
	for _, folder := range folders {
		// Git sorts folders as if their names ended in a slash.
		list := children[folder]
		slices.SortFunc(list, func(a, b child) int { return strings.Compare(sortName(a.name, a.Mode), sortName(b.name, b.Mode)) })
		var body []byte
		for _, c := range list {
			body = append(append(append(body, c.Mode+" "+c.name...), 0), c.Hash[:]...)
		}
		h := sha1.New()
		h.Write([]byte("tree " + strconv.Itoa(len(body)) + "\x00"))
		h.Write(body)
		hashes[folder] = fileset.Hash(h.Sum(nil))
		if folder != "" {
			up := above(folder)
			children[up] = append(children[up], child{strings.TrimPrefix(folder[len(up):], "/"), Node{hashes[folder], Folder}})
		}
	}
	return hashes
}

func sortName(name, mode string) string {
	if mode == Folder {
		return name + "/"
	}
	return name
}

// above returns the parent folder of a path; "" is the root.
func above(path string) string {
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return path[:i]
	}
	return ""
}

// Hash returns the hash of the whole tree, in hexadecimal.
func (t Tree) Hash() string {
	h := t.Folders()[""]
	return hex.EncodeToString(h[:])
}

// Apply returns the tree after the changes.
func (t Tree) Apply(changes []Change) Tree {
	to := make(Tree, len(t)+len(changes))
	for path, node := range t {
		to[path] = node
	}
	for _, c := range changes {
		if c.Action == fileset.Delete {
			delete(to, c.Path)
		} else {
			to[c.Path] = Node{c.Hash, Regular}
		}
	}
	return to
}

// blocked returns a file of the tree that conflicts with a path, or "" if there is none: a file
// where the path needs a folder, or a file below the path.
func (t Tree) blocked(path string, folders map[string]string) string {
	for up := above(path); up != ""; up = above(up) {
		if _, there := t[up]; there {
			return up
		}
	}
	return folders[path]
}

// folderFiles returns, for every folder of the tree, the path of one file in it.
func (t Tree) folderFiles() map[string]string {
	folders := map[string]string{}
	for path := range t {
		for up := above(path); up != ""; up = above(up) {
			if _, known := folders[up]; known {
				break
			}
			folders[up] = path
		}
	}
	return folders
}
