package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
)

// State is how an obligation stands.
type State string

// The states of a deadline.
const (
	Met        State = "met"
	Waiting    State = "waiting"
	Missed     State = "missed"
	Unverified State = "unverified" // met by what a file says of itself, and nothing proves it
	Waived     State = "waived"
)

// Deadline is one thing that the runbook asks for.
type Deadline struct {
	Rule     Rule
	Incident string    // id
	Path     string    // of the file that it is about
	Owed     string    // such as "tell the engineering lead"
	Who      string    // the role that owes it
	From     time.Time // since when its clock runs; zero: a date that people agreed on
	Due      time.Time
	MetAt    time.Time // zero: not yet
	State    State
	Stated   bool   // judged by what a file says, not by evidence
	Because  string // the facts that it was judged on, in words
}

// Late says how long after its time it was met, or how long it is overdue now; zero when it is not late.
func (d Deadline) Late(now time.Time) time.Duration {
	at := d.MetAt
	if at.IsZero() {
		at = now
	}
	if d.State != Missed {
		return 0
	}
	return max(0, at.Sub(d.Due))
}

const onCall = "on-call engineer"

// Deadlines says what the runbook asks for an incident, as it stands at the instant, soonest first. Drafts count for
// nothing, and neither do updates dated further ahead than the tolerance, except that they wait to be published.
func (r Rules) Deadlines(i incident.Incident, evidence Evidence, now time.Time) []Deadline {
	j := judge{rules: r, incident: i, evidence: evidence, now: now, waived: map[Rule]string{}}
	for _, release := range r.Releases(i.Updates) {
		if release.Reason == Draft {
			continue
		}
		j.releases = append(j.releases, release)
		if !release.Update.Date.After(now.Add(r.Tolerance)) {
			j.come = append(j.come, release)
			for rule, reason := range release.Update.ForRunbook().Waive {
				if rule := Rule(rule); rule != Publish {
					j.waived[rule] = reason
				}
			}
		}
	}
	if len(j.releases) == 0 || j.releases[0].Update.Date.Before(r.Since) {
		return nil
	}
	first := j.releases[0].Update
	j.detected = first.Date
	if !first.Detected.IsZero() {
		j.detected = first.Detected
	}
	j.publish()
	if len(j.come) > 0 {
		var updates []incident.Update
		for _, release := range j.come {
			updates = append(updates, *release.Update)
		}
		i.Updates = updates
		j.history = incident.Fold(i)
		j.nextUpdates()
		j.clocks()
		j.atOnce()
		j.aftermath()
	}
	for k := range j.out {
		d := &j.out[k]
		d.Incident = i.ID
		if d.Path == "" {
			d.Path = j.come[len(j.come)-1].Update.Path
		}
		if d.Who == "" {
			d.Who = onCall
		}
		if reason, ok := j.waived[d.Rule]; ok {
			d.State, d.Because = Waived, "waived: "+reason
		}
	}
	slices.SortStableFunc(j.out, func(a, b Deadline) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Rule, b.Rule)) })
	return j.out
}

type judge struct {
	rules    Rules
	incident incident.Incident
	evidence Evidence
	now      time.Time
	waived   map[Rule]string

	releases []Release // of all updates but drafts
	come     []Release // of those whose date has come
	detected time.Time
	history  incident.History // of those that have come
	out      []Deadline
}

// immediately gives a target, where zero means at once: within the tolerance.
func (j *judge) immediately(target time.Duration) time.Duration {
	if target == 0 {
		return j.rules.Tolerance
	}
	return target
}

// open gives the state of what is not met yet.
func (j *judge) open(due time.Time) State {
	if j.now.After(due) {
		return Missed
	}
	return Waiting
}

