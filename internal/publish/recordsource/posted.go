package recordsource

import (
	"maps"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/content"
)

// Posted returns what a record says about when updates were posted. The updates that it lacks are
// posted by the publish that starts now.
func Posted(rules policy.Rules, r *record.Record, now time.Time) *published.Posted {
	p := posted(rules, r)
	p.Start = now
	if r.Covers.IsZero() && now.After(p.Since) { // this publish begins the record
		p.Since = now
	}
	return p
}

// PostedByGit is like Posted for a build that publishes nothing: the updates that the record lacks
// were posted when git proves that they were public.
func PostedByGit(rules policy.Rules, r *record.Record, now time.Time, c *content.Content, evidence policy.Evidence) *published.Posted {
	p := posted(rules, r)
	p.Public = firstPublic(c, rules, evidence)
	maps.DeleteFunc(p.Public, func(_ published.Key, at time.Time) bool { return at.After(now) })
	return p
}

func posted(rules policy.Rules, r *record.Record) *published.Posted {
	p := &published.Posted{Recorded: make(map[published.Key]time.Time, r.Len()), Since: rules.Since}
	for _, e := range r.Entries() {
		p.Recorded[published.Key{Kind: string(e.Kind), ID: e.ID, Update: e.Update}] = e.Posted
	}
	if r.Covers.After(p.Since) {
		p.Since = r.Covers
	}
	return p
}

// firstPublic returns when updates were first public, if that is proven.
func firstPublic(c *content.Content, rules policy.Rules, evidence policy.Evidence) map[published.Key]time.Time {
	type subject struct {
		kind, id string
		updates  []incident.Update
		first    map[string]time.Time
	}
	var subjects []subject
	for _, i := range c.Incidents {
		subjects = append(subjects, subject{kind: published.OfIncident, id: i.ID, updates: i.Updates})
	}
	for _, m := range c.Maintenance {
		subjects = append(subjects, subject{kind: published.OfMaintenance, id: m.ID, updates: m.Updates})
	}
	for _, a := range c.Announcements {
		subjects = append(subjects, subject{kind: published.OfAnnouncement, id: a.ID, updates: []incident.Update{{Path: a.Path, Date: a.Date, Draft: a.Draft}}})
	}
	parallel.For(len(subjects), 0, func(n int) { subjects[n].first = rules.FirstPublic(subjects[n].updates, evidence) })
	public := map[published.Key]time.Time{}
	for _, s := range subjects {
		for _, u := range s.updates {
			if at, ok := s.first[u.ID]; ok && len(evidence[u.Path].Versions) > 0 {
				public[published.Key{Kind: s.kind, ID: s.id, Update: u.ID}] = at
			}
		}
	}
	return public
}
