package recordsource

import (
	"maps"
	"slices"
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
func PostedByGit(rules policy.Rules, r *record.Record, c *content.Content, evidence policy.Evidence) *published.Posted {
	p := posted(rules, r)
	p.Public = firstPublic(c, rules, evidence)
	return p
}

// PostedAnew returns what is known after the content of c, and no other, was changed.
func PostedAnew(p *published.Posted, rules policy.Rules, c *content.Content, evidence policy.Evidence) *published.Posted {
	changed := map[published.Key]bool{} // without updates
	for _, s := range subjects(c) {
		changed[published.Key{Kind: s.kind, ID: s.id}] = true
	}
	next := *p
	next.Public = maps.Clone(p.Public)
	maps.DeleteFunc(next.Public, func(key published.Key, _ time.Time) bool { return changed[published.Key{Kind: key.Kind, ID: key.ID}] })
	maps.Copy(next.Public, firstPublic(c, rules, evidence))
	return &next
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

// firstPublic returns when updates were first public, if that is proven. It leaves out those that
// were posted with their release.
func firstPublic(c *content.Content, rules policy.Rules, evidence policy.Evidence) map[published.Key]time.Time {
	late := slices.DeleteFunc(subjects(c), func(s subject) bool { return prompt(s.updates, evidence, rules.Tolerance) })
	first := make([]map[string]time.Time, len(late))
	parallel.For(len(late), 0, func(n int) { first[n] = rules.FirstPublic(late[n].updates, evidence) })
	public := map[published.Key]time.Time{}
	for n, s := range late {
		for _, u := range s.updates {
			if at, ok := first[n][u.ID]; ok && len(evidence[u.Path].Versions) > 0 {
				public[published.Key{Kind: s.kind, ID: s.id, Update: u.ID}] = at
			}
		}
	}
	return public
}

// subject is an incident, a maintenance or an announcement.
type subject struct {
	kind, id string
	updates  []incident.Update
}

func subjects(c *content.Content) (all []subject) {
	for _, i := range c.Incidents {
		all = append(all, subject{published.OfIncident, i.ID, i.Updates})
	}
	for _, m := range c.Maintenance {
		all = append(all, subject{published.OfMaintenance, m.ID, m.Updates})
	}
	for _, a := range c.Announcements {
		all = append(all, subject{published.OfAnnouncement, a.ID, []incident.Update{{Path: a.Path, Date: a.Date, Draft: a.Draft}}})
	}
	return all
}

// prompt reports whether all updates of an incident were committed by their dates, within the
// tolerance, and are still the same. Then they were public with their release: whatever releases an
// update is dated no later than that, so it was on the branch.
func prompt(updates []incident.Update, evidence policy.Evidence, tolerance time.Duration) bool {
	for i := range updates {
		u := &updates[i]
		for n, v := range evidence[u.Path].Versions {
			if n > 0 || v.Update != nil || v.At.After(u.Date.Add(tolerance)) {
				return false
			}
		}
	}
	return true
}
