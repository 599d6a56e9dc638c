package publish

import (
	"context"
	"maps"
	"slices"
	"strings"

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
	// A shard need not be read if its hash shows that it holds what we expect: what the build
	// implies, or the same without the lines that are new.
	need := func(shard string, content []byte, isNew func(line string) bool) {
		node, there := p.head.Tree[shard]
		if !there || needed[shard] || guessed[shard] != nil {
			return
		}
		for range 2 {
			if node.Hash == fileset.Sum(content) {
				guessed[shard] = content
				return
			}
			content = withoutLines(content, isNew)
		}
		needed[shard] = true
	}
	there := func(path string) bool { _, there := p.head.Tree[path]; return there }
	if !p.head.Ours {
		for path, node := range p.head.Tree {
			if hash, wanted := p.Build.Files[path]; !private(path) && (!wanted || node != Node{hash, Regular}) {
				shard := fileShard(path)
				need(shard, p.shards[shard], func(line string) bool { return !there(line) })
			}
		}
	}
	fresh := false
	for shard, content := range p.listed {
		need(shard, content, func(line string) bool { // of a new incident
			id, ok := strings.CutPrefix(line, string(record.Incident)+" ")
			id, _, _ = strings.Cut(id, "/")
			return ok && !there("incidents/"+id+"/index.html")
		})
		fresh = fresh || p.head.Tree[shard].Hash != fileset.Sum(content)
	}
	if month := record.Dir + "/" + record.Month(p.Build.Source.Instant); fresh && p.checked == nil {
		if !there(month) { // the index will list it
			month = record.Dir + "/" + record.Index
		}
		if there(month) {
			needed[month] = true
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
