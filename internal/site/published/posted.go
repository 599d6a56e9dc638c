package published

import "time"

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

// at returns when an update was posted.
func (p *Posted) at(key Key, date, release time.Time, tolerance time.Duration) time.Time {
	if p == nil {
		return release
	}
	at, recorded := p.Recorded[key]
	switch {
	case recorded && !at.IsZero():
		return at
	case recorded || date.Before(p.Since):
		return release
	case !p.Start.IsZero():
		if at = p.Start; release.After(at.Add(tolerance)) { // published ahead of its release
			return at
		}
	default:
		at = p.Public[key]
	}
	if at.After(release.Add(tolerance)) {
		return at
	}
	return release
}
