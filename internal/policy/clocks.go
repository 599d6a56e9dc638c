package policy

import (
	"fmt"
	"slices"
	"time"

	"settler.io/crier/internal/incident"
)

// clock is a deadline that runs while an incident is open.
type clock struct {
	rule    Rule
	party   string // escalations only
	started time.Time
	target  time.Duration
	due     time.Time
	because string
	over    bool // missed: no longer changes
	met     int  // 1 + the index of the update that met it; 0: not met
}

// clocks applies the updates to the clocks of the rules Respond, Resolve and Escalate.
func (j *judge) clocks() {
	var running []*clock
	start := func(severity incident.Severity, from time.Time, because string) {
		rules := j.rules.Severity[severity]
		add := func(rule Rule, party string, target time.Duration, promise string) {
			c := &clock{rule: rule, party: party, started: from, target: target, due: from.Add(target),
				because: fmt.Sprintf("a %s is %s, and it was %s at %s", severity, promise, because, stamp(from))}
			for _, old := range running { // an earlier deadline stays
				if old.rule == rule && old.party == party && !old.over && old.met == 0 && old.due.Before(c.due) {
					return
				}
			}
			running = slices.DeleteFunc(running, func(old *clock) bool {
				return old.rule == rule && old.party == party && !old.over && old.met == 0
			})
			running = append(running, c)
		}
		respond := j.rules.immediately(rules.Respond)
		add(Respond, "", respond, "responded to within "+Words(respond))
		if rules.Resolve > 0 {
			add(Resolve, "", rules.Resolve, "resolved within "+Words(rules.Resolve))
		}
		if rules.Lead > 0 {
			add(Escalate, "lead", rules.Lead, "escalated to the engineering lead after "+Words(rules.Lead))
		}
		if rules.CTO > 0 {
			add(Escalate, "cto", rules.CTO, "escalated to the CTO after "+Words(rules.CTO))
		}
	}
	for n, step := range j.history.Steps {
		u := step.Update
		before, after := step.Before, step.After
		for _, c := range running {
			if c.met == 0 && u.Date.After(c.due) {
				c.over = true
			}
		}
		switch {
		case n == 0:
			start(after.Severity, j.detected, "detected")
		case after.Severity < before.Severity:
			start(after.Severity, u.Date, "raised")
		case after.Severity > before.Severity:
			running = slices.DeleteFunc(running, func(c *clock) bool { return !c.over && c.met == 0 })
			kept := slices.Clone(running)
			start(after.Severity, j.detected, "lowered to, and detected")
			// A missed deadline stays missed, but counts once.
			running = slices.DeleteFunc(running, func(c *clock) bool {
				return !slices.Contains(kept, c) && slices.ContainsFunc(kept, func(old *clock) bool { return old.rule == c.rule && old.party == c.party })
			})
		}
		resolved, was := after.Status == incident.Resolved, n > 0 && before.Status == incident.Resolved
		for _, c := range running {
			switch {
			case c.rule == Respond:
				if c.met == 0 {
					c.met = n + 1
				}
			case resolved && !was && c.met == 0:
				c.met = n + 1
			// The incident was reopened: the clock continues from where it stopped.
			case !resolved && was && c.met > 0 && !c.over:
				stopped := j.history.Steps[c.met-1].Update.Date
				c.due, c.met = c.due.Add(u.Date.Sub(stopped)), 0
			}
		}
	}
	for _, c := range running {
		j.stop(c)
	}
}

// stop appends the final state of a clock to the deadlines.
func (j *judge) stop(c *clock) {
	d := Deadline{Rule: c.rule, From: c.started, Due: c.due, Because: c.because}
	switch c.rule {
	case Respond:
		d.Owed = "acknowledge"
		for _, release := range j.come[:c.met] {
			if at := release.Update.Acknowledged; !at.IsZero() && !at.Before(c.started) {
				d.MetAt, d.Path, d.Stated, d.State = at, release.Update.Path, true, Met
				d.Because += "; acknowledged at " + stamp(at)
				if at.After(d.Due) {
					d.State = Missed
				}
				break
			}
		}
		if d.State == "" {
			release := j.come[c.met-1]
			if p := j.public(release); p.proven && !p.atLatest && p.at.After(d.Due) {
				d.State, d.MetAt, d.Path = Missed, p.at, release.Update.Path
			} else {
				j.claimed(&d, release, release.Update.Date)
			}
		}
	case Resolve:
		d.Owed = "resolve"
		if c.met > 0 {
			j.claimed(&d, j.come[c.met-1], j.come[c.met-1].Update.Date)
		} else {
			d.State = j.open(d.Due)
		}
	case Escalate:
		if c.met > 0 && !j.come[c.met-1].Update.Date.After(c.due) {
			return // resolved in time: no escalation was needed
		}
		d.Owed = "tell the " + partyNames[c.party] + ", unless it is resolved"
		j.told(&d, c.party)
	}
	j.out = append(j.out, d)
}

// told sets the state of an escalation from what the updates state about when the party was told.
func (j *judge) told(d *Deadline, party string) {
	d.State = j.open(d.Due)
	for _, release := range j.come {
		at, ok := release.Update.ForRunbook().Escalated[party]
		if !ok {
			continue
		}
		d.MetAt, d.Path, d.Stated, d.State = at, release.Update.Path, true, Met
		d.Because += "; told at " + stamp(at)
		if at.After(d.Due) {
			d.State = Missed
		}
		return
	}
}

