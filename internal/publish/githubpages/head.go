package githubpages

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/google/go-github/v60/github"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/publish"
)

// manyFiles is the number of files from which a folder is not listed recursively with one request.
// A response has at most 100,000 entries and 7 MB.
const manyFiles = 15000

// Ahead starts to read the branch while the caller makes the build, which has about this number of
// files.
func (b *Branch) Ahead(ctx context.Context, files int) {
	b.ahead = make(chan answer, 1)
	go func() {
		a := b.read(ctx)
		if a.err == nil && a.tree == nil {
			b.ask(ctx, a.branch.GetCommit().GetCommit().GetTree().GetSHA(), files < manyFiles) // Head asks again if it fails
		}
		b.ahead <- a
	}()
}

// answer is what GitHub answers about the branch.
type answer struct {
	branch github.Branch
	tree   publish.Tree // nil: not known without asking GitHub
	err    error
}

func (b *Branch) read(ctx context.Context) (a answer) {
	a.err = b.get(ctx, "branches/"+url.PathEscape(b.options.Branch), &a.branch)
	if a.err == nil && b.options.LocalTree != nil {
		a.tree = b.options.LocalTree(ctx, a.branch.GetCommit().GetCommit().GetTree().GetSHA())
	}
	return a
}

// Head reads the branch: its commit and the list of all files.
func (b *Branch) Head(ctx context.Context, build *publish.Build) (*publish.Head, error) {
	var read answer
	if b.ahead != nil {
		read, b.ahead = <-b.ahead, nil
	} else {
		read = b.read(ctx)
	}
	branch, err := read.branch, read.err
	if code, said := status(err); code == http.StatusNotFound && strings.Contains(said, "Branch not found") {
		return &publish.Head{Tree: publish.Tree{}, Read: b.reader(publish.Tree{})}, b.creatable(ctx)
	}
	if err != nil {
		return nil, b.explain("reading the branch", err)
	}
	commit := branch.GetCommit()
	root := commit.GetCommit().GetTree().GetSHA()
	tree := read.tree
	if tree == nil {
		if tree, err = b.list(ctx, root, build); err != nil {
			return nil, b.explain("listing the branch", err)
		}
	}
	b.tree = root
	head := &publish.Head{Commit: commit.GetSHA(), Root: root, Tree: tree, Read: b.reader(tree)}
	return head, head.ReadSource(ctx, commit.GetCommit().GetMessage())
}

// creatable returns an error if the branch, which does not exist, can never be created. GitHub says
// only "Reference update failed" then.
func (b *Branch) creatable(ctx context.Context) error {
	first, _, _ := strings.Cut(b.options.Branch, "/")
	var found []github.Reference
	err := b.get(ctx, "git/matching-refs/heads/"+url.PathEscape(first), &found)
	if code, _ := status(err); code == http.StatusConflict { // the repository is empty
		return nil
	}
	if err != nil {
		return b.explain("reading the branches", err)
	}
	var refs []string
	for _, ref := range found {
		refs = append(refs, ref.GetRef())
	}
	return publish.Creatable(b.options.Branch, refs)
}

// reader returns a function that reads files of a tree, each one once.
func (b *Branch) reader(tree publish.Tree) func(context.Context, string) ([]byte, error) {
	return func(ctx context.Context, path string) ([]byte, error) {
		node, there := tree[path]
		if !there {
			return nil, fmt.Errorf("there is no %s", path)
		}
		if content, read := b.known.Load(node.Hash); read {
			return content.([]byte), nil
		}
		var blob github.Blob
		if err := b.get(ctx, "git/blobs/"+node.Hash.String(), &blob); err != nil {
			return nil, b.explain("reading "+path, err)
		}
		content := []byte(blob.GetContent())
		if blob.GetEncoding() == "base64" {
			var err error
			if content, err = base64.StdEncoding.DecodeString(strings.ReplaceAll(blob.GetContent(), "\n", "")); err != nil {
				return nil, fmt.Errorf("reading %s: %w", path, err)
			}
		}
		if fileset.Sum(content) != node.Hash {
			return nil, fmt.Errorf("reading %s: GitHub returned other content than it listed", path)
		}
		b.known.Store(node.Hash, content)
		return content, nil
	}
}

