package ical

import (
	"fmt"
	"time"

	ics "github.com/arran4/golang-ical"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/policy"
)

// Deadlines returns a calendar of deadlines that a team can subscribe to. host makes the ids of its
// events unique.
func Deadlines(title, host string, deadlines []policy.Deadline, now time.Time) string {
	calendar := ics.NewCalendar()
	calendar.SetProductId("-//settler.io//crier//EN")
	calendar.SetMethod(ics.MethodPublish)
	calendar.SetName(title + ": due")
	for _, d := range deadlines {
		sum := fileset.Sum([]byte(string(d.Rule) + d.Path + d.Owed)).String()[:12]
		event := calendar.AddEvent(fmt.Sprintf("%s-%s@%s", d.Incident, sum, host))
		event.SetDtStampTime(now.UTC())
		event.SetStartAt(d.Due.UTC())
		event.SetEndAt(d.Due.UTC())
		event.SetSummary(d.Owed + " (" + d.Incident + ")")
		event.SetDescription(d.Who + ": " + d.Because)
	}
	return calendar.Serialize()
}