func (j *judge) publish() {
	for n, release := range j.releases {
		u := release.Update
		target := j.rules.Severity[release.Ruling].Publish
		base, since := u.Date, "is dated "+stamp(u.Date)
		if n == 0 {
			base, since = j.detected, "was detected at "+stamp(j.detected)
		}
		d := Deadline{Rule: Publish, Path: u.Path, Owed: "publish " + u.ID, From: base, Due: base.Add(j.immediately(target))}
		promise := "within " + Words(target)
		if target == 0 {
			promise = "immediately"
		}
		d.Because = fmt.Sprintf("a %s is public %s, and it %s", release.Ruling, promise, since)
		switch p := j.public(release); {
		case p.lacking:
			if d.State = j.open(d.Due); !release.At.After(j.now) {
				d.Because += "; the publish record lacks it"
			}
		case p.at.After(j.now) || !p.proven && release.At.After(j.now):
			d.State = j.open(d.Due)
		case !p.proven:
			d.State, d.MetAt, d.Stated = Unverified, p.at, true
			d.Because += "; nothing proves when it became public"
		case p.at.After(d.Due) && p.atLatest:
			d.State, d.MetAt = Unverified, p.at
			d.Because += "; it was public by " + stamp(p.at) + ", when the publish record begins"
		case p.at.After(d.Due):
			d.State, d.MetAt = Missed, p.at
			d.Because += "; it became public at " + stamp(p.at) + ", " + p.witness
		default:
			d.State, d.MetAt = Met, p.at
			d.Because += "; it became public at " + stamp(p.at) + ", " + p.witness
		}
		if reason, ok := u.ForRunbook().Waive[string(Publish)]; ok {
			d.State, d.Because = Waived, "waived: "+reason
		}
		j.out = append(j.out, d)
	}
}

// nextUpdates asks for the next public update while an incident is open.
func (j *judge) nextUpdates() {
	for n, release := range j.come {
		state := j.history.Steps[n].After
		every := j.rules.UpdateEvery[state.Severity]
		if state.Status == incident.Resolved || every == 0 {
			continue
		}
		last := j.public(release)
		if last.lacking || last.at.After(j.now) {
			continue
		}
		d := Deadline{Rule: Update, Path: release.Update.Path, Owed: "next update", From: last.at, Due: last.at.Add(every),
			Because: fmt.Sprintf("an open %s is updated every %s, and %s was public at %s", state.Severity, Words(every), release.Update.ID, stamp(last.at))}
		d.State = j.open(d.Due)
		if n+1 < len(j.come) {
			next := j.public(j.come[n+1])
			if !next.lacking && !next.at.After(j.now) {
				d.MetAt = next.at
				switch {
				case next.at.After(d.Due) && next.atLatest:
					d.State = Unverified
				case next.at.After(d.Due):
					d.State = Missed
				case !last.proven || !next.proven || last.atLatest:
					d.State, d.Stated = Unverified, true
				default:
					d.State = Met
				}
			}
		}
		j.out = append(j.out, d)
	}
}

// claimed judges what an update says happened at an instant by when the update itself came to the public. Back-dating makes
// nothing met that evidence does not bear out.
func (j *judge) claimed(d *Deadline, release Release, stated time.Time) {
	d.MetAt, d.Path = stated, release.Update.Path
	seen := j.evidence[release.Update.Path].seen()
	switch {
	case stated.After(d.Due):
		d.State = Missed
	case seen.IsZero():
		d.State, d.Stated = Unverified, true
	case seen.After(d.Due) && seen.Sub(stated) > j.rules.Tolerance:
		d.State, d.Stated = Unverified, true
		d.Because += fmt.Sprintf("; stated as %s, and committed at %s", stamp(stated), stamp(seen))
	default:
		d.State = Met
	}
}

// stamp writes an instant for people.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// Words writes a duration, such as 1 h 30 min or 7 d, in two units at most.
func Words(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	var parts []string
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{day, "d"}, {time.Hour, "h"}, {time.Minute, "min"}} {
		if n := d / unit.size; n > 0 && len(parts) < 2 {
			parts = append(parts, fmt.Sprintf("%d %s", n, unit.name))
			d -= n * unit.size
		}
	}
	return strings.Join(parts, " ")
}
