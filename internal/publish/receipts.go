package publish

import (
	"context"
	"fmt"
	"slices"

	"settler.io/crier/internal/publish/record"
)

// Notebook is a place that keeps a small text beside the site, which no reader gets and no build begins from: what a run saw after it
// had published, until the next publish writes it into the record.
type Notebook interface {
	// Notes gives the text; "" for none.
	Notes(ctx context.Context) (string, error)
	// Note replaces it.
	Note(ctx context.Context, text string) error
}

// ParseReceipts reads what a run noted: entries with the times at which they were seen live, or announced. What can be read is returned
// with an error too.
func ParseReceipts(text string) ([]record.Entry, error) {
	if text == "" {
		return nil, nil
	}
	entries, err := record.ParseFile(record.First, []byte(text))
	if err != nil {
		entries, _ = record.Salvage([]byte(text))
		return entries, fmt.Errorf("the notes on what was seen live and announced cannot be read as a whole: %s are kept", counted(len(entries)))
	}
	return entries, nil
}

// EncodeReceipts writes them.
func EncodeReceipts(entries []record.Entry) string { return string(record.EncodeFile(entries)) }

// Receipts gives, for what a plan made public, entries that what comes after can be noted in. Of what the record began with there are
// none: that may be the history of years, and was public before.
func (p *Plan) Receipts() []record.Entry {
	if p.begins {
		return nil
	}
	entries := make([]record.Entry, len(p.Fresh))
	for n, u := range p.Fresh {
		entries[n] = record.Entry{Key: u.Key, Public: p.at}
	}
	return entries
}

// Left gives those of a notebook that the plan did not take into the record.
func (p *Plan) Left(entries []record.Entry) []record.Entry {
	return slices.DeleteFunc(entries, func(e record.Entry) bool {
		return slices.ContainsFunc(p.received, e.Equal)
	})
}

// receive notes in the files of the record what former runs saw. Files that cannot be read stay as they are.
func (p *Plan) receive(ctx context.Context, files map[string][]byte) error {
	byFile := map[string][]record.Entry{}
	for _, receipt := range p.received {
		for _, name := range []string{record.Month(receipt.Public), record.First} {
			byFile[name] = append(byFile[name], receipt)
		}
	}
	for name, receipts := range byFile {
		path := record.Dir + "/" + name
		content, planned := files[path]
		if _, there := p.head.Tree[path]; !planned && !there {
			continue
		}
		if !planned {
			var err error
			if content, err = p.head.Read(ctx, path); err != nil {
				return err
			}
		}
		entries, err := record.ParseFile(name, content)
		if err != nil {
			continue
		}
		changed := false
		for _, receipt := range receipts {
			n := slices.IndexFunc(entries, func(e record.Entry) bool { return e.Key == receipt.Key })
			if n >= 0 && entries[n].Receive(receipt) {
				changed = true
			}
		}
		if changed {
			files[path] = record.EncodeFile(entries)
		}
	}
	return nil
}
