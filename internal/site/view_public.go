package site

import (
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/links"
	"settler.io/crier/internal/site/published"
)

// Shown is an update that the site shows, for the publish record, commit messages and
// notifications.
type Shown struct {
	published.Key
	Path     string // of its file; "" for a transition by the clock
	Date     time.Time
	Posted   time.Time
	Severity incident.Severity // the higher of those before and after it; zero outside incidents
	// Security marks a security incident, which no log, comment or commit message may mention.
	Security bool
	URL      string // of the update, absolute
}

// Public lists the updates that the site shows: incidents newest first, then maintenance, then
// announcements, the updates of each by date.
func (p *Site) Public() []Shown {
	secret := p.secret()
	var shown []Shown
	for _, s := range p.public.All() {
		for n, step := range s.Steps {
			u := step.Update
			shown = append(shown, Shown{
				Key: s.UpdateKey(n), Path: u.Path, Date: u.Date, Posted: s.PublishedAt(n), Severity: step.Before.Severity.Worse(step.After.Severity),
				Security: !s.Planned && secret[s.ID], URL: p.Meta.URL(refOf(s).Anchor(u.ID)),
			})
		}
	}
	for _, a := range p.public.Announcements {
		shown = append(shown, Shown{Key: published.Key{Kind: published.OfAnnouncement, ID: a.ID}, Path: a.Path, Date: a.Date, Posted: p.public.PostedAt(&a), URL: p.Meta.URL(links.OfAnnouncement(&a))})
	}
	return shown
}

// secret lists the security incidents. Drafts count too.
func (p *Site) secret() map[string]bool {
	secret := map[string]bool{}
	for _, i := range p.Content.Incidents {
		secret[i.ID] = secret[i.ID] || i.Secret()
	}
	return secret
}
