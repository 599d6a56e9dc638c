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

// record reads the whole record of the target, as far as it is valid. Most of its files are known
// locally, where the last publish was fetched.
func (h *Head) record(ctx context.Context, local LocalBlobs) (*record.Record, error) {
	names := recordFiles(h.Tree)
	if _, there := h.Tree[record.Dir+"/"+record.Index]; there {
		names = append(names, record.Index)
	}
	known := map[string][]byte{}
	if local != nil && len(names) > 0 {
		var hashes []string
		for _, name := range names {
			hashes = append(hashes, h.Tree[record.Dir+"/"+name].Hash.String())
		}
		if err := local(ctx, hashes, func(hash string, content []byte) { known[hash] = content }); err != nil && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	contents := make([][]byte, len(names))
	err := parallel.Try(len(names), readers, func(n int) (err error) {
		content, ok := known[h.Tree[record.Dir+"/"+names[n]].Hash.String()]
		if !ok {
			content, err = h.Read(ctx, record.Dir+"/"+names[n])
		}
		contents[n] = content
		return err
	})
	if err != nil {
		return nil, err
	}
	files, read := map[string][]byte{}, h.Read
	h.Read = func(ctx context.Context, path string) ([]byte, error) {
		if name, ok := strings.CutPrefix(path, record.Dir+"/"); ok && files[name] != nil {
			return files[name], nil
		}
		return read(ctx, path)
	}
	for n, name := range names {
		files[name] = contents[n]
		if _, ok := known[h.Tree[record.Dir+"/"+name].Hash.String()]; !ok {
			h.read = append(h.read, contents[n])
		}
	}
	r, _ := record.Parse(files) // the publish repairs what is broken
	return r, nil
}

// Recorded reads what a target's record contains about some updates. It may leave out other updates
// and skips broken files.
func Recorded(ctx context.Context, place Target, build *Build, keys []record.Key) (*record.Record, error) {
	head, err := place.Head(ctx, build)
	if err != nil {
		return nil, err
	}
	missing := map[record.Key]bool{}
	for _, key := range keys {
		missing[key] = true
	}
	files := map[string][]byte{}
	for _, name := range recordFiles(head.Tree) {
		if len(missing) == 0 {
			break
		}
		content, err := head.Read(ctx, record.Dir+"/"+name)
		if err != nil {
			return nil, err
		}
		entries, err := record.ParseFile(name, content)
		if err != nil {
			continue
		}
		files[name] = content
		for _, e := range entries {
			delete(missing, e.Key)
		}
	}
	return record.Parse(files)
}
