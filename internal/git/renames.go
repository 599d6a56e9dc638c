package git

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// content is what a file held under a path.
type content struct{ path, blob string }

// renames returns the former paths of the files that a commit renamed, by their new paths. A file
// was renamed if the same content, or the same update with another content, is in a new place.
// Among several candidates, the one with the most similar path counts.
func (c commit) renames(identities map[content]string) map[string]string {
	renames := map[string]string{}
	var from, to []content // of files that went or were overwritten, and that came or overwrote others
	for _, change := range c.changes {
		gone := change.from != "" && (change.to == "" || identities[content{change.path, change.from}] != identities[content{change.path, change.to}])
		if gone {
			from = append(from, content{change.path, change.from})
		}
		if change.to != "" {
			to = append(to, content{change.path, change.to})
		}
	}
	if len(from) == 0 {
		return nil
	}
	from, to = pair(renames, from, to, func(c content) string { return c.blob })
	// What was overwritten and is nowhere else is not a rename.
	edited := map[string]bool{}
	for _, change := range c.changes {
		edited[change.path] = change.from != "" && change.to != ""
	}
	pair(renames, without(from, edited), without(to, edited), func(c content) string { return identities[c] })
	return renames
}

// without returns the contents whose paths are not in the set.
func without(contents []content, paths map[string]bool) []content {
	var kept []content
	for _, c := range contents {
		if !paths[c.path] {
			kept = append(kept, c)
		}
	}
	return kept
}

// pair adds to renames the pairs with equal keys, first those with the longest common end of their
// paths, and returns the contents that are left.
func pair(renames map[string]string, from, to []content, key func(content) string) (fromLeft, toLeft []content) {
	const names = 5 // content/incidents/2026/api-down/01-investigating.md
	for n := names; n >= 0 && len(from) > 0 && len(to) > 0; n-- {
		byKey := make(map[string][]string, len(from))
		id := func(c content) string {
			if key(c) == "" {
				return ""
			}
			return key(c) + "\x00" + lastNames(c.path, n)
		}
		for _, c := range from {
			byKey[id(c)] = append(byKey[id(c)], c.path)
		}
		delete(byKey, "")
		paired := map[string]bool{}
		var left []content
		for _, c := range to {
			k := id(c)
			if paths := byKey[k]; len(paths) > 0 {
				renames[c.path], byKey[k], paired[paths[0]] = paths[0], paths[1:], true
				continue
			}
			left = append(left, c)
		}
		from, to = without(from, paired), left
	}
	return from, to
}

// lastNames returns the last n names of a path.
func lastNames(path string, n int) string {
	at := len(path)
	for ; n > 0 && at > 0; n-- {
		at = max(strings.LastIndexByte(path[:at], '/'), 0)
	}
	return path[at:]
}

// identities returns which updates the contents are that may have been renamed and changed at once:
// in a commit that removes files and adds others, or that moves the content of one that it changes.
func (h *History) identities(ctx context.Context, commits []commit, identity func(path string, content []byte) string) (map[content]string, error) {
	wanted := map[string][]string{} // paths by blob
	want := func(path, blob string) { wanted[blob] = append(wanted[blob], path) }
	for _, c := range commits {
		if len(c.changes) < 2 || !slices.ContainsFunc(c.changes, func(c change) bool { return c.from != "" }) {
			continue
		}
		from, to := map[string]bool{}, map[string]bool{}
		for _, change := range c.changes {
			from[change.from], to[change.to] = true, true
		}
		delete(from, "")
		var removed, added []content
		for _, change := range c.changes {
			switch {
			case change.to == "" && !to[change.from]:
				removed = append(removed, content{change.path, change.from})
			case change.from == "" && !from[change.to]:
				added = append(added, content{change.path, change.to})
			case change.from != "" && change.to != "" && to[change.from]:
				want(change.path, change.from)
				want(change.path, change.to)
			}
		}
		if len(removed) > 0 && len(added) > 0 {
			for _, c := range append(removed, added...) {
				want(c.path, c.blob)
			}
		}
	}
	found := map[content]string{}
	return found, Blobs(ctx, h.folder, slices.Collect(maps.Keys(wanted)), func(blob string, raw []byte) {
		for _, path := range wanted[blob] {
			found[content{path, blob}] = identity(path, raw)
		}
	})
}
