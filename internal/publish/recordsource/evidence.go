package recordsource

import (
	"time"

	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/source/content"
)

// Evidence combines the evidence of when updates became public: the publish record, for the time it
// covers, and git. committed maps paths to their first commits. The record is complete up to until;
// zero means that it is up to date.
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
			// The earliest time at which it could have been public: a back-dated update was not
			// public before its commit.
			possible := u.Date
			if at, ok := committed[u.Path]; ok && at.After(possible) {
				possible = at
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
