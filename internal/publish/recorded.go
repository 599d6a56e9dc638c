package publish

import (
	"context"
	"slices"
	"strings"

	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/publish/record"
)

// recordFiles returns the names of a target's record files, those with the newest entries first.
func recordFiles(tree Tree) []string {
	var names []string
	for path := range tree {
		if name, ok := strings.CutPrefix(path, record.Dir+"/"); ok && record.IsFile(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names) // first.json, the oldest, sorts after the months
	if n := len(names); n > 0 && names[n-1] == record.First {
		names = append([]string{record.First}, names[:n-1]...)
	}
	slices.Reverse(names)
	return names
}

// readers is how many files of a target are read side by side.
const readers = 8

// fetch reads files of the tree for content, side by side, except those that are known locally: a
// branch may be far away, and each file is a request.
func (h *Head) fetch(ctx context.Context, local LocalBlobs, paths []string) error {
	paths = slices.DeleteFunc(paths, func(path string) bool {
		_, read := h.contents[path]
		return read
	})
	known := map[string][]byte{}
	if local != nil && !h.Ours && len(paths) > 0 {
		hashes := make([]string, len(paths))
		for n, path := range paths {
			hashes[n] = h.Tree[path].Hash.String()
		}
		if err := local(ctx, hashes, func(hash string, content []byte) { known[hash] = content }); err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	contents := make([][]byte, len(paths))
	err := parallel.Try(len(paths), readers, func(n int) (err error) {
		content, ok := known[h.Tree[paths[n]].Hash.String()]
		if !ok {
			content, err = h.Read(ctx, paths[n])
		}
		contents[n] = content
		return err
	})
	if err != nil {
		return err
	}
	if h.contents == nil {
		h.contents = map[string][]byte{}
	}
	for n, path := range paths {
		h.contents[path] = contents[n]
		if _, ok := known[h.Tree[path].Hash.String()]; !ok {
			h.read = append(h.read, contents[n])
		}
	}
	return nil
}

// content returns the content of a file of the tree.
func (h *Head) content(ctx context.Context, path string) ([]byte, error) {
	if content, ok := h.contents[path]; ok {
		return content, nil
	}
	return h.Read(ctx, path)
}

// record reads the whole record of the target, as far as it is valid.
func (h *Head) record(ctx context.Context, local LocalBlobs) (*record.Record, error) {
	names := recordFiles(h.Tree)
	if _, there := h.Tree[record.Dir+"/"+record.Index]; there {
		names = append(names, record.Index)
	}
	paths := make([]string, len(names))
	for n, name := range names {
		paths[n] = record.Dir + "/" + name
	}
	if err := h.fetch(ctx, local, slices.Clone(paths)); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for n, name := range names {
		files[name] = h.contents[paths[n]]
	}
	r, _ := record.Parse(files) // the publish repairs what is broken
	return r, nil
}

// Recorded reads a target's record, as far as it is valid.
func Recorded(ctx context.Context, place Target, build *Build) (*record.Record, error) {
	head, err := place.Head(ctx, build)
	if err != nil {
		return nil, err
	}
	return head.record(ctx, nil)
}
