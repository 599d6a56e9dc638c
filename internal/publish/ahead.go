package publish

import (
	"context"
	"maps"
	"slices"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/publish/record"
)

// readers is how many files of a target are read side by side.
const readers = 8

// readAhead reads side by side what the plan will need of the target's files: the shards that
// differ from those of the build, as far as they matter, and the record of the month if an update
// may be new. Targets may be far away, and each file is a request.
func (p *Plan) readAhead(ctx context.Context) error {
	needed, guessed := map[string]bool{}, map[string][]byte{}
	// A guess at the content of a file, which its hash proves, saves reading it.
	need := func(path string, guesses ...[]byte) {
		node, there := p.head.Tree[path]
		for _, guess := range guesses {
			if there && node.Hash == fileset.Sum(guess) {
				guessed[path] = guess
				return
			}
		}
		if there {
			needed[path] = true
		}
	}
	if !p.head.Ours {
		was := maps.Clone(p.Build.Files)
		maps.DeleteFunc(was, func(path string, _ fileset.Hash) bool { _, there := p.head.Tree[path]; return !there })
		before := fileShards(was) // the build's files without those that are new
		for path, node := range p.head.Tree {
			if hash, wanted := p.Build.Files[path]; !private(path) && (!wanted || node != Node{hash, Regular}) {
				need(fileShard(path), p.shards[fileShard(path)], before[fileShard(path)])
			}
		}
	}
	fresh := false
	before := listed(slices.DeleteFunc(slices.Clone(p.Build.Updates), func(u Update) bool { // without those of new incidents
		_, there := p.head.Tree["incidents/"+u.ID+"/index.html"]
		return u.Kind == record.Incident && !there
	}))
	for shard, content := range p.listed {
		need(shard, content, before[shard])
		fresh = fresh || p.head.Tree[shard].Hash != fileset.Sum(content)
	}
	if month := record.Dir + "/" + record.Month(p.Build.Source.Instant); fresh && p.checked == nil {
		need(month)
		if !needed[month] { // the index will list it
			need(record.Dir + "/" + record.Index)
		}
	}
	paths := slices.Collect(maps.Keys(needed))
	contents := make([][]byte, len(paths))
	err := parallel.Try(len(paths), readers, func(n int) (err error) {
		contents[n], err = p.head.Read(ctx, paths[n])
		return err
	})
	head, read := *p.head, p.head.Read
	head.Read = func(ctx context.Context, path string) ([]byte, error) {
		if n := slices.Index(paths, path); n >= 0 {
			return contents[n], nil
		}
		if content, ok := guessed[path]; ok {
			return content, nil
		}
		return read(ctx, path)
	}
	p.head = &head
	return err
}
