package content

import (
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/markdown"
	"settler.io/crier/internal/wire"
)

// What a file came to has a form, in which a Store keeps it. TestEveryFieldIsKept fails for a field of a source, or of what it
// holds, that is not in it.

// append writes what the file came to. A value that has no form leaves nothing.
func (s *source) append(to []byte, zone *time.Location) []byte {
	c := wire.Writer(to, zone)
	s.wire(c, nil)
	if c.Bad() {
		return to
	}
	return c.Bytes()
}

// take reads what a file of the same name once came to. It reports whether that makes sense.
func (s *source) take(text string, zone *time.Location, keys *keyTable) bool {
	taken := &source{path: s.path, section: s.section, folder: s.folder, id: s.id, language: s.language}
	c := wire.Reader(text, zone)
	taken.wire(c, keys)
	if c.Bad() || c.Left() != "" {
		return false
	}
	*s = *taken
	return true
}

// wire writes or reads all but what follows from the name and what the store holds beside it.
func (s *source) wire(c *wire.Coder, keys *keyTable) {
	section, language := s.section, s.language
	wire.Int(c, &section)
	c.Text(&language)
	if section != s.section || language != s.language { // another file has come or gone that makes it another kind of file
		c.Fail()
		return
	}
	c.Bool(&s.lost)
	wire.Pointer(c, &s.update, func(u *incident.Update) { s.wireUpdate(c, u) })
	wire.Pointer(c, &s.announcement, func(a *incident.Announcement) { s.wireAnnouncement(c, a) })
	wire.Pointer(c, &s.page, func(p *Page) { s.wirePage(c, p) })
	wire.Pointer(c, &s.postmortem, func(p *incident.Postmortem) { s.wirePostmortem(c, p) })
	wire.Pointer(c, &s.translation, func(t *incident.Translation) { s.wireTranslation(c, t) })
	wire.Pointer(c, &s.template, func(t *Template) { s.wireTemplate(c, t) })
	wire.Pointer(c, &s.document, func(d *markdown.Document) { d.Wire(c, s.path) })
	wire.List(c, &s.findings, func(f *diag.Finding) {
		c.Text(&f.Kind.Code)
		c.Text((*string)(&f.Kind.Class))
		c.Text(&f.Kind.Summary)
		s.wirePosition(c, &f.Position)
		c.Text(&f.Message)
		c.Text(&f.Hint)
	})
	form := ""
	if !c.Reads() {
		form = s.keys.form()
	}
	if c.Text(&form); c.Reads() {
		var ok bool
		if s.keys, ok = keys.formed(form); !ok {
			c.Fail()
		}
	}
}

func (s *source) wirePosition(c *wire.Coder, p *diag.Position) {
	c.TextOr(&p.Path, s.path)
	wire.Int(c, &p.Line)
	wire.Int(c, &p.Column)
}

func (s *source) wireUpdate(c *wire.Coder, u *incident.Update) {
	c.TextOr(&u.ID, s.id)
	c.TextOr(&u.Path, s.path)
	c.Text(&u.Title)
	wire.Int(c, &u.Status)
	wire.Int(c, &u.Severity)
	c.Time(&u.Date)
	wire.Pointer(c, &u.Components, func(set *incident.Components) {
		wire.List(c, &set.List, func(a *incident.Affected) {
			c.Text(&a.Component)
			wire.Int(c, &a.Condition)
		})
		c.Bool(&set.Explicit)
	})
	c.Text(&u.Impact)
	c.Time(&u.ETA.Time)
	c.Text(&u.ETA.Words)
	c.Time(&u.Detected)
	c.Time(&u.Acknowledged)
	c.Bool(&u.Draft)
	wire.Int(c, &u.Hold.For)
	c.Time(&u.Hold.Until)
	c.Time(&u.Amended)
	c.Time(&u.Starts)
	c.Time(&u.Ends)
	wire.Pointer(c, &u.Runbook, func(r *incident.Runbook) { s.wireRunbook(c, r) })
	wire.List(c, &u.Aliases, c.Text)
	s.wireTranslations(c, &u.Translations)
}

func (s *source) wireRunbook(c *wire.Coder, r *incident.Runbook) {
	c.Text(&r.Security)
	c.Bool(&r.DataLoss)
	wire.List(c, &r.Escalate, c.Text)
	wire.Map(c, &r.Escalated, c.Time)
	c.Time(&r.Notified)
	wire.Map(c, &r.Waive, c.Text)
}

func (s *source) wireTranslations(c *wire.Coder, all *map[string]incident.Translation) {
	wire.Map(c, all, func(t *incident.Translation) { s.wireTranslation(c, t) })
}

func (s *source) wireTranslation(c *wire.Coder, t *incident.Translation) {
	c.TextOr(&t.Path, s.path)
	c.Text(&t.Title)
	c.Text(&t.Impact)
	c.Text(&t.ETA)
	c.Bool(&t.Draft)
	c.Time(&t.Amended)
}

func (s *source) wireAnnouncement(c *wire.Coder, a *incident.Announcement) {
	c.TextOr(&a.ID, s.id)
	c.TextOr(&a.Path, s.path)
	c.Text(&a.Title)
	c.Time(&a.Date)
	c.Time(&a.Until)
	c.Bool(&a.Draft)
	wire.List(c, &a.Aliases, c.Text)
	s.wireTranslations(c, &a.Translations)
}

func (s *source) wirePage(c *wire.Coder, p *Page) {
	c.TextOr(&p.ID, s.id)
	c.TextOr(&p.Path, s.path)
	c.Text(&p.Title)
	c.Bool(&p.Draft)
	wire.List(c, &p.Aliases, c.Text)
	s.wireTranslations(c, &p.Translations)
}

func (s *source) wirePostmortem(c *wire.Coder, p *incident.Postmortem) {
	c.TextOr(&p.Path, s.path)
	c.Text(&p.Title)
	c.Bool(&p.Draft)
	c.Bool(&p.Public)
	c.Time(&p.Meeting)
	c.Time(&p.Date)
	wire.Int(c, &p.Severity)
	c.Time(&p.Started)
	c.Time(&p.Ended)
	c.Text(&p.Impact)
	c.Text(&p.UsersAffected)
	c.Text(&p.DataLoss)
	s.wireTranslations(c, &p.Translations)
	wire.List(c, &p.Actions, func(a *incident.Action) {
		c.Text(&a.What)
		c.Text(&a.Owner)
		c.Time(&a.Due)
		c.Bool(&a.Done)
		wire.Int(c, &a.Line)
	})
}

func (s *source) wireTemplate(c *wire.Coder, t *Template) {
	c.TextOr(&t.ID, s.id)
	c.TextOr(&t.Path, s.path)
	c.Text(&t.Source)
	c.Text(&t.Description)
	s.wireUpdate(c, &t.Update)
	c.Text(&t.Text)
}
