// Package record is the publish record: what became public when, for each update by itself. It takes the record's files as bytes
// and gives them back as bytes; it reads no clock and no files, and never says that something was public which no file says.
//
// The files lie in .crier/record of what is published, so that they can be read from a branch, a folder or the live site:
//
//	index.json     {"covers": "2026-10-01T08:00:00Z", "files": ["2026-10.json", "first.json"]}
//	first.json     what the first publish brought, or the first after a gap
//	2026-10.json   what became public in that month (UTC)
//
// An entry is a line of its own and never moves, so that a publish changes the file of one month and, once a month, the index.
// Times are RFC 3339, in UTC, to the second.
package record

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Dir is the folder of the record, relative to the root of what is published; Index, First and the months are names in it.
const (
	Dir   = ".crier/record"
	Index = "index.json"
	First = "first.json"
)

// Kind says what an update belongs to.
type Kind string

// The kinds. An announcement has no updates: its Key has an empty Update.
const (
	Incident     Kind = "incident"
	Maintenance  Kind = "maintenance"
	Announcement Kind = "announcement"
)

// Key names an update for ever: as the folder and the file do, whatever their content becomes.
type Key struct {
	Kind   Kind
	ID     string // of the incident, maintenance or announcement
	Update string // such as "01-investigating"
}

// String gives "2026-10-02-api-down/01-investigating".
func (k Key) String() string {
	if k.Update == "" {
		return k.ID
	}
	return k.ID + "/" + k.Update
}

// Compare orders keys: by kind, id, update.
func (k Key) Compare(other Key) int {
	return cmp.Or(cmp.Compare(k.Kind, other.Kind), strings.Compare(k.ID, other.ID), strings.Compare(k.Update, other.Update))
}

// Entry is what is known of an update.
type Entry struct {
	Key
	Public    time.Time            // when the branch, or folder, was moved to the first build that shows it
	Live      time.Time            // when it was first seen at the site's own address; zero: not known
	Announced map[string]time.Time // when others were told, by the name of the channel; nil: nobody was, as far as is known
}

// Record is a publish record. The zero value is empty and covers nothing.
type Record struct {
	// Covers is the instant from which on the record is complete: what became public since is in it. What is in it with that
	// very instant was public by then, perhaps for long. Zero: the record is not complete, such as after a publish of a folder
	// of which nobody knows what it says.
	Covers time.Time

	entries map[Key]placed
}

// placed is an entry with the file that holds it.
type placed struct {
	Entry
	file string
}

// Month names the file of what becomes public at an instant.
func Month(at time.Time) string { return at.UTC().Format("2006-01") + ".json" }

// Len is the number of entries.
func (r *Record) Len() int { return len(r.entries) }

// Lookup gives what is known of an update.
func (r *Record) Lookup(key Key) (Entry, bool) {
	e, ok := r.entries[key]
	return e.Entry, ok
}

// Entries gives all entries in the order in which they became public.
func (r *Record) Entries() []Entry {
	entries := make([]Entry, 0, len(r.entries))
	for _, e := range r.entries {
		entries = append(entries, e.Entry)
	}
	slices.SortFunc(entries, compareEntries)
	return entries
}

// Receive takes over from another entry of the same update when it was seen live and announced, and reports whether that was news.
// The first times stay.
func (e *Entry) Receive(other Entry) bool {
	live, announced := earliest(e.Live, other.Live), firsts(e.Announced, other.Announced)
	news := !live.Equal(e.Live) || !maps.EqualFunc(announced, e.Announced, time.Time.Equal)
	e.Live, e.Announced = live, announced
	return news
}

// Equal reports whether two entries say the same.
func (e Entry) Equal(other Entry) bool {
	return e.Key == other.Key && e.Public.Equal(other.Public) && e.Live.Equal(other.Live) && maps.EqualFunc(e.Announced, other.Announced, time.Time.Equal)
}

func compareEntries(a, b Entry) int {
	return cmp.Or(a.Public.Compare(b.Public), a.Key.Compare(b.Key))
}

// Knowledge is what a record proves of an update.
type Knowledge string

// What a record may prove.
const (
	Exactly    Knowledge = "exactly"     // it became public at the instant given
	AtLatest   Knowledge = "at latest"   // it was public by the instant given, perhaps for long
	NotYet     Knowledge = "not yet"     // it has not become public since Covers
	NotCovered Knowledge = "not covered" // the record knows nothing of it
)

// Knows says what the record proves of an update that may have become public at the instant since, such as its date, or later.
func (r *Record) Knows(key Key, since time.Time) (time.Time, Knowledge) {
	e, ok := r.entries[key]
	switch {
	case ok && e.file == First, ok && e.Public.Equal(r.Covers):
		return e.Public, AtLatest
	case ok:
		return e.Public, Exactly
	case !r.Covers.IsZero() && !since.Before(r.Covers):
		return time.Time{}, NotYet
	}
	return time.Time{}, NotCovered
}

// Extend notes that updates are public from an instant on, and gives those that had no entry before, by key. The others keep
// their first time. A record that covered nothing covers the time from that instant on.
func (r *Record) Extend(at time.Time, keys []Key) []Key {
	at = second(at)
	file := Month(at)
	if r.Covers.IsZero() {
		file, r.Covers = First, at
	}
	var added []Key
	for _, key := range keys {
		if _, known := r.entries[key]; !known {
			r.put(placed{Entry{Key: key, Public: at}, file})
			added = append(added, key)
		}
	}
	slices.SortFunc(added, Key.Compare)
	return added
}

// SeenLive notes when updates were seen at the site's own address. The first time stays.
func (r *Record) SeenLive(at time.Time, keys ...Key) {
	r.note(keys, func(e *placed) { e.Live = earliest(e.Live, second(at)) })
}

// SetAnnounced notes when a channel was told of updates. The first time stays.
func (r *Record) SetAnnounced(channel string, at time.Time, keys ...Key) {
	r.note(keys, func(e *placed) { e.Announced = firsts(e.Announced, map[string]time.Time{channel: second(at)}) })
}

// firsts joins two sets of instants; the earlier one of each name stays.
func firsts(a, b map[string]time.Time) map[string]time.Time {
	if len(a)+len(b) == 0 {
		return nil
	}
	joined := maps.Clone(a)
	if joined == nil {
		joined = map[string]time.Time{}
	}
	for name, at := range b {
		joined[name] = earliest(joined[name], second(at))
	}
	return joined
}

func (r *Record) note(keys []Key, change func(*placed)) {
	for _, key := range keys {
		if e, known := r.entries[key]; known {
			change(&e)
			r.entries[key] = e
		}
	}
}

// Merge takes over what another record knows: of every update the first times, of the two coverages the longer.
func (r *Record) Merge(other *Record) {
	r.Covers = earliest(r.Covers, other.Covers)
	for key, theirs := range other.entries {
		ours, known := r.entries[key]
		if !known {
			r.put(theirs)
			continue
		}
		if theirs.Public.Before(ours.Public) || theirs.Public.Equal(ours.Public) && theirs.file < ours.file {
			ours.Public, ours.file = theirs.Public, theirs.file
		}
		ours.Live, ours.Announced = earliest(ours.Live, theirs.Live), firsts(ours.Announced, theirs.Announced)
		r.entries[key] = ours
	}
}

func (r *Record) put(e placed) {
	if r.entries == nil {
		r.entries = map[Key]placed{}
	}
	r.entries[e.Key] = e
}

// earliest gives the first of two instants; a zero one is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
