// Package ical writes maintenance as iCalendar (RFC 5545). It takes calendars of package site, and
// reads no clock.
package ical

import (
	"io"
	"strings"

	ics "github.com/arran4/golang-ical"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/markdown"
)

// Write writes a calendar. All times are in UTC, and the output only changes when the events do.
func Write(w io.Writer, c site.Calendar) error {
	calendar := ics.NewCalendar()
	calendar.SetProductId("-//Crier//Maintenance//EN")
	calendar.SetMethod(ics.MethodPublish)
	calendar.SetXWRCalName(clean(c.Name))
	calendar.SetRefreshInterval("PT15M")
	calendar.SetXPublishedTTL("PT15M")
	if len(c.Events) == 0 { // a calendar must have a component (RFC 5545, section 3.6)
		standard := calendar.AddTimezone("UTC").AddStandard()
		standard.SetProperty(ics.ComponentPropertyDtStart, "19700101T000000")
		standard.SetProperty("TZOFFSETFROM", "+0000")
		standard.SetProperty("TZOFFSETTO", "+0000")
	}
	for _, e := range c.Events {
		event := calendar.AddEvent(e.ID)
		// With METHOD, DTSTAMP is the time of the last revision (RFC 5545, section 3.8.7.2).
		event.SetDtStampTime(e.Modified.UTC())
		event.SetCreatedTime(e.Created.UTC())
		event.SetModifiedAt(e.Modified.UTC())
		event.SetSequence(e.Revision)
		event.SetStartAt(e.Starts.UTC())
		if e.Ends.After(e.Starts) {
			event.SetEndAt(e.Ends.UTC())
		}
		event.SetSummary(clean(e.Title))
		event.SetDescription(clean(e.Text))
		event.SetURL(e.URL)
		event.SetStatus(ics.ObjectStatusConfirmed)
		if e.Status == incident.Cancelled {
			event.SetStatus(ics.ObjectStatusCancelled)
		}
		// In iCalendar the status of an event can't be completed.
		event.SetProperty("X-CRIER-STATUS", e.Status.String())
		event.SetTimeTransparency(ics.TransparencyTransparent) // shows nobody as busy
		for _, name := range e.Components {
			event.AddCategory(clean(name))
		}
	}
	return calendar.SerializeTo(w, ics.WithNewLineWindows)
}

// clean removes control characters, which iCalendar cannot escape.
func clean(text string) string {
	text, _ = markdown.Clean(text)
	return strings.ReplaceAll(text, "\r", "")
}
