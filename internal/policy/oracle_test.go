package policy

import (
	"cmp"
	"slices"
)

// This file holds the rules of docs/rules.md a second time, as plainly as possible: times are
// minutes, severities are 0 (P0) to 3 (P3), and nothing of the program is used but names.
// TestTheOracle compares both on random incidents and git histories.

const (
	tolerance = 5
	none      = -1 << 30 // a time or severity that is not stated
)

// The numbers are smaller than the runbook's, so that random incidents reach all of them.
// TestTable checks those of the runbook.
var (
	publishWithin = [4]int{0, 0, 40, 40} // 0: immediately
	batch         = [4]int{0, 0, 0, 25}
	respondWithin = [4]int{0, 15, 40, 100}
	resolveWithin = [4]int{60, 90, 200, 300}
	leadAfter     = [4]int{30, 50, none, none}
	ctoAfter      = [4]int{60, none, none, none}
	updateEvery   = [4]int{30, 30, none, none}
	meetingWithin = [4]int{100, 100, none, none}
)

const (
	postmortemWithin = 150
	notifyWithin     = 120
	outageCEO        = 70
)

// told is what a version of a file says. A time that is not stated is none.
type told struct {
	id           string
	draft        bool
	date         int
	severity     int // none: unchanged
	resolved     bool
	retracted    bool // opened by mistake; counts in the last update, if that resolves the incident
	hold         int
	detected     int
	acknowledged int
	lead, cto    int // when they were told
	notified     int
	security     string
	dataLoss     bool
	askCEO       bool
	waive        string
	meeting      int // in postmortem.md
}

// paper is a file, its versions in git and its line in the publish record.
type paper struct {
	now      told
	commits  []int
	versions []told
	recorded Recorded
	public   int
}

// verdict is a deadline and how it was judged.
type verdict struct {
	rule, what string
	due        int
	state      State
	at         int // none: not met
	stated     bool
}

type oracle struct {
	files    []paper // the updates, by date and then by id
	post     *paper  // postmortem.md; may be nil
	start    int     // about when it all began
	now      int
	verdicts []verdict

	shown, ruling, branched []int // of each file
	detected                int
	come                    []int   // the files that are not drafts and whose date is reached
	reached                 []paper // the same
	severities              []int   // after each of them
	resolved                []bool
	worst                   int
	waived                  map[string]bool
	asked                   []string
}

func immediately(within int) int {
	if within == 0 {
		return tolerance
	}
	return within
}

func detectedBy(first told) int {
	if first.detected != none {
		return first.detected
	}
	return first.date
}

// release returns from when on the updates may be public, and the time that is shown. Those that
// are not on the branch, or drafts, are never.
func release(tree []*told) (from, shown, ruling []int) {
	from, shown, ruling = make([]int, len(tree)), make([]int, len(tree)), make([]int, len(tree))
	var order []int
	for i, u := range tree {
		if from[i] = 1 << 30; u != nil && !u.draft {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(tree[a].date-tree[b].date, cmp.Compare(tree[a].id, tree[b].id)) })
	severity := none
	for n, i := range order {
		u := tree[i]
		before := severity
		if u.severity != none {
			severity = u.severity
		} else if n == 0 {
			severity = 1 // no severity counts as P1
		}
		// The higher of the severities before and after an update decides.
		if ruling[i] = severity; before != none {
			ruling[i] = min(before, severity)
		}
		deadline := u.date + publishWithin[ruling[i]]
		if n == 0 {
			deadline = detectedBy(*u) + publishWithin[ruling[i]]
		}
		// P0 and P1 are never held; P2 and P3 until the deadline at most.
		from[i], shown[i] = u.date-tolerance, u.date
		if until := nextBatch(u.date+u.hold, batch[ruling[i]]); ruling[i] >= 2 && min(until, deadline) > u.date {
			from[i], shown[i] = min(until, deadline), min(until, deadline)
		}
	}
	// When an update is published, so are all earlier ones.
	for n := len(order) - 2; n >= 0; n-- {
		if i, later := order[n], order[n+1]; from[later] < from[i] {
			from[i], shown[i] = from[later], shown[later]
		}
	}
	return from, shown, ruling
}

// nextBatch returns the next multiple of step since 00:00 UTC. The origin is 10:04.
func nextBatch(t, step int) int {
	for ; step > 0; t++ {
		if sinceMidnight := ((t+604)%1440 + 1440) % 1440; sinceMidnight%step == 0 {
			break
		}
	}
	return t
}

// branch returns the first minute at which the rules released the version of each file that was
// then on the branch; none if there is none.
func (o *oracle) branch() []int {
	public := slices.Repeat([]int{none}, len(o.files))
	since := map[[2]int]int{} // file and version: first public minute
	for t := o.start - 200; t < o.start+1000; t++ {
		tree, version := make([]*told, len(o.files)), make([]int, len(o.files))
		for i, f := range o.files {
			if len(f.commits) == 0 && f.now.date <= t {
				tree[i] = &f.now
			}
			for v, at := range f.commits {
				if at <= t {
					tree[i], version[i] = &f.versions[v], v
				}
			}
		}
		from, _, _ := release(tree)
		for i, f := range o.files {
			key := [2]int{i, version[i]}
			if _, known := since[key]; known || from[i] > t {
				continue
			}
			since[key] = t
			// A version that was public before the date told of something else.
			if public[i] == none && t >= f.now.date-tolerance {
				public[i] = t
			}
		}
	}
	return public
}

func (o *oracle) add(rule, what string, due int, state State, at int, stated bool) {
	o.verdicts = append(o.verdicts, verdict{rule, what, due, state, at, stated})
}

func (o *oracle) open(due int) State {
	if o.now > due {
		return Missed
	}
	return Waiting
}

// claim judges what a file states by the table of claims: now, and in the first version that stated
// a time by the deadline, and not before the clock started. An update is its own claim if isDate is
// true; then the record proves that it existed.
func (o *oracle) claim(f paper, from, due int, isDate bool, says func(told) int) (state State, at int, stated bool) {
	done, committed := says(f.now), none
	for v := len(f.versions) - 1; v >= 0; v-- {
		if t := says(f.versions[v]); !f.versions[v].draft && t != none && t <= due && t >= min(from, done) {
			committed = f.commits[v]
		}
	}
	recorded := none
	if isDate && (f.recorded == Exactly || f.recorded == AtLatest) {
		recorded = f.public
	}
	by := committed // it was committed by then
	if recorded != none && (committed == none || recorded < committed) {
		by = recorded
	}
	switch {
	case done == none || done > o.now:
		return "", none, false
	case done > due:
		return Missed, done, true
	case by > o.now:
		return "", none, false
	case by != none && by <= due+tolerance:
		return Met, done, false
	case committed == none:
		return Unverified, done, true
	}
	return Missed, by, false
}

// best adds the deadline as the best of the claims about it decides: met, then unverified, then
// missed, and the earliest of those.
func (o *oracle) best(rule, what string, from, due int, files []paper, isDate bool, says func(told) int) {
	order := map[State]int{Met: 0, Unverified: 1, Missed: 2}
	state, at, stated := o.open(due), none, false
	for _, f := range files {
		s, a, st := o.claim(f, from, due, isDate, says)
		if a != none && (at == none || order[s] < order[state] || s == state && a < at) {
			state, at, stated = s, a, st
		}
	}
	o.add(rule, what, due, state, at, stated)
}
