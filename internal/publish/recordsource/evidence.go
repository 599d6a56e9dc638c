package recordsource

import (
	"time"

	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/source/content"
)

// Evidence adds to the evidence of git what the publish record says, for the time it covers. The
// record is complete up to until; zero means that it is up to date.
func Evidence(c *content.Content, rules policy.Rules, published *record.Record, until time.Time, email []string, evidence policy.Evidence) policy.Evidence {
	if published == nil {
		return evidence
	}
	for _, i := range c.Incidents {
		first := rules.FirstPublic(i.Updates, evidence)
		for _, u := range i.Updates {
			if u.Draft {
				continue
			}
			proof := evidence[u.Path]
			proof.Emailed = emailed(published, record.Key{Kind: record.Incident, ID: i.ID, Update: u.ID}, email)
			possible := u.Date // the earliest time at which it could have been public
			if at, released := first[u.ID]; released && len(proof.Versions) > 0 {
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
			case proof.Emailed.IsZero():
				continue
			}
			evidence[u.Path] = proof
		}
	}
	return evidence
}

// emailed returns when the first of some recipients was told of an update; zero if none was.
func emailed(published *record.Record, key record.Key, recipients []string) (first time.Time) {
	entry, _ := published.Lookup(key)
	for _, name := range recipients {
		if at := entry.Announced[name]; !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}
