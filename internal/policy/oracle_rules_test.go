package policy

import "slices"

// deadlines judges everything that the runbook asks for.
func (o *oracle) deadlines() {
	all := slices.DeleteFunc(slices.Clone(o.files), func(f paper) bool { return f.now.draft })
	if len(all) == 0 {
		return
	}
	tree := make([]*told, len(o.files))
	for i := range o.files {
		tree[i] = &o.files[i].now
	}
	_, o.shown, o.ruling = release(tree)
	o.branched = o.branch()
	o.detected = detectedBy(all[0].now)
	o.publish(all[0].now.id)
	if len(o.come) > 0 {
		o.fold()
		o.keepComing()
		for _, rule := range []race{{"respond", "", respondWithin}, {"resolve", "", resolveWithin}, {"escalate", "lead", leadAfter}, {"escalate", "cto", ctoAfter}} {
			o.race(rule)
		}
		o.atOnce()
		o.outage()
		o.aftermath()
	}
	for n := range o.verdicts {
		if v := &o.verdicts[n]; o.waived[v.rule] {
			v.state = Waived
		}
	}
}

// public returns when a file was public and how that is known: "proven", "by" then at the latest,
// "stated" by its date, or "no": not yet.
func (o *oracle) publicAt(i int) (at int, how string) {
	f, branched := o.files[i], o.branched[i]
	committed := len(f.commits) > 0 && branched != none
	switch at, how = o.shown[i], "stated"; {
	case f.recorded == NotYet:
		return none, "no"
	case f.recorded == Exactly:
		at, how = f.public, "proven"
	case f.recorded == AtLatest && !(committed && branched < f.public):
		at, how = f.public, "by"
	case committed:
		at, how = branched, "proven"
	}
	if at > o.now {
		return none, "no"
	}
	return at, how
}

// publish judges when each update became public, and collects those whose date is reached.
func (o *oracle) publish(first string) {
	o.waived = map[string]bool{}
	for i, f := range o.files {
		if f.now.draft {
			continue
		}
		base := f.now.date
		if f.now.id == first {
			base = o.detected
		}
		due := base + immediately(publishWithin[o.ruling[i]])
		state, at, stated := o.open(due), none, false
		switch p, how := o.publicAt(i); {
		case how == "no":
		case f.now.date > due && (how == "stated" || how == "by"):
			state, at, stated = Missed, o.shown[i], true
		case how == "stated":
			state, at, stated = Unverified, p, true
		case p > due && how == "by":
			state, at = Unverified, p
		case p > due:
			state, at = Missed, p
		default:
			state, at = Met, p
		}
		if f.now.waive == "publish" {
			state = Waived
		}
		o.add("publish", "publish "+f.now.id, due, state, at, stated)
		if f.now.date <= o.now+tolerance {
			o.come = append(o.come, i)
			if f.now.waive != "publish" {
				o.waived[f.now.waive] = true
			}
		}
	}
}

// fold computes what the incident was after each update.
func (o *oracle) fold() {
	severity := 1 // no severity counts as P1
	o.worst = 3
	for _, i := range o.come {
		f := o.files[i]
		if f.now.severity != none {
			severity = f.now.severity
		}
		o.reached, o.severities, o.resolved = append(o.reached, f), append(o.severities, severity), append(o.resolved, f.now.resolved)
		o.worst = min(o.worst, severity)
	}
}

func (o *oracle) over() bool { return o.resolved[len(o.resolved)-1] }

// keepComing judges the next public update after each one, while a P0 or P1 is open.
func (o *oracle) keepComing() {
	for n, i := range o.come {
		every := updateEvery[o.severities[n]]
		p, how := o.publicAt(i)
		if o.resolved[n] || every == none || how == "no" {
			continue
		}
		due := p + every
		state, at, stated := o.open(due), none, false
		if n+1 < len(o.come) {
			switch q, next := o.publicAt(o.come[n+1]); {
			case next == "no":
			case next == "by" && o.reached[n+1].now.date > due:
				state, at, stated = Missed, o.shown[o.come[n+1]], true
			case next == "by" && q > due:
				state, at = Unverified, q
			default:
				state, at, stated = Met, q, how != "proven" || next == "stated"
				if stated {
					state = Unverified
				}
				if q > due {
					state = Missed
				}
			}
		}
		o.add("update", "next update", due, state, at, stated)
	}
}

