package policy

import (
	"cmp"
	"slices"
	"time"

	"settler.io/crier/internal/incident"
)

// Reason is why an update becomes public when it does.
type Reason string

// The reasons of a release.
const (
	Immediate       Reason = "immediate" // not held back
	Held            Reason = "held"      // until the end of its hold
	Batched         Reason = "batched"   // until the next multiple of its severity's batch
	DeadlineReached Reason = "deadline"  // held, but its deadline came first
	Together        Reason = "together"  // published along with a later update of its incident
	Draft           Reason = "draft"     // never public
)

// Release is when an update may become public, and why.
type Release struct {
	Update *incident.Update // points into the slice of updates, if it was sorted
	At     time.Time        // public from this instant on; zero for a draft
	// Published is the publication time to show: the update's date, or the end of what held it
	// back. Unlike At, it doesn't allow for the tolerance or for Ahead.
	Published time.Time
	Due       time.Time // the deadline of publishing; zero in maintenance and for a draft
	Reason    Reason
	// Ruling is the severity whose rules apply: the higher of those before and after the update.
	// Zero in maintenance.
	Ruling incident.Severity
}

// Public reports whether the update is public at the given instant.
func (r Release) Public(now time.Time) bool { return r.Reason != Draft && !r.At.After(now) }

// Releases returns when each update of an incident may become public, sorted by date and then by
// file name.
//
// Updates of a P0 or P1 are released on their date, whatever their hold. Updates of a P2 or P3 are
// released when hold and batch allow it, and at the deadline at the latest. A date counts as
// reached if it is no further ahead than the tolerance. A released update takes along all earlier
// ones except drafts.
//
// The rules of the higher of the severities before and after the update apply; drafts don't change
// the severity. A hold that is not valid lasts until the deadline. While the current severity is
// not valid, a hold lasts no longer than P2's deadline, because the incident may be a P2.
func (r Rules) Releases(updates []incident.Update) []Release {
	var severity incident.Severity
	unclear := false                // the current severity was stated but is not valid
	early := map[string]time.Time{} // for held updates: when the deadline counts as reached
	releases := r.releases(updates, func(release *Release) (time.Time, Reason) {
		u, before, first, doubt := release.Update, severity, severity == 0, unclear
		switch {
		case u.Severity != 0:
			severity, unclear = u.Severity, false
		case first:
			severity, unclear = incident.P1, u.SeverityUnclear
		}
		from := u.Date
		if first {
			from = cmp.Or(u.Detected, u.Date)
		}
		release.Ruling = before.Worse(severity)
		if (doubt || unclear) && !u.Hold.IsZero() {
			release.Ruling = incident.P2
			if !unclear {
				release.Ruling = release.Ruling.Worse(severity)
			}
		}
		rules := r.Severity[release.Ruling]
		release.Due = from.Add(r.immediately(rules.Publish))
		if release.Ruling.Urgent() {
			return u.Date, Immediate
		}
		deadline := from.Add(rules.Publish)
		at, reason := hold(release)
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
		if from, held := early[release.Update.ID]; held && release.Reason != Draft {
			release.At = earlier(release.At, incident.Later(from, release.Update.Date))
			if !along.IsZero() {
				release.At = earlier(release.At, along)
			}
			along = release.At
		}
	}
	return releases
}

func earlier(a, b time.Time) time.Time {
	return slices.MinFunc([]time.Time{a, b}, time.Time.Compare)
}

// MaintenanceReleases returns when each update of maintenance may become public: when its date is
// reached and its hold is over. There is no deadline.
func (r Rules) MaintenanceReleases(updates []incident.Update) []Release {
	return r.releases(updates, hold)
}

// CaseReleases returns the releases of an incident or maintenance.
func (r Rules) CaseReleases(c incident.Case) []Release {
	if c.Planned {
		return r.MaintenanceReleases(c.Updates)
	}
	return r.Releases(c.Updates)
}

// releases decides about each update on its own, then lets later updates take earlier ones along.
func (r Rules) releases(updates []incident.Update, decide func(*Release) (time.Time, Reason)) []Release {
	updates = incident.InOrder(updates)
	releases := make([]Release, len(updates))
	for i := range updates {
		u, release := &updates[i], &releases[i]
		release.Update, release.Reason = u, Draft
		if u.Draft {
			continue
		}
		at, reason := decide(release)
		if !at.After(u.Date) {
			// A deadline before the update's date counts from the date.
			at, reason = u.Date, Immediate
		}
		release.At, release.Published, release.Reason = at, at, reason
		if reason == Immediate {
			release.At = at.Add(-r.Tolerance)
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

// hold returns when an update's own hold ends.
func hold(release *Release) (time.Time, Reason) {
	u := release.Update
	until := u.Hold.Until
	if u.Hold.For > 0 {
		until = u.Date.Add(u.Hold.For)
	}
	if u.Hold.Unclear {
		until = u.Date.AddDate(100, 0, 0) // after any deadline
	}
	if until.After(u.Date) {
		return until, Held
	}
	return u.Date, Immediate
}

// ceil returns the first multiple of step that is not before t. Multiples are counted from 00:00
// UTC of each day.
func ceil(t time.Time, step time.Duration) time.Time {
	if step <= 0 {
		return t
	}
	midnight := t.UTC().Truncate(day)
	return midnight.Add(min((t.Sub(midnight)+step-1)/step*step, day))
}

// Public returns the releases that are public at the given instant, and when the next of the others
// becomes public, or the zero time if none will.
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
