package site

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/published"
)

// HistoryFeed is a feed in Statuspage's shape: an item for each incident and maintenance, the one
// with the newest update first.
type HistoryFeed struct {
	Path    string // of the file, without extension
	ID      string // a tag URI, as Statuspage writes it
	Meta    *Meta
	Entries []HistoryEntry // the newest
	Updated time.Time      // zero without entries
}

// HistoryEntry is an incident or maintenance with all its updates.
type HistoryEntry struct {
	ID, Title, URL     string
	GUID               string // in RSS
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

// History returns the feed of whole incidents.
func (p *Site) History(o *Output) HistoryFeed {
	incidents := p.public.All()
	slices.SortStableFunc(incidents, func(a, b *published.Incident) int { return b.LastPublic.Compare(a.LastPublic) })
	incidents = incidents[:min(len(incidents), p.Config.Feeds.Entries)]
	f := HistoryFeed{Path: strings.TrimSuffix(o.Path, path.Ext(o.Path)), ID: p.tag("/history"), Meta: p.Meta}
	if len(incidents) > 0 {
		f.Updated = incidents[0].LastPublic
	}
	for _, s := range incidents {
		state := s.State()
		e := HistoryEntry{ID: cmp.Or(s.Steps[0].Update.AtomID, p.tag(s.Kind(), s.ID)), GUID: p.guidOf(s), Title: state.Title, URL: p.Meta.URL(refOf(s)),
			Planned: s.Planned, Starts: state.Starts, Ends: state.Ends, Published: s.FirstPublic, Updated: s.LastPublic}
		for n, step := range slices.Backward(s.Steps) {
			e.Updates = append(e.Updates, HistoryUpdate{step.After.Status, step.Update.Date, p.plainText(s, n, p.Meta)})
		}
		f.Entries = append(f.Entries, e)
	}
	return f
}
