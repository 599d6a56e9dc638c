package ical

import (
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
)

var origin = time.Date(2026, 10, 2, 10, 4, 0, 0, time.FixedZone("CEST", 7200))

func write(t *testing.T, events ...site.CalendarEvent) (*ics.Calendar, string) {
	t.Helper()
	var b strings.Builder
	if err := Write(&b, site.Calendar{Name: "Example, \x01Status", Events: events}); err != nil {
		t.Fatal(err)
	}
	calendar, err := ics.ParseCalendar(strings.NewReader(b.String()))
	if err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	return calendar, b.String()
}

func TestWrite(t *testing.T) {
	calendar, text := write(t,
		site.CalendarEvent{ID: "disk@example.com", Title: "[Scheduled] New disk; fast, \\ large", Text: "One.\r\nTwo, three.\x02\n" + strings.Repeat("wörter ", 40), URL: "https://status.example.com/maintenance/disk/",
			Starts: origin, Ends: origin.Add(time.Hour), Created: origin.Add(-time.Hour), Modified: origin.Add(-time.Minute), Revision: 3, Status: incident.Scheduled, Components: []string{"API", "Web"}},
		site.CalendarEvent{ID: "open@example.com", Title: "Open", Starts: origin, Modified: origin, Status: incident.Cancelled})
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\n\r\x01\x02") {
			t.Errorf("RFC 5545 allows no line %q", line)
		}
	}
	if strings.Contains(text, "TZID") || strings.Count(text, "METHOD:PUBLISH") != 1 {
		t.Error(text)
	}
	events := calendar.Events()
	if len(events) != 2 {
		t.Fatal(text)
	}
	value := func(n int, property ics.ComponentProperty) string {
		if p := events[n].GetProperty(property); p != nil {
			return p.Value
		}
		return ""
	}
	for property, want := range map[ics.ComponentProperty]string{
		ics.ComponentPropertyUniqueId: "disk@example.com", ics.ComponentPropertySummary: "[Scheduled] New disk; fast, \\ large",
		ics.ComponentPropertyDescription: "One.\nTwo, three.\n" + strings.Repeat("wörter ", 40), ics.ComponentPropertyUrl: "https://status.example.com/maintenance/disk/",
		ics.ComponentPropertyDtStart: "20261002T080400Z", ics.ComponentPropertyDtEnd: "20261002T090400Z", ics.ComponentPropertyCreated: "20261002T070400Z",
		ics.ComponentPropertyLastModified: "20261002T080300Z", ics.ComponentPropertyDtstamp: "20261002T080300Z", ics.ComponentPropertySequence: "3", ics.ComponentPropertyStatus: "CONFIRMED", "X-CRIER-STATUS": "scheduled",
	} {
		if got := value(0, property); got != want {
			t.Errorf("%s is %q, want %q", property, got, want)
		}
	}
	if value(1, ics.ComponentPropertyStatus) != "CANCELLED" || value(1, ics.ComponentPropertyDtEnd) != "" {
		t.Error(text)
	}
}

func TestACalendarWithoutEventsIsValid(t *testing.T) {
	calendar, text := write(t)
	if len(calendar.Events()) != 0 || len(calendar.Timezones()) != 1 || !strings.Contains(text, "TZOFFSETTO:+0000") {
		t.Error(text)
	}
}