// race is a deadline of each severity that runs while the incident is open.
type race struct {
	name, party string
	within      [4]int
}

// dial is a deadline of a severity while the incident is open.
type dial struct {
	severity, from, due int
	shelved, missed     bool
	met                 int // index of the update that met it; -1: none
	stopped             int
}

func date(u told) int { return u.date }

func resolution(u told) int {
	if !u.resolved {
		return none
	}
	return u.date
}

// race judges a deadline that starts, stops, goes on and is replaced as severity and status change.
func (o *oracle) race(rule race) {
	var dials []*dial
	runs := func(d *dial) bool { return !d.shelved && !d.missed && d.met < 0 }
	begin := func(severity, from int, lowered bool) {
		within := rule.within[severity]
		if rule.name == "respond" {
			within = immediately(within)
		}
		if within == none {
			return
		}
		d := &dial{severity: severity, from: from, due: from + within, met: -1, shelved: true}
		known := false
		for _, old := range dials { // a severity that the incident had before
			if old.severity == severity && (!lowered || old.from == from) {
				d, known = old, true
			}
		}
		if !known {
			dials = append(dials, d)
		}
		for _, old := range dials {
			if old == d || old.shelved {
				continue
			}
			if lowered || runs(old) && old.due < d.due {
				return // a missed one counts once; an earlier one stays
			}
			if runs(old) {
				old.shelved = true
			}
		}
		d.shelved = false
	}
	for n, f := range o.reached {
		u := f.now
		for _, d := range dials {
			if runs(d) && u.date > d.due {
				d.missed = true
			}
			if rule.name != "respond" && n > 0 && o.resolved[n-1] && !o.resolved[n] && d.met >= 0 { // reopened
				if !d.missed {
					d.due += max(0, u.date-d.stopped)
				}
				d.met = -1
			}
		}
		switch {
		case n == 0:
			begin(o.severities[0], o.detected, false)
		case o.severities[n] < o.severities[n-1]:
			begin(o.severities[n], u.date, false)
		case o.severities[n] > o.severities[n-1]:
			for _, d := range dials {
				d.shelved = d.shelved || runs(d)
			}
			begin(o.severities[n], o.detected, true)
		}
		for _, d := range dials {
			if d.met < 0 && (rule.name == "respond" || o.resolved[n]) {
				d.met, d.stopped = n, u.date
				if state, at, _ := o.claim(f, d.from, d.due, true, resolution); rule.name != "respond" && !d.shelved && state == Missed {
					d.missed, d.stopped = true, at
				}
			}
		}
	}
	for _, d := range dials {
		if d.shelved {
			continue
		}
		switch rule.name {
		case "respond":
			acknowledged := func(u told) int {
				if u.acknowledged < d.from {
					return none
				}
				return u.acknowledged
			}
			if slices.ContainsFunc(o.reached, func(f paper) bool { return acknowledged(f.now) != none }) {
				o.best("respond", "acknowledge", d.from, d.due, o.reached, false, acknowledged)
			} else {
				o.best("respond", "acknowledge", d.from, d.due, o.reached[d.met:d.met+1], true, date)
			}
		case "resolve":
			if d.met >= 0 {
				o.best("resolve", "resolve", d.from, d.due, o.reached[d.met:d.met+1], true, resolution)
			} else {
				o.add("resolve", "resolve", d.due, o.open(d.due), none, false)
			}
		case "escalate":
			if d.met >= 0 {
				if state, _, _ := o.claim(o.reached[d.met], d.from, d.due, true, resolution); state == Met || state == Unverified {
					continue // resolved in time
				}
			}
			o.escalation(rule.party, d.from, d.due, !o.over())
		}
	}
}

