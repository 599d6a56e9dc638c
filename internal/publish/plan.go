package publish

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish/record"
)

// Plan is what a publish changes.
type Plan struct {
	Build    *Build
	Changes  []Change // of the site's files, sorted by path; for Crier's own files see Notes
	Fresh    []Update // updates that become public, sorted by key
	Warnings []string // problems of the target that did not stop the publish
	Commit   string   // hash of the commit that was published, if the target has commits

	head      *Head
	at        time.Time                  // when the new updates become public, once known
	received  []record.Entry             // delivery log of earlier runs
	record    map[string][]byte          // files of the record that were written
	begins    bool                       // this publish starts the record
	shards    map[string][]byte          // new content of the manifest's shards
	listed    map[string][]byte          // shards of known updates that follow from the build
	known     map[string]map[string]bool // changed shards of known updates, as sets of lines
	stale     []string                   // shards to delete
	checked   *checked                   // the whole record, if it was checked; else nil
	unknown   bool                       // a list of known updates is unreadable
	unsourced bool                       // SourceFile is unreadable
}

// Record returns the files of the record that the publish wrote, and those of Crier's own that it
// read from the target.
func (p *Plan) Record() [][]byte {
	return append(p.head.read, slices.Collect(maps.Values(p.record))...)
}

// Change is a file that a publish changes, with the reason.
type Change struct {
	fileset.Change
	Reason  string
	Content []byte // only of Crier's own files; the build has the content of the others
}

// SourcesError returns the error of a target that holds the sources of a site.
func SourcesError() error {
	return diag.Hinted(errors.New("the target has a config.toml: it holds the sources of a site"), "publish to a separate branch or folder")
}

// ForeignError reports that a file that Crier did not write is in the way.
type ForeignError struct{ Path string }

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s already exists, was not published by Crier and differs", e.Path)
}

func (e *ForeignError) Hint() string {
	return "publish to a separate branch, or replace it with --force"
}

// Make plans the publish that brings a target from its head to the build.
func Make(ctx context.Context, head *Head, build *Build, options Options) (*Plan, error) {
	if _, sources := head.Tree["config.toml"]; sources {
		return nil, SourcesError()
	}
	p := &Plan{Build: build, head: head, shards: map[string][]byte{}, record: map[string][]byte{}}
	if !head.Ours {
		p.shards = fileShards(build.Files)
	}
	p.listed = listed(build.Updates)
	if err := p.check(ctx, options.Local); err != nil {
		return nil, err
	}
	if err := p.readAhead(ctx, options.Local); err != nil {
		return nil, err
	}
	if err := p.files(ctx, options.Force); err != nil {
		return nil, err
	}
	for path := range head.Tree {
		if strings.HasPrefix(path, filesDir+"/") && p.shards[path] == nil {
			p.stale = append(p.stale, path)
		}
	}
	if err := p.updates(ctx); err != nil {
		return nil, err
	}
	p.conclude()
	return p, nil
}

