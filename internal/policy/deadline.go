package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
)

type State string

// The states of a deadline.
const (
	Met        State = "met"
	Waiting    State = "waiting"
	Missed     State = "missed"
	Unverified State = "unverified" // met according to the file's own dates, without proof
	Waived     State = "waived"
)

// Deadline is one action that the runbook requires, and when it is due.
type Deadline struct {
	Rule     Rule
	Incident string    // ID
	Path     string    // the file that the deadline is about
	Owed     string    // the action, such as "tell the engineering lead"
	Who      string    // the role that has to do it
	Party    string    // whom to tell, as named in front matter; only for Escalate
	From     time.Time // when the clock started; zero: the due date was agreed on
	Due      time.Time
	MetAt    time.Time // zero: not met yet
	State    State
	Stated   bool // judged by what a file states, without proof
	// Expires is when it is no longer worth doing, although it was missed; zero: never.
	Expires time.Time
	Because string // the facts behind the state, in words
}

// Late returns how late the deadline was met, or how long it has been overdue by now. It is zero
// unless the deadline was missed.
func (d Deadline) Late(now time.Time) time.Duration {
	if d.State != Missed {
		return 0
	}
	return max(0, cmp.Or(d.MetAt, now).Sub(d.Due))
}

// Open reports whether the deadline still asks for something to be done.
func (d Deadline) Open(now time.Time) bool {
	return d.State == Waiting || d.State == Missed && d.MetAt.IsZero() && (d.Expires.IsZero() || now.Before(d.Expires))
}

// OnCall is the role that has to do what no other role is named for.
const OnCall = "on-call engineer"

// Deadlines returns what the runbook requires for an incident, judged at the given instant, soonest
// first. Drafts are ignored. Updates dated further ahead than the tolerance only count as waiting
// to be published.
func (r Rules) Deadlines(i incident.Incident, evidence Evidence, now time.Time) []Deadline {
	return r.judged(i, evidence, now).out
}

// judged returns the judge of an incident with all deadlines; none if nothing is asked for.
func (r Rules) judged(i incident.Incident, evidence Evidence, now time.Time) judge {
	j := judge{rules: r, incident: i, evidence: evidence, now: now, waived: map[Rule]string{}, branch: r.FirstPublic(i.Updates, evidence)}
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
	if len(j.releases) == 0 {
		return j
	}
	first := j.releases[0].Update
	if j.detected = cmp.Or(first.Detected, first.Date); j.detected.Before(r.Since) {
		return j
	}
	i.Updates = nil
	for _, release := range j.releases[:max(1, len(j.come))] {
		i.Updates = append(i.Updates, *release.Update)
	}
	j.history = incident.Fold(i)
	j.publish()
	if len(j.come) > 0 {
		j.nextUpdates()
		j.clocks()
		j.atOnce()
		j.aftermath()
	}
	for k := range j.out {
		d := &j.out[k]
		d.Incident = i.ID
		d.Path = cmp.Or(d.Path, j.releases[max(1, len(j.come))-1].Update.Path)
		d.Who = cmp.Or(d.Who, OnCall)
		if reason, ok := j.waived[d.Rule]; ok {
			d.State, d.Because = Waived, "waived: "+reason
		}
	}
	slices.SortStableFunc(j.out, func(a, b Deadline) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Rule, b.Rule)) })
	return j
}

type judge struct {
	rules    Rules
	incident incident.Incident
	evidence Evidence
	now      time.Time
	waived   map[Rule]string

	branch   map[string]time.Time // see FirstPublic
	releases []Release            // of all updates except drafts
	come     []Release            // the releases whose date is reached
	detected time.Time
	history  incident.History // of those that have come; at least of the first update
	out      []Deadline
}

// immediately returns the target, or the tolerance if the target is zero, which means immediately.
func (r Rules) immediately(target time.Duration) time.Duration {
	if target == 0 {
		return r.Tolerance
	}
	return target
}

// open returns the state of a deadline that is not met.
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
		d := Deadline{Rule: Publish, Path: u.Path, Owed: "publish " + u.ID, From: base, Due: base.Add(j.rules.immediately(target))}
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
		case p.at.After(j.now):
			d.State = j.open(d.Due)
		case u.Date.After(d.Due) && (!p.proven || p.atLatest):
			d.State, d.MetAt, d.Stated = Missed, release.Published, true
		case !p.proven:
			d.State, d.MetAt, d.Stated = Unverified, p.at, true
			d.Because += "; nothing proves when it became public"
		case p.at.After(d.Due) && p.atLatest:
			d.State, d.MetAt = Unverified, p.at
			d.Because += "; it was public by " + stamp(p.at) + ", when the publish record begins"
		default:
			if d.State, d.MetAt = Met, p.at; p.at.After(d.Due) {
				d.State = Missed
			}
			d.Because += "; it became public at " + stamp(p.at) + ", " + p.witness
		}
		if reason, ok := u.ForRunbook().Waive[string(Publish)]; ok {
			d.State, d.Because = Waived, "waived: "+reason
		}
		j.out = append(j.out, d)
	}
}

// nextUpdates appends the deadlines for the next public update of an open incident.
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
				d.MetAt, d.Stated = next.at, !last.proven || !next.proven || last.atLatest
				switch {
				case next.atLatest && j.come[n+1].Update.Date.After(d.Due):
					d.State, d.MetAt, d.Stated = Missed, j.come[n+1].Published, true
				case next.at.After(d.Due) && next.atLatest:
					d.State, d.Stated = Unverified, false
				case next.at.After(d.Due):
					d.State = Missed
				case d.Stated:
					d.State = Unverified
				default:
					d.State = Met
				}
			}
		}
		j.out = append(j.out, d)
	}
}

// stamp formats an instant for people.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// Words formats a duration in at most two units, such as "1 h 30 min" or "7 d".
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

// Stamp is the layout of an instant for people.
const Stamp = "2006-01-02 15:04 MST"

// Clock formats an instant for people, with the date only if it is not that of now.
func Clock(t, now time.Time, zone *time.Location) string {
	if t.In(zone).Format(time.DateOnly) == now.In(zone).Format(time.DateOnly) {
		return t.In(zone).Format("15:04 MST")
	}
	return t.In(zone).Format(Stamp)
}
