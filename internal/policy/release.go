package policy

import (
	"time"

	"settler.io/crier/internal/incident"
)

// Reason says why an update is public when it is.
type Reason string

// The reasons of a release.
const (
	Immediate       Reason = "immediate" // nothing holds it back
	Held            Reason = "held"      // until the end of its hold
	Batched         Reason = "batched"   // until the next multiple of its severity's batch
	DeadlineReached Reason = "deadline"  // held, and its deadline came first
	Together        Reason = "together"  // taken along by a later update of its incident
	Draft           Reason = "draft"     // never public
)

// Release is when an update may be public, and why then.
type Release struct {
	Update *incident.Update // of those that the releases were made of, where these came in order
	At     time.Time        // from this instant on it is public; zero for a draft
	// Published is the instant to show as its publication: its date, or the end of what held it back. Unlike At it does
	// not lie a tolerance ahead of the date.
	Published time.Time
	Reason    Reason
	// Ruling is the severity whose rules apply: the higher of those before and after the update. Zero in maintenance.
	Ruling incident.Severity
}

// Public reports whether the update is public at the instant.
func (r Release) Public(now time.Time) bool { return r.Reason != Draft && !r.At.After(now) }

// Releases says of every update of an incident when it may be public; by date, equal dates by file name.
//
// P0 and P1: as soon as the date has come, whatever hold says. P2 and P3: when hold and batch let it out, at the latest
// at the deadline. A date no further ahead than the tolerance counts as come. An update that goes out takes along every
// earlier one that is no draft. An update is ruled by the higher of the severities before and after it; a draft raises
// nothing. A hold that could not be understood lasts until the deadline. While the severity in force is one that could not be
// understood, a hold lasts until P2's deadline at most, since it may be a P2.
func (r Rules) Releases(updates []incident.Update) []Release {
	var severity incident.Severity
	unclear := false // the severity in force was stated and could not be understood
	var detected time.Time
	rulings := map[string]incident.Severity{}
	early := map[string]time.Time{} // of what is held: the instant from which its deadline counts as reached
	releases := r.releases(updates, func(u *incident.Update) (time.Time, Reason) {
		before, first, doubt := severity, severity == 0, unclear
		switch {
		case u.Severity != 0:
			severity, unclear = u.Severity, false
		case first:
			severity, unclear = incident.P1, u.SeverityUnclear
		}
		if first {
			detected = u.Date
			if !u.Detected.IsZero() {
				detected = u.Detected
			}
		}
		ruling := before.Worse(severity)
		if (doubt || unclear) && !u.Hold.IsZero() {
			ruling = incident.P2
			if !unclear {
				ruling = ruling.Worse(severity)
			}
		}
		rulings[u.ID] = ruling
		if ruling.Urgent() {
			return u.Date, Immediate
		}
		rules := r.Severity[ruling]
		deadline := u.Date.Add(rules.Publish)
		if first {
			deadline = detected.Add(rules.Publish)
		}
		at, reason := hold(u)
		if batch := ceil(at, rules.Batch); batch.After(at) {
			at, reason = batch, Batched
		}
		if at.After(deadline) && reason != Immediate {
			at, reason = deadline, DeadlineReached
		}
		if r.Ahead > 0 {
			early[u.ID] = deadline.Add(-r.Ahead)
		}
		return at, reason
	})
	var along time.Time
	for i := len(releases) - 1; i >= 0; i-- {
		release := &releases[i]
		release.Ruling = rulings[release.Update.ID]
		if from, held := early[release.Update.ID]; held && release.Reason != Draft {
			release.At = earlier(release.At, later(from, release.Update.Date))
			if !along.IsZero() {
				release.At = earlier(release.At, along)
			}
			along = release.At
		}
	}
	return releases
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// MaintenanceReleases says of every update of maintenance when it may be public: when its date has come and its hold is
// over. There is no deadline.
func (r Rules) MaintenanceReleases(updates []incident.Update) []Release {
	return r.releases(updates, hold)
}

// releases decides each update by itself and then lets later ones take earlier ones along.
func (r Rules) releases(updates []incident.Update, decide func(*incident.Update) (time.Time, Reason)) []Release {
	updates = incident.InOrder(updates)
	releases := make([]Release, len(updates))
	for i := range updates {
		u := &updates[i]
		if u.Draft {
			releases[i] = Release{Update: u, Reason: Draft}
			continue
		}
		at, reason := decide(u)
		if !at.After(u.Date) {
			// A deadline that passed before the date counts from the date.
			at, reason = u.Date, Immediate
		}
		releases[i] = Release{Update: u, At: at, Published: at, Reason: reason}
		if reason == Immediate {
			releases[i].At = at.Add(-r.Tolerance)
		}
	}
	var along *Release
	for i := len(releases) - 1; i >= 0; i-- {
		release := &releases[i]
		if release.Reason == Draft {
			continue
		}
		if along != nil && along.At.Before(release.At) {
			release.At, release.Published, release.Reason = along.At, along.Published, Together
		}
		along = release
	}
	return releases
}

// hold gives the instant until which an update's own hold keeps it back.
func hold(u *incident.Update) (time.Time, Reason) {
	until := u.Hold.Until
	if u.Hold.For > 0 {
		until = u.Date.Add(u.Hold.For)
	}
	if u.Hold.Unclear {
		until = u.Date.AddDate(100, 0, 0) // beyond any deadline
	}
	if until.After(u.Date) {
		return until, Held
	}
	return u.Date, Immediate
}

// ceil gives the first multiple of the step, counted from 00:00 UTC, that is not before the instant.
func ceil(t time.Time, step time.Duration) time.Time {
	if step <= 0 {
		return t
	}
	midnight := t.UTC().Truncate(day)
	return midnight.Add((t.Sub(midnight) + step - 1) / step * step)
}

// Public picks the updates that are public at the instant, and says when the next of the others goes out; zero: none.
func Public(releases []Release, now time.Time) (public []Release, next time.Time) {
	for _, release := range releases {
		switch {
		case release.Public(now):
			public = append(public, release)
		case release.Reason != Draft && (next.IsZero() || release.At.Before(next)):
			next = release.At
		}
	}
	return public, next
}
