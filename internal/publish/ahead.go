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
// differ from those of the build, as far as they matter, and the newest file of the record if an
// update may be new. Targets may be far away, and each file is a request.
func (p *Plan) readAhead(ctx context.Context) error {
	needed := map[string]bool{}
	need := func(shard string, expected []byte) {
		if node, there := p.head.Tree[shard]; there && (expected == nil || node.Hash != fileset.Sum(expected)) {
			needed[shard] = true
		}
	}
	if !p.head.Ours {
		for path, node := range p.head.Tree {
			if hash, wanted := p.Build.Files[path]; !private(path) && (!wanted || node != Node{hash, Regular}) {
				need(fileShard(path), p.shards[fileShard(path)])
			}
		}
	}
	fresh := false
	for shard, content := range p.listed {
		need(shard, content)
		fresh = fresh || p.head.Tree[shard].Hash != fileset.Sum(content)
	}
	if names := recordFiles(p.head.Tree); fresh && len(names) > 0 && p.checked == nil {
		need(record.Dir+"/"+names[0], nil)
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
		return read(ctx, path)
	}
	p.head = &head
	return err
}
