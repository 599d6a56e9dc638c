package published

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/markdown"
)

// Limits of what one archive of a feed holds.
const (
	MaxArchiveItems = 100
	maxFeedSize     = 100_000 // about, of all items, in bytes
)

type Feeds struct {
	All        Feed   // the newest items
	Current    Feed   // of the feed with archives: all items in no archive yet, and perhaps more
	Archives   []Feed // of that feed (RFC 5005, section 4), oldest first
	Components map[string]*Feed
}

// Feed is what a document of a feed holds.
type Feed struct {
	Component *config.Component // nil: of everything
	Archive   string            // its name as an archive: "2026-1"; "" for none
	Previous  string            // the name of the archive before; "" for none
	Items     []*Item           // newest first
}

func (s *Snapshot) Feeds(c *config.Config, now time.Time) Feeds {
	items, most := s.items(), c.Feeds.Entries
	f := Feeds{All: Feed{Items: items[:min(len(items), most)]}, Components: make(map[string]*Feed, len(c.Components))}
	f.Archives, f.Current = archive(items, most, now.In(c.Zone))
	for i := range c.Components {
		f.Components[c.Components[i].ID] = &Feed{Component: &c.Components[i]}
	}
	for _, i := range items {
		for id := range i.components() {
			if d := f.Components[id]; d != nil && len(d.Items) < most {
				d.Items = append(d.Items, i)
			}
		}
	}
	return f
}

// Item is an update or an announcement that is public. A site has tens of thousands of them, so it
// holds nothing that can be looked up.
type Item struct {
	At           time.Time // when it was posted
	size         int32     // about, in bytes
	Step         int32     // of the incident
	Late         bool      // it was posted after its deadline
	Incident     *Incident // nil for an announcement
	Announcement *incident.Announcement
}

func (i *Item) Update() *incident.Update { return i.Incident.Steps[i.Step].Update }

func (i *Item) date() time.Time {
	if i.Incident == nil {
		return i.Announcement.Date
	}
	return i.Update().Date
}

// components lists those that an item names, and those that it returns to operational.
func (i *Item) components() iter.Seq[string] {
	return func(yield func(string) bool) {
		if i.Incident == nil {
			return
		}
		step := &i.Incident.Steps[i.Step]
		for _, a := range step.After.Affected {
			if !yield(a.Component) {
				return
			}
		}
		for _, a := range step.Before.Affected {
			if !affects(step.After, a.Component) && !yield(a.Component) {
				return
			}
		}
	}
}

func affects(s *incident.State, component string) bool {
	return slices.ContainsFunc(s.Affected, func(a incident.Affected) bool { return a.Component == component })
}

// items lists all items of the snapshot in the order of compareItems.
func (s *Snapshot) items() []*Item {
	var items []*Item
	for _, one := range s.All() {
		for i := range one.Items {
			items = append(items, &one.Items[i])
		}
	}
	for i := range s.Announcements {
		a := &s.Announcements[i]
		at := s.PostedAt(a)
		items = append(items, &Item{At: at, size: sizeOf(s.Content.Documents, a.Path), Announcement: a})
	}
	slices.SortFunc(items, compareItems)
	return items
}

// sizeOf returns about how large an item with the text of a source is, in bytes.
func sizeOf(documents markdown.Documents, source string) int32 {
	if document := documents[source]; document != nil {
		return int32(2*len(document.Text) + 1000)
	}
	return 1000
}

// compareItems puts the newest first; of those that became public together, the one with the later
// date; then incidents, maintenance and announcements, in the order of the snapshot. No two items
// are equal.
func compareItems(a, b *Item) int {
	if c := b.At.Compare(a.At); c != 0 {
		return c
	}
	if c := cmp.Or(b.date().Compare(a.date()), cmp.Compare(a.kind(), b.kind())); c != 0 {
		return c
	}
	switch {
	case a.Incident == nil:
		return cmp.Or(strings.Compare(a.Announcement.ID, b.Announcement.ID), strings.Compare(a.Announcement.Path, b.Announcement.Path))
	case a.Incident == b.Incident:
		return int(b.Step - a.Step)
	}
	began := b.Incident.Began.Compare(a.Incident.Began)
	if a.Incident.Planned {
		began = -began
	}
	return cmp.Or(began, strings.Compare(a.Incident.ID, b.Incident.ID), strings.Compare(a.Incident.Path, b.Incident.Path))
}

// kind orders incidents, maintenance and announcements.
func (i *Item) kind() int {
	switch {
	case i.Incident == nil:
		return 2
	case i.Incident.Planned:
		return 1
	}
	return 0
}

// newest returns the items that a feed with archives shows: as many as fit, but at least so many.
func newest(items []*Item, least, most int) []*Item {
	n, size := 0, 0
	for n < len(items) && (n < max(least, 1) || n < most && size+int(items[n].size) <= maxFeedSize) {
		size += int(items[n].size)
		n++
	}
	return items[:n]
}

// archive divides the items, which are newest first, into archives, oldest first. Current holds the
// newest items, including all that are in no archive yet. An archive ends when it is full or its
// year is over, and then gets no other item, so a new update changes no archive. A back-dated
// update changes the newer archives of its year only. Years are those of the zone of now.
func archive(items []*Item, most int, now time.Time) (archives []Feed, current Feed) {
	yearOf := func(i *Item) int { return i.At.In(now.Location()).Year() }
	number, previous := 0, ""
	for end := len(items); end > 0; {
		year, start, size := yearOf(items[end-1]), end, 0
		full := false
		for start > 0 && !full && yearOf(items[start-1]) == year {
			start--
			size += int(items[start].size)
			full = end-start == MaxArchiveItems || size >= maxFeedSize
		}
		if !full && start == 0 && year >= now.Year() {
			return archives, Feed{Previous: previous, Items: newest(items, end, most)}
		}
		if end == len(items) || yearOf(items[end]) != year {
			number = 0
		}
		number++
		name := strconv.Itoa(year) + "-" + strconv.Itoa(number)
		archives = append(archives, Feed{Archive: name, Previous: previous, Items: items[start:end]})
		end, previous = start, name
	}
	return archives, Feed{Previous: previous, Items: newest(items, 0, most)}
}
