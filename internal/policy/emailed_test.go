package policy

import (
	"fmt"
	"testing"
	"time"

	"settler.io/crier/internal/incident"
)

// TestEmailNotifiesCustomers checks that e-mail about a breach counts as telling customers, from
// the update on that states the breach.
func TestEmailNotifiesCustomers(t *testing.T) {
	breach := &incident.Runbook{Security: "breach"}
	stated := &incident.Runbook{Security: "breach", Notified: minute(100)}
	for _, c := range []struct {
		name    string
		breach  *incident.Runbook
		emailed map[string]int
		want    string
	}{
		{"no e-mail", breach, nil, "missed"},
		{"before the breach was known", breach, map[string]int{"000": 1}, "missed"},
		{"in time", breach, map[string]int{"010": 12}, "met at +12"},
		{"a later update", breach, map[string]int{"020": 25}, "met at +25"},
		{"too late", breach, map[string]int{"020": 4400}, "missed at +4400"},
		{"better than what is stated", stated, map[string]int{"010": 12}, "met at +12"},
	} {
		evidence := Evidence{}
		for id, at := range c.emailed {
			evidence[id] = Proof{Emailed: minute(at)}
		}
		i := incident.Incident{ID: "i", Updates: []incident.Update{
			update(0, incident.P0), update(10, 0, func(u *incident.Update) { u.Runbook = c.breach }), update(20, 0),
		}}
		for n := range i.Updates {
			i.Updates[n].Path = i.Updates[n].ID
		}
		got := "nothing"
		for _, d := range Defaults().Deadlines(i, evidence, minute(4401)) {
			switch {
			case d.Rule != Notify:
			case d.MetAt.IsZero():
				got = string(d.State)
			default:
				got = fmt.Sprintf("%s at +%d", d.State, d.MetAt.Sub(minute(0))/time.Minute)
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
