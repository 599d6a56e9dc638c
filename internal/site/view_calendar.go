package site

import (
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/published"
)

type Calendar struct {
	Name   string
	URL    string // of the overview or the component
	Meta   *Meta
	Events []CalendarEvent // by start
}

type CalendarEvent struct {
	ID         string // permanent, with the site's host: a UID
	Title      string // "[Scheduled] Upgrade"
	Text       string // impact, then every update, newest first
	URL        string
	Starts     time.Time
	Ends       time.Time // of the window, or the actual end; zero: open
	Created    time.Time
	Modified   time.Time // the last update, amendment or transition
	Revision   int       // grows with every update, transition and amendment
	Status     incident.Status
	Components []string
}

// MaxCalendarEvents limits a calendar to the newest maintenance.
const MaxCalendarEvents = 200

func (p *Site) Calendar(v CalendarView) Calendar {
	c := Calendar{Name: p.Meta.Title, URL: p.Meta.URL("index.html"), Meta: p.Meta}
	if v.component != nil {
		c.Name, c.URL = v.component.Name+" · "+p.Meta.Title, p.Meta.URL(componentRef(v.component.ID))
	}
	if v.incident != nil {
		c.Events = []CalendarEvent{p.calendarEvent(v.incident)}
		return c
	}
	for _, s := range slices.Backward(p.public.Maintenance) {
		if len(c.Events) < MaxCalendarEvents && (v.component == nil || slices.Contains(s.EverAffected, v.component.ID)) {
			c.Events = append(c.Events, p.calendarEvent(s))
		}
	}
	slices.Reverse(c.Events)
	return c
}

func (p *Site) calendarEvent(s *published.Incident) CalendarEvent {
	state := s.State()
	e := CalendarEvent{ID: s.ID + "@" + p.Config.Feeds.Host, Title: p.Meta.heading(state.Status, state.Title), URL: p.Meta.URL(refOf(s)),
		Created: s.FirstPublic, Revision: len(s.Steps) - 1, Status: state.Status}
	e.Starts, e.Ends = s.Window()
	var text []string
	for n, step := range slices.Backward(s.Steps) {
		at := s.PublishedAt(n)
		if a := step.Update.Amended; a.After(at) {
			at = a
			e.Revision++
		}
		if at.After(e.Modified) {
			e.Modified = at
		}
		text = append(text, strings.TrimSpace("["+p.Meta.Words.Status(step.After.Status)+"] "+p.instant(step.Update.Date)+"\n"+p.plainText(s, n, p.Meta)))
	}
	e.Text = strings.Join(text, "\n\n")
	for _, a := range p.affected(state.Affected) {
		e.Components = append(e.Components, a.Name)
	}
	return e
}
