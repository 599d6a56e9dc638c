package publish

import (
	"context"
	"fmt"
	"slices"
	"time"

	"settler.io/crier/internal/publish/record"
)

// DeliveryLog is what runs have noted at a place about what they published there: when it was seen
// live, and who was told. The next publish writes it into the record.
type DeliveryLog struct {
	Place Target
	Warn  func(error) // is called with what keeps the log from being read

	entries []record.Entry
	read    bool
}

// Entries reads the log, once.
func (l *DeliveryLog) Entries(ctx context.Context) []record.Entry {
	if !l.read {
		text, err := l.Place.ReadLog(ctx)
		if err != nil {
			l.Warn(err)
		}
		if l.entries, err = ParseDeliveryLog(text); err != nil {
			l.Warn(err)
		}
		l.read = true
	}
	return l.entries
}

// AddLive notes that what a plan made public was seen live at an instant.
func (l *DeliveryLog) AddLive(ctx context.Context, plan *Plan, at time.Time) error {
	fresh := plan.Deliveries()
	if len(fresh) == 0 {
		return nil
	}
	for n := range fresh {
		fresh[n].Live = at
	}
	return l.Replace(ctx, append(plan.Left(l.Entries(ctx)), fresh...))
}

// Replace writes other entries in place of those of the log.
func (l *DeliveryLog) Replace(ctx context.Context, entries []record.Entry) error {
	l.entries = entries
	return l.Place.WriteLog(ctx, EncodeDeliveryLog(entries))
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
		return entries, fmt.Errorf("the delivery log is damaged: %s could be read", counted(len(entries)))
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
			if content, err = p.head.content(ctx, path); err != nil {
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
