package recordsource

import (
	"time"

	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/source/content"
)

// Evidence joins what proves when updates became public: the publish record where it covers the time, and git, whose first
// commits are by path. The record is known until an instant: zero means that nothing is newer than what it says.
func Evidence(c *content.Content, published *record.Record, until time.Time, committed map[string]time.Time) policy.Evidence {
	evidence := policy.ByGit(committed)
	if published == nil {
		return evidence
	}
	for _, i := range c.Incidents {
		for _, u := range i.Updates {
			if u.Draft {
				continue
			}
			proof := evidence[u.Path]
			possible := u.Date // since when it may have been public: what is dated back was not there before its commit
			if proof.Committed.After(possible) {
				possible = proof.Committed
			}
			at, knowledge := published.Knows(record.Key{Kind: record.Incident, ID: i.ID, Update: u.ID}, possible)
			switch {
			case knowledge == record.Exactly:
				proof.Recorded, proof.Public = policy.Exactly, at
			case knowledge == record.AtLatest:
				proof.Recorded, proof.Public = policy.AtLatest, at
			case knowledge == record.NotYet && (until.IsZero() || !possible.After(until)):
				proof.Recorded = policy.NotYet
			default:
				continue
			}
			evidence[u.Path] = proof
		}
	}
	return evidence
}
