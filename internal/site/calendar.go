package site

import (
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
)

// Calendar is the maintenance of the site or of a component.
type Calendar struct {
	Path   string // of the file
	Name   string
	URL    string // of the page that it belongs to
	Meta   *Meta
	Events func() []CalendarEvent // by start; it may be called more than once and from any goroutine
}

// CalendarEvent is one maintenance.
type CalendarEvent struct {
	ID         string // permanent, with the site's host: a UID
	Title      string // "[Scheduled] Upgrade"
	Text       string // impact, then every update, newest first
	URL        string
	Starts     time.Time
	Ends       time.Time // of the window, or when it was over; zero: open
	Created    time.Time
	Modified   time.Time // the last update, or the transition that the clock made
	Revision   int       // grows with every update, transition and amendment
	Status     incident.Status
	Components []string
}

// MaxCalendarEvents is how much maintenance a calendar holds, the newest.
const MaxCalendarEvents = 200

func (p *planner) calendars() {
	add := func(file, name string, page Ref, component string) {
		p.claim(file, generated)
		p.site.Calendars = append(p.site.Calendars, Calendar{Path: file, Name: name, URL: p.meta.URL(page), Meta: p.meta, Events: func() []CalendarEvent {
			var events []CalendarEvent
			for _, s := range slices.Backward(p.maintenance) {
				if len(events) < MaxCalendarEvents && (component == "" || slices.Contains(s.components, component)) {
					events = append(events, p.calendarEvent(s))
				}
			}
			slices.Reverse(events)
			return events
		}})
	}
	add("maintenance.ics", p.meta.Title, "index.html", "")
	for _, c := range p.Config.Components {
		add("components/"+c.ID+"/maintenance.ics", c.Name+" · "+p.meta.Title, componentRef(c.ID), c.ID)
	}
}

func (p *planner) calendarEvent(s *story) CalendarEvent {
	state := s.State()
	e := CalendarEvent{ID: s.ID + "@" + p.Config.Feeds.Host, Title: p.meta.heading(state.Status, state.Title), URL: p.meta.URL(s.ref), Starts: state.Starts, Ends: state.Ends,
		Created: s.publishedAt(0), Revision: len(s.Steps) - 1, Status: state.Status}
	if end := s.End(); state.Status == incident.Completed && end.After(e.Starts) {
		e.Ends = end
	}
	var text []string
	for n, step := range slices.Backward(s.Steps) {
		at := s.publishedAt(n)
		if a := step.Update.Amended; a.After(at) {
			at = a
			e.Revision++
		}
		if at.After(e.Modified) {
			e.Modified = at
		}
		text = append(text, strings.TrimSpace("["+p.meta.Words.Status(step.After.Status)+"] "+p.instant(step.Update.Date)+"\n"+p.told(s, n, p.meta)))
	}
	e.Text = strings.Join(text, "\n\n")
	for _, a := range p.affected(state.Affected) {
		e.Components = append(e.Components, a.Name)
	}
	return e
}
