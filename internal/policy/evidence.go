package policy

import "time"

// Evidence proves when files became public. It is keyed by path. Files that are missing from it
// have no proof.
type Evidence map[string]Proof

// ByGit returns evidence from git alone, given when each file was committed.
func ByGit(committed map[string]time.Time) Evidence {
	e := make(Evidence, len(committed))
	for path, at := range committed {
		e[path] = Proof{Committed: at}
	}
	return e
}

// Proof is the evidence for one file. The publish record is better evidence than git, which knows
// when a file was committed to the branch but not whether it was published.
type Proof struct {
	Committed time.Time // when a publishable form was first on the branch; zero: unknown
	Recorded  Recorded
	Public    time.Time // set for Exactly and AtLatest
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

// seen returns when the file is first known to have had its content, or the zero time if that is
// unknown.
func (p Proof) seen() time.Time {
	if p.Recorded != Exactly && p.Recorded != AtLatest || !p.Committed.IsZero() && p.Committed.Before(p.Public) {
		return p.Committed
	}
	return p.Public
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
