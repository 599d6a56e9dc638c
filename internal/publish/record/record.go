// Package record is the publish record: when each update became public. It parses the record's
// files and encodes them; it reads no clock and no files, and never claims that something was
// public unless a file says so.
//
// The files are in .crier/record of what is published, so they can be read from a branch, a folder
// or the live site:
//
//	index.json     {"covers": "2026-10-01T08:00:00Z", "files": ["2026-10.json", "first.json"]}
//	first.json     updates of the first publish, or of the first after a gap
//	2026-10.json   updates that became public in that month (UTC)
//
// Each entry has a line of its own and never moves, so a publish changes the file of one month and,
// once a month, the index. Times are RFC 3339, in UTC, to the second.
package record

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Dir is the folder of the record, relative to the root of what is published. Index, First, Sums
// and the names of months are relative to Dir.
const (
	Dir   = ".crier/record"
	Index = "index.json"
	First = "first.json"
	Sums  = "sums" // the hashes of Crier's own files: see publish.SumsFile
)

// Kind is the kind of thing that an update belongs to.
type Kind string

// The kinds. An announcement has no updates, so its Key has an empty Update.
const (
	Incident     Kind = "incident"
	Maintenance  Kind = "maintenance"
	Announcement Kind = "announcement"
)

// Key identifies an update permanently, by the names of its folder and file, whatever their content
// becomes.
type Key struct {
	Kind   Kind   `json:"kind"`
	ID     string `json:"id"`               // of the incident, maintenance or announcement
	Update string `json:"update,omitempty"` // such as "01-investigating"
}

// String returns a text such as "2026-10-02-api-down/01-investigating".
func (k Key) String() string {
	if k.Update == "" {
		return k.ID
	}
	return k.ID + "/" + k.Update
}

// Compare orders keys by kind, id and update.
func (k Key) Compare(other Key) int {
	return cmp.Or(cmp.Compare(k.Kind, other.Kind), strings.Compare(k.ID, other.ID), strings.Compare(k.Update, other.Update))
}

// Entry is what the record says about an update.
type Entry struct {
	Key
	// Public is when the branch, or folder, was moved to the first build that shows the update.
	Public time.Time `json:"public"`
	// Posted is when readers were told that the update was posted; zero: with its release. It never
	// changes.
	Posted time.Time `json:"posted,omitzero"`
	// Live is when the update was first seen on the live site; zero if unknown.
	Live time.Time `json:"live,omitzero"`
	// Announced is when each channel was notified, by channel name; nil if no channel is known to
	// have been.
	Announced map[string]time.Time `json:"announced,omitempty"`
	// Refused is when a channel refused it for good.
	Refused map[string]time.Time `json:"refused,omitempty"`
}

// Record is a publish record. The zero value is empty and covers nothing.
type Record struct {
	// Covers is when the record's coverage starts: it contains all updates that have become public
	// since. An entry with exactly this time was public by then, possibly long before. Covers is
	// zero if the record is not complete, for example after publishing a folder whose updates are
	// unknown.
	Covers time.Time

	entries map[Key]placed
}

// placed is an entry and the name of its file.
type placed struct {
	Entry
	file string
}

// Month returns the name of the file for updates that become public at an instant.
func Month(at time.Time) string { return at.UTC().Format("2006-01") + ".json" }

// Len returns the number of entries.
func (r *Record) Len() int { return len(r.entries) }

// Lookup returns the entry of an update.
func (r *Record) Lookup(key Key) (Entry, bool) {
	e, ok := r.entries[key]
	return e.Entry, ok
}

// Entries returns all entries in the order in which they became public.
func (r *Record) Entries() []Entry {
	entries := make([]Entry, 0, len(r.entries))
	for _, e := range r.entries {
		entries = append(entries, e.Entry)
	}
	slices.SortFunc(entries, compareEntries)
	return entries
}

// Receive adds the times at which another entry of the same update was seen live, announced and
// refused. Earlier times win. It reports whether anything changed.
func (e *Entry) Receive(other Entry) bool {
	before := *e
	e.Posted, e.Live = earliest(e.Posted, other.Posted), earliest(e.Live, other.Live)
	e.Announced, e.Refused = firsts(e.Announced, other.Announced), firsts(e.Refused, other.Refused)
	before.Posted = e.Posted // a change of it alone does not count
	return !e.Equal(before)
}

func (e Entry) Equal(other Entry) bool {
	return e.Key == other.Key && e.Public.Equal(other.Public) && e.Posted.Equal(other.Posted) && e.Live.Equal(other.Live) &&
		maps.EqualFunc(e.Announced, other.Announced, time.Time.Equal) && maps.EqualFunc(e.Refused, other.Refused, time.Time.Equal)
}

func compareEntries(a, b Entry) int {
	return cmp.Or(a.Public.Compare(b.Public), a.Key.Compare(b.Key))
}

// Knowledge is what a record proves about an update.
type Knowledge string

const (
	Exactly    Knowledge = "exactly"     // it became public at the given instant
	AtLatest   Knowledge = "at latest"   // it was public by the given instant, possibly long before
	NotYet     Knowledge = "not yet"     // it has not become public since Covers
	NotCovered Knowledge = "not covered" // the record contains nothing about it
)

// Knows returns what the record proves about an update that became public no earlier than since,
// which may be its date.
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

// firsts merges two sets of instants. The earlier one of each name wins.
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

// earliest returns the earlier of two instants. A zero time counts as none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