// list returns all files below a tree. If the tree is too large for one response, folders that have
// the expected hash are not listed, which saves requests.
func (b *Branch) list(ctx context.Context, root string, build *publish.Build) (publish.Tree, error) {
	expected := make(publish.Tree, len(build.Files))
	for name, hash := range build.Files {
		expected[name] = publish.Node{Hash: hash, Mode: publish.Regular}
	}
	l := &lister{branch: b, tree: publish.Tree{}, expected: expected, folders: expected.Folders(), counts: map[string]int{}, sorted: slices.Sorted(maps.Keys(expected))}
	for name := range expected {
		for folder := name; folder != "."; {
			folder = path.Dir(folder)
			l.counts[folder]++
		}
	}
	return l.tree, l.list(ctx, "", root)
}

type lister struct {
	branch   *Branch
	mutex    sync.Mutex
	tree     publish.Tree
	expected publish.Tree
	folders  map[string]fileset.Hash // hashes of the expected tree's folders
	counts   map[string]int          // number of expected files in each folder and below; "." is the root
	sorted   []string                // paths of the expected files
}

func (l *lister) list(ctx context.Context, folder, sha string) error {
	if l.counts[path.Clean(folder)] < manyFiles {
		found, err := l.branch.ask(ctx, sha, true)
		if err != nil {
			return err
		}
		if !found.GetTruncated() {
			return l.take(ctx, folder, found, false)
		}
	}
	found, err := l.branch.ask(ctx, sha, false)
	if err != nil {
		return err
	}
	if found.GetTruncated() {
		return fmt.Errorf("the folder %q has too many entries for GitHub to list", folder)
	}
	return l.take(ctx, folder, found, true)
}

// ask returns a tree, which never changes and is therefore requested once.
func (b *Branch) ask(ctx context.Context, sha string, recursive bool) (*github.Tree, error) {
	request := "git/trees/" + sha
	if recursive {
		request += "?recursive=1"
	}
	if found, known := b.known.Load(request); known {
		return found.(*github.Tree), nil
	}
	var found github.Tree
	if err := b.get(ctx, request, &found); err != nil {
		return nil, err
	}
	b.known.Store(request, &found)
	return &found, nil
}

// take adds the entries of a listing, and with descend also lists the folders in it, side by side.
func (l *lister) take(ctx context.Context, folder string, found *github.Tree, descend bool) error {
	below, err := l.add(folder, found, descend)
	if err != nil {
		return err
	}
	return parallel.Try(len(below), writers, func(n int) error {
		return l.list(ctx, strings.TrimPrefix(folder+"/"+below[n].GetPath(), "/"), below[n].GetSHA())
	})
}

// add adds the entries of a listing, and returns the folders that remain to be listed.
func (l *lister) add(folder string, found *github.Tree, descend bool) (below []*github.TreeEntry, err error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, e := range found.Entries {
		path := strings.TrimPrefix(folder+"/"+e.GetPath(), "/")
		hash, err := fileset.ParseHash(e.GetSHA())
		if err != nil {
			return nil, err
		}
		switch {
		case e.GetType() != "tree":
			l.tree[path] = publish.Node{Hash: hash, Mode: e.GetMode()}
		case !descend:
		case l.folders[path] == hash:
			at, _ := slices.BinarySearch(l.sorted, path+"/")
			for ; at < len(l.sorted) && strings.HasPrefix(l.sorted[at], path+"/"); at++ {
				l.tree[l.sorted[at]] = l.expected[l.sorted[at]]
			}
		default:
			below = append(below, e)
		}
	}
	return below, nil
}
