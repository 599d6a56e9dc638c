package publish

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/publish/record"
)

// SumsFile lists the hashes of Crier's own files. Its content is derived from the tree, so if its
// hash is as expected, no one has changed one of those files since Crier wrote them, and none has
// to be read to know that. Otherwise all files of the record are read, checked and repaired.
const SumsFile = record.Dir + "/" + record.Sums

// sums returns the content of SumsFile for a tree.
func sums(tree Tree) []byte {
	var lines []string
	for path, node := range tree {
		if path != SumsFile && (strings.HasPrefix(path, record.Dir+"/") || strings.HasPrefix(path, filesDir+"/") || strings.HasPrefix(path, knownDir+"/")) {
			lines = append(lines, path+" "+node.Hash.String())
		}
	}
	slices.Sort(lines)
	return []byte("crier sums 1\n" + strings.Join(lines, "\n") + "\n")
}

// checked is a target's record, if it had to be read completely.
type checked struct {
	entries map[string][]record.Entry // by file name
	keys    map[record.Key]bool       // of all entries
	repairs map[string][]byte         // files to write, by path
	covers  time.Time                 // start of the coverage; zero: with the next publish
	index   string                    // what is wrong with the index; "" for nothing
	rewrite bool                      // the index must be rewritten
	unread  bool                      // something was unreadable
}

// check reads the whole record if someone else may have changed one of Crier's own files, and plans
// the repair.
func (p *Plan) check(ctx context.Context, local LocalBlobs) error {
	if _, there := p.head.Tree[SourceFile]; there && p.head.Source.IsZero() {
		p.warn(SourceFile + " is not valid, so it is unknown which build is there; rewritten")
		p.unsourced = true
	}
	if p.Build.Partial || p.head.Tree[SumsFile] == (Node{fileset.Sum(sums(p.head.Tree)), Regular}) {
		return nil
	}
	c := &checked{entries: map[string][]record.Entry{}, keys: map[record.Key]bool{}, repairs: map[string][]byte{}}
	p.checked = c
	if _, err := p.head.record(ctx, local); err != nil {
		return err
	}
	names := recordFiles(p.head.Tree)
	for _, name := range names {
		content, err := p.head.content(ctx, record.Dir+"/"+name)
		if err != nil {
			return err
		}
		entries, err := record.ParseFile(name, content)
		if err != nil {
			var unread int
			entries, unread = record.Salvage(content)
			p.repair(name, content, entries, unread, err)
		}
		c.entries[name] = entries
		for _, e := range entries {
			c.keys[e.Key] = true
		}
	}
	return p.checkIndex(ctx, names)
}

// repair plans to replace a broken file of the record by its readable entries. If something is
// unreadable, the original is kept under another name.
func (p *Plan) repair(name string, content []byte, entries []record.Entry, unread int, broken error) {
	c := p.checked
	c.repairs[record.Dir+"/"+name] = record.EncodeFile(entries)
	warning := fmt.Sprintf("%v; repaired with its readable part, %s", broken, counted(len(entries)))
	if unread > 0 {
		c.unread = true
		kept := record.Dir + "/" + name + "." + fileset.Sum(content).String()[:8]
		c.repairs[kept] = content
		warning += "; the original is kept as " + kept
	}
	p.warn(warning)
}

// checkIndex compares the index with the existing files.
func (p *Plan) checkIndex(ctx context.Context, names []string) error {
	c := p.checked
	path := record.Dir + "/" + record.Index
	if _, there := p.head.Tree[path]; !there {
		if len(names) > 0 {
			c.index = path + " is missing"
		}
		return nil
	}
	content, err := p.head.content(ctx, path)
	if err != nil {
		return err
	}
	covers, listed, err := record.ParseIndex(content)
	c.covers = covers
	if err != nil {
		c.index = err.Error()
		if c.covers = record.SalvageCovers(content); c.covers.IsZero() {
			c.covers = begin(c.entries[record.First])
		}
		return nil
	}
	for _, name := range listed {
		if !slices.Contains(names, name) {
			c.index, c.unread = fmt.Sprintf("%s lists %s, which is missing", path, name), true
		}
	}
	for _, name := range names {
		if !slices.Contains(listed, name) {
			c.index = fmt.Sprintf("%s does not list %s", path, name)
		}
	}
	return nil
}

// begin returns when the record's coverage starts, judging by its first file: the first publish
// makes all of its updates public at the same time.
func begin(first []record.Entry) (covers time.Time) {
	for _, e := range first {
		if e.Public.After(covers) {
			covers = e.Public
		}
	}
	return covers
}

// conclude decides, once the new updates are known, when the record's coverage starts. It also adds
// warnings about what is repaired.
func (p *Plan) conclude() {
	c := p.checked
	if c == nil {
		return
	}
	fresh := map[record.Key]bool{}
	for _, u := range p.Fresh {
		fresh[u.Key] = true
	}
	lost := 0
	for _, u := range p.Build.Updates {
		if !c.keys[u.Key] && !fresh[u.Key] {
			lost++
		}
	}
	_, indexed := p.head.Tree[record.Dir+"/"+record.Index]
	since := "from now on only"
	if lost > 0 || c.unread && p.unknown || !indexed {
		c.covers = time.Time{}
	}
	if !c.covers.IsZero() {
		since = "since " + c.covers.Format(time.RFC3339)
	}
	switch {
	case c.index != "" && indexed:
		p.warn(c.index + "; rebuilt from the files of the record, complete " + since)
	case c.index != "":
		p.warn(c.index + "; rewritten, and the record is complete " + since)
	}
	if lost > 0 {
		p.warn(fmt.Sprintf("the record no longer says when %s became public: it is complete %s", counted(lost), since))
	}
	c.rewrite = c.index != "" || c.covers.IsZero()
}

func counted(updates int) string {
	if updates == 1 {
		return "1 update"
	}
	return fmt.Sprintf("%d updates", updates)
}
