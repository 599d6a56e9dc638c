package published

import (
	"maps"
	"time"
)

// Kinds of content that has updates.
const (
	OfIncident     = "incident"
	OfMaintenance  = "maintenance"
	OfAnnouncement = "announcement"
)

// Key names an update permanently. An announcement has no updates, so its Update is "".
type Key struct{ Kind, ID, Update string }

// Posted is what is known of when updates were posted. Nil knows nothing: updates were posted when
// they were released.
type Posted struct {
	Recorded map[Key]time.Time // in the publish record, which decides; zero: with its release
	Public   map[Key]time.Time // according to git, for updates that are not recorded
	Since    time.Time         // updates dated before were posted with their release
	Start    time.Time         // of the publish that posts the updates that are not recorded; zero: none does
}

// Equal reports whether both know the same.
func (p *Posted) Equal(other *Posted) bool {
	return p.Since.Equal(other.Since) && p.Start.Equal(other.Start) && maps.EqualFunc(p.Recorded, other.Recorded, time.Time.Equal) && maps.EqualFunc(p.Public, other.Public, time.Time.Equal)
}

// at returns when an update was posted as far as is known at the instant now, and from when on
// another answer is right; zero: never.
func (p *Posted) at(key Key, date, release, now time.Time, tolerance time.Duration) (at, until time.Time) {
	if p == nil {
		return release, until
	}
	at, recorded := p.Recorded[key]
	switch {
	case recorded && !at.IsZero():
		return at, until
	case recorded || date.Before(p.Since):
		return release, until
	case !p.Start.IsZero():
		if at = p.Start; release.After(at.Add(tolerance)) { // published ahead of its release
			return at, until
		}
	default:
		at = p.Public[key]
	}
	switch {
	case !at.After(release.Add(tolerance)):
		return release, until
	case at.After(now):
		return release, at
	}
	return at, until
}
