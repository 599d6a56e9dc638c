package publish

import (
	"context"
	"fmt"
	"slices"

	"settler.io/crier/internal/publish/record"
)

// LogStore stores a small text beside the site: the delivery log, which is what a run observed
// after publishing. No reader sees it and no build is triggered by it. The next publish adds it to
// the record.
type LogStore interface {
	// ReadLog returns the text, or "" if there is none.
	ReadLog(ctx context.Context) (string, error)
	// WriteLog replaces the text.
	WriteLog(ctx context.Context, text string) error
}

// ParseDeliveryLog parses a delivery log into entries with the times at which updates were seen
// live or announced. With an error, it also returns the entries that are readable.
func ParseDeliveryLog(text string) ([]record.Entry, error) {
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

// EncodeDeliveryLog returns the text that ParseDeliveryLog parses.
func EncodeDeliveryLog(entries []record.Entry) string { return string(record.EncodeFile(entries)) }

// Deliveries returns an entry for each update that the plan made public, to be completed as the
// update is seen live and announced. It returns none for the updates with which the record starts,
// because they may have been public long before.
func (p *Plan) Deliveries() []record.Entry {
	if p.begins {
		return nil
	}
	entries := make([]record.Entry, len(p.Fresh))
	for n, u := range p.Fresh {
		entries[n] = record.Entry{Key: u.Key, Public: p.at}
	}
	return entries
}

// Left returns those of a delivery log's entries that the plan did not add to the record.
func (p *Plan) Left(entries []record.Entry) []record.Entry {
	return slices.DeleteFunc(entries, func(e record.Entry) bool {
		return slices.ContainsFunc(p.received, e.Equal)
	})
}

// receive adds the delivery log of earlier runs to the files of the record. It leaves unreadable
// files as they are.
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
