package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
)

// clock is a deadline that runs while an incident is open.
type clock struct {
	rule     Rule
	party    string // escalations only
	severity incident.Severity
	started  time.Time
	target   time.Duration
	due      time.Time
	because  string
	idle     bool      // replaced by the clock of another severity
	over     bool      // missed: no longer changes
	met      int       // 1 + the index of the update that met it; 0: not met
	stopped  time.Time // when that was
}

// running reports whether the clock can still be met in time.
func (c *clock) running() bool { return !c.idle && !c.over && c.met == 0 }

func (c *clock) like(other *clock) bool { return c.rule == other.rule && c.party == other.party }

// clocks applies the updates to the clocks of the rules Respond, Resolve and Escalate.
func (j *judge) clocks() {
	var all []*clock
	start := func(severity incident.Severity, from time.Time, because string, lowered bool) {
		rules := j.rules.Severity[severity]
		for _, c := range []*clock{
			{rule: Respond, target: j.rules.immediately(rules.Respond), because: "responded to within"},
			{rule: Resolve, target: rules.Resolve, because: "resolved within"},
			{rule: Escalate, party: "lead", target: rules.Lead, because: "escalated to the engineering lead after"},
			{rule: Escalate, party: "cto", target: rules.CTO, because: "escalated to the CTO after"},
		} {
			if c.target == 0 && c.rule != Respond {
				continue
			}
			c.severity, c.started, c.due, c.idle = severity, from, from.Add(c.target), true
			c.because = fmt.Sprintf("a %s is %s %s, and it was %s at %s", severity, c.because, Words(c.target), because, stamp(from))
			all = begin(all, c, lowered)
		}
	}
	for n, step := range j.history.Steps {
		u := step.Update
		before, after := step.Before, step.After
		resolved, was := after.Status == incident.Resolved, n > 0 && before.Status == incident.Resolved
		for _, c := range all {
			c.over = c.over || c.running() && u.Date.After(c.due)
			// The incident was reopened: the clock continues from where it stopped.
			if c.rule != Respond && !resolved && was && c.met > 0 {
				if !c.over && u.Date.After(c.stopped) {
					c.due = c.due.Add(u.Date.Sub(c.stopped))
				}
				c.met = 0
			}
		}
		switch {
		case n == 0:
			start(after.Severity, j.detected, "detected", false)
		case after.Severity < before.Severity:
			start(after.Severity, u.Date, "raised", false)
		case after.Severity > before.Severity:
			for _, c := range all {
				c.idle = c.idle || c.running()
			}
			start(after.Severity, j.detected, "lowered to, and detected", true)
		}
		for _, c := range all {
			if c.met > 0 || c.rule != Respond && !resolved {
				continue
			}
			c.met, c.stopped = n+1, u.Date
			if d := j.claimed(Deadline{From: c.started, Due: c.due}, j.update(c)); c.rule != Respond && !c.idle && d.State == Missed {
				c.over, c.stopped = true, d.MetAt
			}
		}
	}
	for _, c := range all {
		if !c.idle {
			j.stop(c)
		}
	}
}

// begin adds a clock, or lets the one of an earlier time with that severity go on, and replaces the
// running one.
func begin(all []*clock, c *clock, lowered bool) []*clock {
	for _, old := range all {
		if old.like(c) && old.severity == c.severity && (!lowered || old.started.Equal(c.started)) {
			c = old
		}
	}
	if !slices.Contains(all, c) {
		all = append(all, c)
	}
	for _, old := range all {
		switch {
		case old == c || !old.like(c) || old.idle:
		case lowered, old.running() && old.due.Before(c.due):
			return all // a missed deadline stays missed, but counts once; an earlier one stays
		case old.running():
			old.idle = true
		}
	}
	c.idle = false
	return all
}

// update returns the claim of the update that met a clock.
func (j *judge) update(c *clock) claim {
	return j.claims(j.come[c.met-1:c.met], true, func(u *incident.Update) time.Time {
		if c.rule != Respond && u.Status != incident.Resolved && u.Status != 0 { // 0: unchanged
			return time.Time{}
		}
		return u.Date
	})[0]
}

// stop appends the final state of a clock to the deadlines.
func (j *judge) stop(c *clock) {
	d := Deadline{Rule: c.rule, From: c.started, Due: c.due, Because: c.because}
	switch c.rule {
	case Respond:
		d.Owed = "acknowledge"
		claims := j.claims(j.come, false, func(u *incident.Update) time.Time {
			if u.Acknowledged.Before(c.started) {
				return time.Time{}
			}
			return u.Acknowledged
		})
		if !slices.ContainsFunc(claims, func(c claim) bool { return !c.stated.IsZero() }) {
			claims = []claim{j.update(c)}
		}
		d = j.judge(d, claims...)
	case Resolve:
		d.Owed = "resolve"
		var claims []claim
		if c.met > 0 {
			claims = append(claims, j.update(c))
		}
		d = j.judge(d, claims...)
	case Escalate:
		if c.met > 0 {
			if state := j.claimed(d, j.update(c)).State; state == Met || state == Unverified {
				return // resolved in time: no escalation was needed
			}
		}
		d = j.told(d, c.party)
		if !j.history.Over() {
			d.Owed += ", unless it is resolved"
		}
	}
	j.out = append(j.out, d)
}