// atOnce appends the escalations and notifications required by a security incident, data loss, a
// long outage, or an update that asks for one.
func (j *judge) atOnce() {
	asked := map[string]bool{}
	ask := func(party string, u *incident.Update, from time.Time, after time.Duration, because string) {
		if asked[party] {
			return
		}
		asked[party] = true
		due := from.Add(after)
		// Replace a later deadline for the same party, set by the severity.
		j.out = slices.DeleteFunc(j.out, func(d Deadline) bool {
			return d.Rule == Escalate && d.Owed == "tell the "+partyNames[party]+", unless it is resolved" && !d.Due.Before(due)
		})
		d := Deadline{Rule: Escalate, Path: u.Path, Owed: "tell the " + partyNames[party], From: from, Due: due, Because: because}
		j.told(&d, party)
		j.out = append(j.out, d)
	}
	breach := false
	for n, release := range j.come {
		u := release.Update
		from := u.Date
		if n == 0 {
			from = j.detected
		}
		soon := j.rules.Tolerance
		runbook := u.ForRunbook()
		if runbook.Security != "" {
			ask("lead", u, from, soon, "a security incident goes to the engineering lead at once")
		}
		if runbook.Security == "breach" {
			ask("cto", u, from, soon, "a breach goes to the CTO at once")
			if !breach && j.rules.Notify > 0 {
				breach = true
				j.notify(u, from)
			}
		}
		if runbook.DataLoss {
			ask("lead", u, from, soon, "lost data goes to the engineering lead at once")
		}
		for _, party := range runbook.Escalate {
			ask(party, u, from, soon, u.ID+" asks for it")
		}
	}
	for _, span := range j.history.Spans {
		due := span.From.Add(j.rules.OutageCEO)
		if span.Condition != incident.MajorOutage || j.rules.OutageCEO == 0 || !span.Open() && !span.To.After(due) {
			continue
		}
		ask("ceo", j.come[0].Update, span.From, j.rules.OutageCEO, fmt.Sprintf("a major outage of more than %s goes to the CEO, and %s is out since %s", Words(j.rules.OutageCEO), span.Component, stamp(span.From)))
	}
}

func (j *judge) notify(u *incident.Update, from time.Time) {
	d := Deadline{Rule: Notify, Path: u.Path, Owed: "notify the customers of the breach", From: from, Due: from.Add(j.rules.Notify),
		Because: fmt.Sprintf("customers are notified of a breach within %s, and it was known at %s", Words(j.rules.Notify), stamp(from))}
	d.State = j.open(d.Due)
	for _, release := range j.come {
		if at := release.Update.ForRunbook().Notified; !at.IsZero() {
			d.MetAt, d.Path, d.Stated, d.State = at, release.Update.Path, true, Met
			if at.After(d.Due) {
				d.State = Missed
			}
			break
		}
	}
	j.out = append(j.out, d)
}

// aftermath appends the deadlines of the post-mortem meeting and document, which run from the last
// resolution, and of the action items in the document.
func (j *judge) aftermath() {
	post := j.incident.Postmortem
	if post != nil {
		for _, action := range post.Actions {
			if action.Due.IsZero() {
				continue
			}
			d := Deadline{Rule: Action, Path: post.Path, Owed: action.What, Who: action.Owner, Due: action.Due, Stated: true, Because: "the post-mortem promises it"}
			if d.State = j.open(d.Due); action.Done {
				d.State = Met
			}
			j.out = append(j.out, d)
		}
	}
	if !j.history.Over() {
		return
	}
	end, worst := j.history.End(), j.history.Worst()
	rules := j.rules.Severity[worst]
	if rules.Meeting > 0 {
		d := Deadline{Rule: Meeting, Owed: "hold the post-mortem meeting", From: end, Due: end.Add(rules.Meeting),
			Because: fmt.Sprintf("after a %s it is held within %s, and it was resolved at %s", worst, Words(rules.Meeting), stamp(end))}
		d.State = j.open(d.Due)
		if post != nil && !post.Meeting.IsZero() && !post.Meeting.After(j.now) {
			d.MetAt, d.Path, d.Stated, d.State = post.Meeting, post.Path, true, Met
			if post.Meeting.After(d.Due) {
				d.State = Missed
			}
		}
		j.out = append(j.out, d)
	}
	if rules.Postmortem > 0 {
		d := Deadline{Rule: Postmortem, Owed: "write the post-mortem", From: end, Due: end.Add(rules.Postmortem),
			Because: fmt.Sprintf("after a %s it is written within %s, and it was resolved at %s", worst, Words(rules.Postmortem), stamp(end))}
		d.State = j.open(d.Due)
		if post != nil && !post.Draft {
			d.Path = post.Path
			seen := j.committed(post.Path)
			switch {
			case seen.IsZero():
				d.State, d.Stated, d.MetAt = Unverified, true, post.Date
			case seen.After(d.Due):
				d.State, d.MetAt = Missed, seen
			default:
				d.State, d.MetAt = Met, seen
			}
		}
		j.out = append(j.out, d)
	}
}

// NextDue returns the next instant at which a deadline that is waiting now will be missed, or the
// zero time if there is none.
func NextDue(deadlines []Deadline) time.Time {
	var next time.Time
	for _, d := range deadlines {
		if d.State == Waiting && (next.IsZero() || d.Due.Before(next)) {
			next = d.Due
		}
	}
	return next
}
