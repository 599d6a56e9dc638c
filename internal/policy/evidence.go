package policy

import "time"

// Evidence is what proves when files came to the public, by their paths. What is not in it is not proven.
type Evidence map[string]Proof

// ByGit is the evidence of git alone.
func ByGit(committed map[string]time.Time) Evidence {
	e := make(Evidence, len(committed))
	for path, at := range committed {
		e[path] = Proof{Committed: at}
	}
	return e
}

// Proof is what is known of one file. The publish record is the better witness: git knows when a file came to the branch, and not
// whether anybody published it.
type Proof struct {
	Committed time.Time // first on the branch in a form that may be published; zero: not known
	Recorded  Recorded
	Public    time.Time // where the record has it
}

// Recorded is what the publish record says of an update.
type Recorded uint8

// What the record may say.
const (
	Unrecorded Recorded = iota // nothing: it does not cover the time
	Exactly                    // it became public at Public
	AtLatest                   // it was public by then, perhaps for long: with it the record begins
	NotYet                     // it would have it if it were public
)

// seen gives the first instant at which the file is known to have said what it says; zero: none.
func (p Proof) seen() time.Time {
	if p.Recorded != Exactly && p.Recorded != AtLatest || !p.Committed.IsZero() && p.Committed.Before(p.Public) {
		return p.Committed
	}
	return p.Public
}

// publicity is when an update became public, or will.
type publicity struct {
	at       time.Time
	proven   bool
	atLatest bool   // it may have been public before
	lacking  bool   // proven not to be public
	witness  string // "says git" or "says the publish record"
}

// public says when an update became public by the best evidence that there is.
func (j *judge) public(release Release) publicity {
	proof := j.evidence[release.Update.Path]
	branch := publicity{at: proof.Committed, proven: true, witness: "says git"}
	if release.At.After(branch.at) {
		branch.at = release.At
	}
	record := publicity{at: proof.Public, proven: true, witness: "says the publish record"}
	committed := !proof.Committed.IsZero()
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