// told judges an escalation by what the updates state about when the party was told.
func (j *judge) told(d Deadline, party string) Deadline {
	d.Owed, d.Party = "tell the "+partyNames[party], party
	if j.history.Over() && j.rules.Forget > 0 {
		d.Expires = j.history.End().Add(j.rules.Forget)
	}
	return j.judge(d, j.claims(j.come, false, func(u *incident.Update) time.Time { return u.ForRunbook().Escalated[party] })...)
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
			return d.Rule == Escalate && strings.HasPrefix(d.Owed, "tell the "+partyNames[party]) && !d.Due.Before(due)
		})
		j.out = append(j.out, j.told(Deadline{Rule: Escalate, Path: u.Path, From: from, Due: due, Because: because}, party))
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
				j.notify(n, from)
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

// notify appends the deadline for telling the customers of a breach, which update n states. E-mail
// that was sent proves it; otherwise someone has to state it.
func (j *judge) notify(n int, from time.Time) {
	d := Deadline{Rule: Notify, Path: j.come[n].Update.Path, Owed: "notify the customers of the breach", From: from, Due: from.Add(j.rules.Notify),
		Because: fmt.Sprintf("customers are notified of a breach within %s, and it was known at %s", Words(j.rules.Notify), stamp(from))}
	d = j.judge(d, j.claims(j.come, false, func(u *incident.Update) time.Time { return u.ForRunbook().Notified })...)
	for _, release := range j.come[n:] {
		sent := j.evidence[release.Update.Path].Emailed
		if sent.IsZero() || sent.After(j.now) || !d.MetAt.IsZero() && !sent.Before(d.MetAt) && d.State == Met {
			continue
		}
		d.Path, d.MetAt, d.Stated, d.State = release.Update.Path, sent, false, Met
		if d.Because += "; e-mail went out at " + stamp(sent); sent.After(d.Due) {
			d.State = Missed
		}
		break
	}
	j.out = append(j.out, d)
}

// aftermath appends the deadlines of the post-mortem meeting and document, which run from the last
// resolution unless that retracts the incident, and of the action items in the document.
func (j *judge) aftermath() {
	post := j.incident.Postmortem
	if post == nil {
		post = &incident.Postmortem{Draft: true}
	}
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
	if !j.history.Over() || j.history.Retracted() {
		return
	}
	end, worst := j.history.End(), j.history.Worst()
	rules := j.rules.Severity[worst]
	if rules.Meeting > 0 {
		d := Deadline{Rule: Meeting, Owed: "hold the post-mortem meeting", From: end, Due: end.Add(rules.Meeting),
			Because: fmt.Sprintf("after a %s it is held within %s, and it was resolved at %s", worst, Words(rules.Meeting), stamp(end))}
		// Also a draft reports the meeting.
		j.out = append(j.out, j.judge(d, claim{path: post.Path, stated: post.Meeting, past: func(n int) time.Time { return j.document(n).Meeting }}))
	}
	if rules.Postmortem > 0 {
		d := Deadline{Rule: Postmortem, Owed: "write the post-mortem", From: end, Due: end.Add(rules.Postmortem),
			Because: fmt.Sprintf("after a %s it is written within %s, and it was resolved at %s", worst, Words(rules.Postmortem), stamp(end))}
		d.State = j.open(d.Due)
		if !post.Draft {
			d.Path = post.Path
			var committed time.Time
			for n, v := range j.evidence[post.Path].Versions {
				if committed.IsZero() && !j.document(n).Draft && !v.At.Before(j.detected) {
					committed = v.At
				}
			}
			switch {
			case committed.After(j.now), committed.IsZero() && post.Date.After(j.now):
			case committed.IsZero():
				d.State, d.Stated, d.MetAt = Unverified, true, post.Date
				if post.Date.After(d.Due) {
					d.State = Missed
				}
			case committed.After(d.Due):
				d.State, d.MetAt = Missed, committed
			default:
				d.State, d.MetAt = Met, committed
			}
		}
		j.out = append(j.out, d)
	}
}

// document returns what a version of postmortem.md said.
func (j *judge) document(version int) *incident.Postmortem {
	return cmp.Or(j.evidence[j.incident.Postmortem.Path].Versions[version].Postmortem, j.incident.Postmortem)
}