// ask judges an escalation that does not depend on the severity. Only the first one of a party
// counts, and it replaces a later deadline for the same party.
func (o *oracle) ask(party string, from, after int) {
	due := from + after
	if slices.Contains(o.asked, party) {
		return
	}
	o.asked = append(o.asked, party)
	what := "tell the " + parties[party]
	o.verdicts = slices.DeleteFunc(o.verdicts, func(v verdict) bool {
		return (v.what == what || v.what == what+", unless it is resolved") && v.due >= due
	})
	o.escalation(party, from, due, false)
}

// atOnce judges what somebody must hear at once, and the notification after a breach.
func (o *oracle) atOnce() {
	breach := false
	for n, f := range o.reached {
		from := f.now.date
		if n == 0 {
			from = o.detected
		}
		if f.now.security != "" {
			o.ask("lead", from, tolerance)
		}
		if f.now.security == "breach" {
			o.ask("cto", from, tolerance)
			if !breach {
				breach = true
				o.best("notify", "notify the customers of the breach", from, from+notifyWithin, o.reached, false, func(u told) int { return u.notified })
			}
		}
		if f.now.dataLoss {
			o.ask("lead", from, tolerance)
		}
		if f.now.askCEO {
			o.ask("ceo", from, tolerance)
		}
	}
}

// outage judges long major outages. All components are in one while the incident is an open P0.
func (o *oracle) outage() {
	out := none
	for n, f := range o.reached {
		switch down := o.severities[n] == 0 && !o.resolved[n]; {
		case down && out == none:
			out = f.now.date
		case !down && out != none:
			if f.now.date > out+outageCEO {
				o.ask("ceo", out, outageCEO)
			}
			out = none
		}
	}
	if out != none {
		o.ask("ceo", out, outageCEO)
	}

}

// aftermath judges the post-mortem, after the last resolution, by the highest severity. What was
// opened by mistake needs none.
func (o *oracle) aftermath() {
	if !o.over() || o.reached[len(o.reached)-1].now.retracted {
		return
	}
	end := none
	for n := len(o.reached) - 1; n >= 0 && o.resolved[n]; n-- {
		end = o.reached[n].now.date
	}
	if within := meetingWithin[o.worst]; within != none {
		var posts []paper
		if o.post != nil {
			held := *o.post // a draft counts, too
			held.versions = slices.Clone(held.versions)
			for v := range held.versions {
				held.versions[v].draft = false
			}
			posts = append(posts, held)
		}
		o.best("meeting", "hold the post-mortem meeting", end, end+within, posts, false, func(u told) int { return u.meeting })
	}
	due := end + postmortemWithin
	state, at, stated := o.open(due), none, false
	if o.post != nil && !o.post.now.draft {
		committed := none
		for v := len(o.post.versions) - 1; v >= 0; v-- {
			if !o.post.versions[v].draft && o.post.commits[v] >= o.detected {
				committed = o.post.commits[v]
			}
		}
		switch {
		case committed > o.now || committed == none && o.post.now.date > o.now:
		case committed == none && o.post.now.date > due:
			state, at, stated = Missed, o.post.now.date, true
		case committed == none:
			state, at, stated = Unverified, o.post.now.date, true
		case committed > due:
			state, at = Missed, committed
		default:
			state, at = Met, committed
		}
	}
	o.add("postmortem", "write the post-mortem", due, state, at, stated)
}

var parties = map[string]string{"lead": "engineering lead", "cto": "CTO", "ceo": "CEO"}

func (o *oracle) escalation(party string, from, due int, unless bool) {
	what := "tell the " + parties[party]
	if unless {
		what += ", unless it is resolved"
	}
	o.best("escalate", what, from, due, o.reached, false, func(u told) int {
		switch party {
		case "lead":
			return u.lead
		case "cto":
			return u.cto
		}
		return none
	})
}
