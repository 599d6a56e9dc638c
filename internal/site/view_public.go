package site

import (
	"time"

	"settler.io/crier/internal/incident"
)

// Kinds of content that has updates.
const (
	OfIncident     = "incident"
	OfMaintenance  = "maintenance"
	OfAnnouncement = "announcement"
)

// Shown is an update that the site shows, for the publish record, commit messages and
// notifications.
type Shown struct {
	Kind     string // OfIncident, OfMaintenance or OfAnnouncement
	ID       string // of the incident, maintenance or announcement
	Update   string // its id; "" for an announcement
	Path     string // of its file; "" for a transition by the clock
	Date     time.Time
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
		kind := OfIncident
		if s.Planned {
			kind = OfMaintenance
		}
		for _, step := range s.Steps {
			u := step.Update
			shown = append(shown, Shown{
				Kind: kind, ID: s.ID, Update: u.ID, Path: u.Path, Date: u.Date, Severity: step.Before.Severity.Worse(step.After.Severity),
				Security: !s.Planned && secret[s.ID], URL: p.Meta.URL(refOf(s).Anchor(u.ID)),
			})
		}
	}
	for _, a := range p.public.Announcements {
		shown = append(shown, Shown{Kind: OfAnnouncement, ID: a.ID, Path: a.Path, Date: a.Date, URL: p.Meta.URL(announcementRef(&a))})
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
