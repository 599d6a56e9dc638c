package site

import (
	"path"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
)

// HistoryFeed is a feed in Statuspage's shape: an item for each incident and maintenance, the one with the newest update first.
type HistoryFeed struct {
	Path    string // of the file, without extension
	ID      string // a tag URI, as Statuspage writes it
	Meta    *Meta
	Entries func() []HistoryEntry // the newest; it may be called more than once and from any goroutine
	Updated time.Time             // zero without entries
}

// HistoryEntry is an incident or maintenance with all its updates.
type HistoryEntry struct {
	ID, Title, URL     string
	Planned            bool
	Starts, Ends       time.Time // of maintenance; Ends zero: open
	Published, Updated time.Time // the first and the last update
	Updates            []HistoryUpdate
}

// HistoryUpdate is an update, newest first.
type HistoryUpdate struct {
	Status incident.Status
	Date   time.Time
	Text   string
}

// History makes the feed of whole incidents.
func (p *Site) History(o *Output) HistoryFeed {
	stories := slices.Concat(p.incidents, p.maintenance)
	slices.SortStableFunc(stories, func(a, b *story) int { return b.last.Compare(a.last) })
	stories = stories[:min(len(stories), p.Config.Feeds.Entries)]
	f := HistoryFeed{Path: strings.TrimSuffix(o.Path, path.Ext(o.Path)), ID: p.tag("/history"), Meta: p.Meta}
	if len(stories) > 0 {
		f.Updated = stories[0].last
	}
	f.Entries = func() []HistoryEntry {
		var entries []HistoryEntry
		for _, s := range stories {
			state := s.State()
			e := HistoryEntry{ID: p.tag(s.kind(), s.ID), Title: state.Title, URL: p.Meta.URL(s.ref), Planned: s.Planned, Starts: state.Starts, Ends: state.Ends,
				Published: s.publishedAt(0), Updated: s.last}
			for n, step := range slices.Backward(s.Steps) {
				e.Updates = append(e.Updates, HistoryUpdate{step.After.Status, step.Update.Date, p.told(s, n, p.Meta)})
			}
			entries = append(entries, e)
		}
		return entries
	}
	return f
}
