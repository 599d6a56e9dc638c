package githubpages

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/go-github/v60/github"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/publish"
)

// Limits of one request. GitHub stops requests that take longer than ten seconds and rejects bodies
// that are too large. It documents no limit for trees; these values are well below what it accepts.
const (
	batchFiles = 500
	batchBytes = 4 << 20
)

// Large uploads proceed in rounds. The batches of a round are uploaded side by side, as trees that
// nothing refers to, and then joined into the next tree. After each round but the last, the tree is
// saved under a ref, so that another run can continue from there.
const (
	roundBatches = 8
	writers      = 4
)

// upload uploads files as a sequence of growing trees.
type upload struct {
	branch *Branch
	plan   *publish.Plan
	tree   string       // hash of the last tree; "" if none
	now    publish.Tree // content of the last tree
	saved  bool         // a ref keeps an unfinished tree
	base   string       // hash of the tree before finish, which may run more than once
	before publish.Tree // content of that tree
	rest   []item       // left for finish
}

// item is an entry of a tree to create.
type item struct {
	path    string
	node    publish.Node // zero: the file is deleted
	content []byte       // nil if GitHub already has it
}

// upload uploads all files of a plan except the last few. finish uploads the rest together with
// Crier's own files.
func (b *Branch) upload(ctx context.Context, head *publish.Head, plan *publish.Plan) (*upload, error) {
	up := &upload{branch: b, plan: plan, tree: head.Root, now: head.Tree}
	wanted := head.Tree.Apply(plan.Changes)
	if len(plan.Changes) > roundBatches*batchFiles {
		if err := up.resume(ctx, plan.Build); err != nil {
			return nil, err
		}
	}
	var round [][]item
	var items []item
	size := 0
	for _, path := range up.differences(wanted) {
		i, err := up.item(path, wanted)
		if err != nil {
			return nil, err
		}
		if full(items, size, i) {
			// An empty repository is given its first commit by one request, not by several at once.
			if round, items, size = append(round, items), nil, 0; len(round) == roundBatches || up.tree == "" {
				if err := up.sendRound(ctx, round); err != nil {
					return nil, up.keep(err)
				}
				if len(round) == roundBatches {
					if err := up.save(ctx); err != nil {
						return nil, err
					}
				}
				round = nil
			}
		}
		items, size = append(items, i), size+len(i.content)
	}
	if size > batchBytes*3/4 || len(items) > batchFiles*3/4 { // no room for notes
		round, items = append(round, items), nil
	}
	if err := up.sendRound(ctx, round); err != nil {
		return nil, up.keep(err)
	}
	up.base, up.before = up.tree, up.now
	up.rest = items
	return up, nil
}

// full reports whether a batch has no room for another item.
func full(items []item, size int, i item) bool {
	return len(items) > 0 && (len(items) >= batchFiles || size+len(i.content) > batchBytes)
}

// differences returns the paths to change, deletions first.
func (u *upload) differences(wanted publish.Tree) []string {
	var gone, changed []string
	for path := range u.now {
		if _, stays := wanted[path]; !stays {
			gone = append(gone, path)
		}
	}
	for path, node := range wanted {
		if u.now[path] != node {
			changed = append(changed, path)
		}
	}
	slices.Sort(gone)
	slices.Sort(changed)
	return append(gone, changed...)
}

// item returns the entry of a path: deleted, with the content of the build, or, for a file that
// isn't ours, as it is in the repository.
func (u *upload) item(path string, wanted publish.Tree) (item, error) {
	node, stays := wanted[path]
	if !stays {
		return item{path: path}, nil
	}
	if hash, ours := u.plan.Build.Files[path]; !ours || hash != node.Hash {
		return item{path: path, node: node}, nil
	}
	content, err := u.plan.Build.Content(path)
	if err != nil {
		return item{}, err
	}
	if fileset.Sum(content) != node.Hash {
		return item{}, fmt.Errorf("the content of %s has changed since it was compared", path)
	}
	return item{path, node, append([]byte{}, content...)}, nil // must not be nil, even if empty
}

// sendRound uploads batches side by side, and creates the next tree from the last one and all of
// them.
func (u *upload) sendRound(ctx context.Context, batches [][]item) error {
	if len(batches) < 2 {
		return u.send(ctx, slices.Concat(batches...))
	}
	err := parallel.Try(len(batches), writers, func(n int) error {
		part := upload{branch: u.branch}
		return part.send(ctx, slices.DeleteFunc(slices.Clone(batches[n]), func(i item) bool { return i.content == nil }))
	})
	if err != nil {
		return err
	}
	all := slices.Concat(batches...)
	for n := range all {
		all[n].content = nil // GitHub has it now
	}
	return u.send(ctx, all)
}