// files compares the build's files with those of the target.
func (p *Plan) files(ctx context.Context, force bool) error {
	owner := ownership{head: p.head, wanted: p.shards, read: map[string]map[string]bool{}, broken: map[string]bool{}}
	var gone []string
	for path := range p.head.Tree {
		if _, wanted := p.Build.Files[path]; !wanted && !private(path) {
			ours, err := owner.ours(ctx, path)
			if err != nil {
				return err
			}
			if ours {
				gone = append(gone, path)
			}
		}
	}
	left := p.head.Tree
	if len(gone) > 0 {
		left = maps.Clone(left)
		for _, path := range gone {
			delete(left, path)
			p.change(path, fileset.Delete, fileset.Hash{}, "is no longer part of the site")
		}
	}
	folders := left.folderFiles()
	for _, path := range slices.Sorted(maps.Keys(p.Build.Files)) {
		hash := p.Build.Files[path]
		node, there := left[path]
		switch {
		case there && node == Node{hash, Regular}:
		case there:
			ours, err := owner.ours(ctx, path)
			if err != nil {
				return err
			}
			if !ours && !force && !owner.broken[fileShard(path)] {
				return &ForeignError{path}
			}
			p.change(path, fileset.Update, hash, "its content differs")
		default:
			if other := left.blocked(path, folders); other != "" {
				return &ForeignError{other}
			}
			p.change(path, fileset.Create, hash, "is not there yet")
		}
	}
	slices.SortFunc(p.Changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	for _, shard := range slices.Sorted(maps.Keys(owner.broken)) {
		p.warn(shard + " is not valid; rebuilt. Files that it should list and that the site no longer has may stay there")
	}
	return nil
}

func (p *Plan) change(path string, action fileset.Action, hash fileset.Hash, reason string) {
	p.Changes = append(p.Changes, Change{Change: fileset.Change{Path: path, Action: action, Hash: hash}, Reason: reason})
}

func private(path string) bool { return strings.HasPrefix(path, fileset.Private+"/") }

// ownership determines which files of a target Crier wrote. It reads only the shards of the
// manifest that it needs.
type ownership struct {
	head   *Head
	wanted map[string][]byte
	read   map[string]map[string]bool
	// broken holds shards that are not fully readable. Files that they should list may be replaced,
	// but are never deleted.
	broken map[string]bool
}

func (o *ownership) ours(ctx context.Context, path string) (bool, error) {
	if o.head.Ours {
		return true, nil
	}
	shard := fileShard(path)
	node, there := o.head.Tree[shard]
	if !there {
		return false, nil
	}
	lines, known := o.read[shard]
	if !known {
		content, wanted := o.wanted[shard]
		if !wanted || fileset.Sum(content) != node.Hash {
			var err error
			if content, err = o.head.content(ctx, shard); err != nil {
				return false, err
			}
		}
		var ok bool
		if lines, ok = shardLines(filesHeader, content); !ok {
			o.broken[shard] = true
		}
		o.read[shard] = lines
	}
	return lines[path], nil
}

// updates finds the updates that become public: those in the build that are not listed as known.
func (p *Plan) updates(ctx context.Context) error {
	p.known = map[string]map[string]bool{}
	fresh := map[string]bool{} // by line
	for name, content := range p.listed {
		wanted, _ := shardLines(knownHeader, content)
		node, there := p.head.Tree[name]
		if there && node.Hash == fileset.Sum(content) {
			continue
		}
		lines := map[string]bool{}
		if there {
			content, err := p.head.content(ctx, name)
			if err != nil {
				return err
			}
			var ok bool
			if lines, ok = shardLines(knownHeader, content); !ok {
				p.warn(name + " is not valid; rebuilt from its readable part and from the record")
				p.unknown = true
			}
		}
		if p.checked != nil { // recorded updates are known, whatever the list says
			for key := range p.checked.keys {
				if knownShard(key) == name {
					lines[knownLine(key)] = true
				}
			}
		}
		for line := range wanted {
			fresh[line] = !lines[line]
			lines[line] = true
		}
		// The shard may list more than the build shows.
		if node != (Node{fileset.Sum(knownText(lines)), Regular}) {
			p.known[name] = lines
		}
	}
	for _, u := range p.Build.Updates {
		if len(fresh) > 0 && fresh[knownLine(u.Key)] {
			p.Fresh = append(p.Fresh, u)
		}
	}
	slices.SortFunc(p.Fresh, func(a, b Update) int { return a.Key.Compare(b.Key) })
	return nil
}

// Nothing reports whether the target already shows the build.
func (p *Plan) Nothing() bool {
	if len(p.Changes) > 0 || len(p.Fresh) > 0 || len(p.known) > 0 || len(p.stale) > 0 || p.checked != nil || p.unsourced {
		return false
	}
	for name, content := range p.shards {
		if p.head.Tree[name].Hash != fileset.Sum(content) {
			return false
		}
	}
	return true
}

// Worst returns the highest severity of the new updates, or zero if none belongs to an incident.
func (p *Plan) Worst() incident.Severity {
	var worst incident.Severity
	for _, u := range p.Fresh {
		worst = worst.Worse(u.Severity)
	}
	return worst
}

// Count returns the number of changed files of the site by kind of change.
func (p *Plan) Count(action fileset.Action) int {
	n := 0
	for _, c := range p.Changes {
		if c.Action == action {
			n++
		}
	}
	return n
}
