package publish

import (
	"context"
	"maps"
	"slices"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/publish/record"
)

// readAhead reads what the plan will need of the target's files: the shards that differ from those
// of the build, as far as they matter, and the record of the month if an update may be new.
func (p *Plan) readAhead(ctx context.Context, local LocalBlobs) error {
	needed := map[string]bool{}
	need := func(path string) {
		if _, there := p.head.Tree[path]; there {
			needed[path] = true
		}
	}
	if !p.head.Ours {
		for path, node := range p.head.Tree {
			if hash, wanted := p.Build.Files[path]; private(path) || wanted && node == (Node{hash, Regular}) {
				continue
			}
			if shard := fileShard(path); !needed[shard] && p.head.Tree[shard].Hash != fileset.Sum(p.shards[shard]) {
				need(shard)
			}
		}
	}
	fresh := false
	for shard, content := range p.listed {
		if p.head.Tree[shard].Hash != fileset.Sum(content) {
			need(shard)
			fresh = true
		}
	}
	if month := record.Dir + "/" + record.Month(p.Build.Source.Instant); fresh && p.checked == nil {
		if _, there := p.head.Tree[month]; !there { // the index will list it
			month = record.Dir + "/" + record.Index
		}
		need(month)
	}
	return p.head.fetch(ctx, local, slices.Collect(maps.Keys(needed)))
}