// send creates the next tree from the last one and the entries.
func (u *upload) send(ctx context.Context, items []item) error {
	if len(items) == 0 {
		return nil
	}
	b := u.branch
	entries := make([]*github.TreeEntry, 0, len(items))
	next := make(publish.Tree, len(u.now)+len(items))
	maps.Copy(next, u.now)
	for _, i := range items {
		entry := &github.TreeEntry{Path: github.String(i.path), Mode: github.String(publish.Regular), Type: github.String("blob")}
		switch {
		case i.node == publish.Node{}:
			delete(next, i.path)
		case i.content == nil:
			entry.Mode, entry.SHA = github.String(i.node.Mode), github.String(i.node.Hash.String())
			if i.node.Mode == "160000" {
				entry.Type = github.String("commit")
			}
			next[i.path] = i.node
		default:
			if err := u.content(ctx, i, entry); err != nil {
				return err
			}
			next[i.path] = i.node
		}
		entries = append(entries, entry)
	}
	made, err := b.createTree(ctx, u.tree, entries)
	if err != nil {
		return err
	}
	u.tree, u.now = made, next
	return nil
}

// content adds the content to its entry. GitHub accepts anything but text only as a blob.
func (u *upload) content(ctx context.Context, i item, entry *github.TreeEntry) error {
	if utf8.Valid(i.content) && !bytes.ContainsRune(i.content, 0) {
		entry.Content = github.String(string(i.content))
		return nil
	}
	b := u.branch
	create := func() error {
		_, _, err := b.client.Git.CreateBlob(ctx, b.options.Owner, b.options.Repository, &github.Blob{
			Content: github.String(base64.StdEncoding.EncodeToString(i.content)), Encoding: github.String("base64"),
		})
		return err
	}
	if err := b.beginning(ctx, create); err != nil {
		return err
	}
	entry.SHA = github.String(i.node.Hash.String())
	return nil
}

// createTree creates a tree. It retries if GitHub doesn't know the base tree yet, which may not
// have reached all of its servers.
func (b *Branch) createTree(ctx context.Context, base string, entries []*github.TreeEntry) (string, error) {
	var made *github.Tree
	create := func() (err error) {
		made, _, err = b.client.Git.CreateTree(ctx, b.options.Owner, b.options.Repository, base, entries)
		return err
	}
	for attempt := 0; ; attempt++ {
		err := b.beginning(ctx, create)
		if err == nil {
			return made.GetSHA(), nil
		}
		if code, said := status(err); attempt == fewTimes || code != http.StatusNotFound || base == "" {
			return "", err
		} else if err := b.patience.Again(ctx, attempt, 0, "GitHub does not know the previous tree yet: "+said); err != nil {
			return "", err
		}
	}
}

// beginning calls do. If that fails because the repository is empty, it creates the first commit
// and calls do again.
func (b *Branch) beginning(ctx context.Context, do func() error) error {
	for attempt := 0; ; attempt++ {
		err := do()
		if code, said := status(err); attempt == fewTimes || code != http.StatusConflict || !strings.Contains(strings.ToLower(said), "empty") {
			return err
		}
		if err := b.begin(ctx); err != nil {
			return err
		}
	}
}

// finish uploads the rest of the files together with Crier's own. It checks that the resulting tree
// has the expected hash.
func (u *upload) finish(ctx context.Context, notes []publish.Change) (string, error) {
	u.tree, u.now = u.base, u.before
	items := slices.Clone(u.rest)
	size := 0
	for _, i := range items {
		size += len(i.content)
	}
	for _, note := range notes {
		i := item{path: note.Path}
		if note.Action != fileset.Delete {
			i.node, i.content = publish.Node{Hash: note.Hash, Mode: publish.Regular}, append([]byte{}, note.Content...)
		}
		if full(items, size, i) {
			if err := u.send(ctx, items); err != nil {
				return "", err
			}
			items, size = nil, 0
		}
		items, size = append(items, i), size+len(i.content)
	}
	if err := u.send(ctx, items); err != nil {
		return "", err
	}
	if meant := u.now.Hash(); meant != u.tree {
		return "", fmt.Errorf("GitHub made the tree %s instead of %s", u.tree, meant)
	}
	return u.tree, nil
}
