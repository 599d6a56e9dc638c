package policy

import (
	"slices"
	"time"

	"settler.io/crier/internal/incident"
)

// claim is a statement that something was done at an instant. It counts from the commit of the
// first version of its file that says so. (Drafts say nothing, but a draft of a post-mortem tells
// of the meeting.)
type claim struct {
	path   string
	stated time.Time           // what the file says now; zero: nothing
	past   func(int) time.Time // what the version of that index said
	// dated is true if the claim is the update itself, so that its publication proves that it
	// existed.
	dated bool
}

func (j *judge) claims(updates []Release, dated bool, says func(*incident.Update) time.Time) []claim {
	claims := make([]claim, len(updates))
	for n, release := range updates {
		u := release.Update
		versions := j.evidence[u.Path].Versions
		claims[n] = claim{u.Path, says(u), func(n int) time.Time {
			if said := versions[n].of(u); !said.Draft {
				return says(said)
			}
			return time.Time{}
		}, dated}
	}
	return claims
}

// judge returns the deadline with the state that the best of its claims gives it: met, else
// unverified, else missed.
func (j *judge) judge(d Deadline, claims ...claim) Deadline {
	best := d
	best.State = j.open(d.Due)
	order := []State{Met, Unverified, Missed}
	found := len(order)
	for _, c := range claims {
		judged := j.claimed(d, c)
		if judged.MetAt.IsZero() {
			continue
		}
		if rank := slices.Index(order, judged.State); rank < found || rank == found && judged.MetAt.Before(best.MetAt) {
			best, found = judged, rank
		}
	}
	return best
}

// claimed returns the deadline with the state that one claim gives it. MetAt is zero if the claim
// is about the future or was not committed by now.
func (j *judge) claimed(d Deadline, c claim) Deadline {
	if c.stated.IsZero() || c.stated.After(j.now) {
		return d
	}
	met := d
	met.MetAt, met.Path, met.Stated = c.stated, c.path, true
	met.Because += "; done at " + stamp(c.stated)
	committed, exactly := j.committed(c, d)
	switch {
	case c.stated.After(d.Due):
		met.State = Missed
	case committed.After(j.now):
		return d
	case !committed.IsZero() && !committed.After(d.Due.Add(j.rules.Tolerance)):
		met.State, met.Stated = Met, false
	case !exactly:
		met.State = Unverified
	default:
		met.State, met.Stated, met.MetAt = Missed, false, committed
		met.Because += ", and committed at " + stamp(committed)
	}
	return met
}

// committed returns when a version first stated a time from the clock's start (not one of an older
// incident in the same file) to the deadline: zero if unknown, the latest unless exactly is set.
func (j *judge) committed(c claim, d Deadline) (at time.Time, exactly bool) {
	proof := j.evidence[c.path]
	for n, v := range proof.Versions {
		if said := c.past(n); !said.IsZero() && !said.After(d.Due) && !said.Before(earlier(d.From, c.stated)) {
			at, exactly = v.At, true
			break
		}
	}
	recorded := c.dated && (proof.Recorded == Exactly || proof.Recorded == AtLatest)
	if recorded && (!exactly || proof.Public.Before(at)) {
		at = proof.Public
	}
	return at, exactly
}
