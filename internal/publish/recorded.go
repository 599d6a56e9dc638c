package publish

import (
	"context"
	"slices"
	"strings"

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
