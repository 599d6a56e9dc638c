package publish

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/publish/record"
)

// Notes returns the changes of Crier's own files that belong to the same publish: the record, the
// lists of known updates, the manifest and the source. They are in the order in which a target that
// writes one file at a time must write them, so that no update counts as known before it is
// recorded. at is when the publish happens, as exactly as possible; the new updates become public
// at that instant.
func (p *Plan) Notes(ctx context.Context, at time.Time) ([]Change, error) {
	p.at = at.UTC().Truncate(time.Second)
	files := map[string][]byte{SourceFile: []byte(p.Build.Source.Trailers())}
	maps.Copy(files, p.shards)
	for name, lines := range p.known {
		files[name] = knownText(lines)
	}
	gone := slices.Clone(p.stale)
	indexPath := record.Dir + "/" + record.Index
	if p.Build.Partial { // the record is incomplete from here on
		if _, there := p.head.Tree[indexPath]; there {
			gone = append(gone, indexPath)
		}
	} else if err := p.extend(ctx, at, files); err != nil {
		return nil, err
	}
	if err := p.receive(ctx, files); err != nil {
		return nil, err
	}
	for path, content := range files {
		if strings.HasPrefix(path, record.Dir+"/") {
			p.record[path] = content
		}
	}
	var notes []Change
	for _, path := range slices.Sorted(maps.Keys(files)) {
		notes = append(notes, p.note(path, files[path])...)
	}
	for _, path := range gone {
		notes = append(notes, Change{Change: fileset.Change{Path: path, Action: fileset.Delete}, Reason: "is a file of Crier that is no longer needed"})
	}
	if !p.Build.Partial {
		notes = append(notes, p.sumsNote(notes)...)
	}
	slices.SortStableFunc(notes, func(a, b Change) int { return rank(a.Path) - rank(b.Path) })
	return notes, nil
}

// note returns the change that writes one of Crier's own files, or nothing if the file is up to
// date.
func (p *Plan) note(path string, content []byte) []Change {
	hash := fileset.Sum(content)
	change := fileset.Change{Path: path, Action: fileset.Create, Hash: hash}
	if node, there := p.head.Tree[path]; there {
		if node == (Node{hash, Regular}) {
			return nil
		}
		change.Action = fileset.Update
	}
	return []Change{{change, "is a file of Crier", content}}
}

// sumsNote returns the change of SumsFile that goes with the other notes.
func (p *Plan) sumsNote(notes []Change) []Change {
	return p.note(SumsFile, sums(p.head.Tree.Apply(notes)))
}

// rank returns the position of a file in the order of writing.
func rank(path string) int {
	switch {
	case path == SumsFile: // last, when everything else has been written
		return 3
	case strings.HasPrefix(path, record.Dir+"/"):
		return 0
	case path == SourceFile:
		return 2
	}
	return 1
}

// extend updates the record: the file of the month, and the index if a file is new or if the record
// becomes complete from now on.
func (p *Plan) extend(ctx context.Context, at time.Time, files map[string][]byte) error {
	names := recordFiles(p.head.Tree)
	// What the first publish makes public may be a history of years, and what the first publish
	// after a gap makes public may have been public during the gap. Both go into a file of their
	// own.
	name := record.Month(at)
	indexPath := record.Dir + "/" + record.Index
	_, indexed := p.head.Tree[indexPath]
	if !indexed {
		name, p.begins = record.First, len(names) == 0
	}
	if p.checked != nil {
		maps.Copy(files, p.checked.repairs)
	}
	if len(p.Fresh) > 0 {
		entries := make([]record.Entry, 0, len(p.Fresh))
		switch {
		case p.checked != nil:
			entries = append(entries, p.checked.entries[name]...)
		case slices.Contains(names, name):
			content, err := p.head.content(ctx, record.Dir+"/"+name)
			if err != nil {
				return err
			}
			if entries, err = record.ParseFile(name, content); err != nil {
				// Can't fail: the file's hash is the one that Crier listed.
				return err
			}
		}
		there := map[record.Key]bool{} // recorded by a run that was killed before it listed them as known
		for _, e := range entries {
			there[e.Key] = true
		}
		for _, u := range p.Fresh {
			if !there[u.Key] {
				entries = append(entries, record.Entry{Key: u.Key, Public: p.at, Posted: u.Posted})
			}
		}
		files[record.Dir+"/"+name] = record.EncodeFile(entries)
	}
	comes := len(p.Fresh) > 0 && !slices.Contains(names, name)
	covers := time.Time{}
	switch {
	case !indexed:
	case p.checked == nil && !comes, p.checked != nil && !comes && !p.checked.rewrite:
		return nil
	case p.checked != nil:
		covers = p.checked.covers
	default:
		content, err := p.head.content(ctx, indexPath)
		if err != nil {
			return err
		}
		if covers, _, err = record.ParseIndex(content); err != nil {
			return err
		}
	}
	if covers.IsZero() {
		covers = p.at
	}
	if len(p.Fresh) > 0 {
		names = append(names, name)
	}
	files[indexPath] = record.EncodeIndex(covers, names)
	return nil
}

func (p *Plan) warn(line string) {
	if !slices.Contains(p.Warnings, line) {
		p.Warnings = append(p.Warnings, line)
	}
}
