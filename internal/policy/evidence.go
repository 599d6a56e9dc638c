package policy

import (
	"cmp"
	"slices"
	"time"

	"settler.io/crier/internal/incident"
)

// Evidence proves what files said when, and when they became public. It is keyed by path. Files
// that are missing from it have no proof.
type Evidence map[string]Proof

// Proof is the evidence for one file. The publish record is better evidence than git, which knows
// when a file was committed to the branch but not whether it was published.
type Proof struct {
	// Versions are the versions of the file on the branch, oldest first; empty: git proves nothing.
	Versions []Version
	Recorded Recorded
	Public   time.Time // set for Exactly and AtLatest
	Emailed  time.Time // when the update was sent to customers by e-mail; zero: not known to have been
}

// Version is what a file said from a commit on, until the next version.
type Version struct {
	At time.Time // when it was committed; never before the previous version
	// Update and Postmortem are what the file of an update, or postmortem.md, said. Nil: the same
	// as now. A version that can't be read or was deleted is a draft that states nothing.
	Update     *incident.Update
	Postmortem *incident.Postmortem
}

// of returns what the version of an update said, under its present name. Where it had no date, it
// had the present one.
func (v Version) of(u *incident.Update) *incident.Update {
	if v.Update == nil {
		return u
	}
	said := *v.Update
	said.ID, said.Path = u.ID, u.Path
	said.Date = cmp.Or(said.Date, u.Date)
	return &said
}

// Recorded is the information that the publish record has about an update.
type Recorded uint8

// The values of Recorded.
const (
	Unrecorded Recorded = iota // nothing: the record doesn't cover that time
	Exactly                    // the update became public at Public
	AtLatest                   // it was public by then, maybe long before: the record begins there
	NotYet                     // it isn't public: the record would list it otherwise
)

// FirstPublic returns when each update became or will become public, by id, if each version of
// every file was published as soon as it was committed and the rules released it. It considers only
// what was on the branch at each time; updates without versions count as committed at their date.
// Updates that no version makes public are missing.
//
// An update isn't public before its date. So a version that was says something else, such as an
// older incident in the same file, and doesn't count.
func (r Rules) FirstPublic(updates []incident.Update, evidence Evidence) map[string]time.Time {
	type change struct {
		at   time.Time
		file int // index of the update
		said *incident.Update
	}
	changes := make([]change, 0, len(updates))
	for n := range updates {
		u := &updates[n]
		versions := evidence[u.Path].Versions
		if len(versions) == 0 {
			changes = append(changes, change{u.Date, n, u})
		}
		for _, v := range versions {
			changes = append(changes, change{v.At, n, v.of(u)})
		}
	}
	slices.SortStableFunc(changes, func(a, b change) int { return a.at.Compare(b.at) })
	branch := make([]*incident.Update, len(updates)) // the versions on the branch
	passed := make([]bool, len(updates))             // whether the version on the branch was public
	first := make(map[string]time.Time, len(updates))
	var tree []incident.Update
	for k, c := range changes {
		branch[c.file], passed[c.file] = c.said, false
		last := k+1 == len(changes)
		if !last && changes[k+1].at.Equal(c.at) {
			continue
		}
		tree = tree[:0]
		files := make(map[string]int, len(updates))
		for n, said := range branch {
			if said != nil {
				tree = append(tree, *said)
				files[said.ID] = n
			}
		}
		for _, release := range r.Releases(tree) {
			n, at := files[release.Update.ID], incident.Later(release.At, c.at)
			if release.Reason == Draft || passed[n] || !last && !at.Before(changes[k+1].at) {
				continue
			}
			passed[n] = true
			if _, known := first[release.Update.ID]; !known && !at.Before(updates[n].Date.Add(-r.Tolerance)) {
				first[release.Update.ID] = at
			}
		}
	}
	return first
}

// publicity is when an update became or will become public.
type publicity struct {
	at       time.Time
	proven   bool
	atLatest bool   // it may have been public earlier
	lacking  bool   // proven not to be public
	witness  string // "says git" or "says the publish record"
}

// public returns when an update became public according to the best evidence available.
func (j *judge) public(release Release) publicity {
	proof := j.evidence[release.Update.Path]
	at, committed := j.branch[release.Update.ID]
	committed = committed && len(proof.Versions) > 0
	branch := publicity{at: at, proven: true, witness: "says git"}
	record := publicity{at: proof.Public, proven: true, witness: "says the publish record"}
	switch {
	case proof.Recorded == NotYet:
		return publicity{proven: true, lacking: true}
	case proof.Recorded == Exactly:
		return record
	case proof.Recorded == AtLatest && !(committed && branch.at.Before(record.at)):
		record.atLatest = true
		return record
	case committed:
		return branch
	}
	return publicity{at: release.Published}
}
