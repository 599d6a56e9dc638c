package site

import (
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/site/links"
)

// promises judges by when updates were posted: PublishedAt.
func (p *Site) promises(from pageContext) (title, description string, view any) {
	secret := p.secret()
	var incidents []policy.Promised
	for _, s := range p.public.Incidents {
		incidents = append(incidents, policy.Promised{History: &s.History, Posted: s.PublishedAt(0), Secret: secret[s.ID]})
	}
	var v Promises
	for _, q := range p.Config.Rules.Promises(incidents, p.Config.Zone, p.Now) {
		quarter := Quarter{Year: q.Year, Number: q.Number, Severities: q.Severities}
		for _, m := range q.Misses {
			quarter.Misses = append(quarter.Misses, Miss{m.Incident.LastTitleIn(from.translation()), links.Of(m.Incident), m.Rule, m.Late})
		}
		v.Quarters = append(v.Quarters, quarter)
	}
	return from.Words.Word("promises"), from.Words.Word("promises_about"), &v
}
