package policy

import (
	"fmt"
	"testing"

	"settler.io/crier/internal/incident"
)

// TestTheRecordIsTheBetterWitness judges an update at minute 0, which is due 5 minutes later (P1)
// or an hour later (P2).
func TestTheRecordIsTheBetterWitness(t *testing.T) {
	p1, p2 := incident.P1, incident.P2
	for _, c := range []struct {
		name     string
		severity incident.Severity
		proof    Proof
		now      int
		want     string
	}{
		{"published late, though committed in time", p1, Proof{Committed: minute(1), Recorded: Exactly, Public: minute(40)}, 60,
			"missed at +40: a P1 is public immediately, and it was detected at 2026-10-02 10:04 UTC; it became public at 2026-10-02 10:44 UTC, says the publish record"},
		{"published in time, though git says otherwise", p1, Proof{Committed: minute(40), Recorded: Exactly, Public: minute(4)}, 60,
			"met at +4: a P1 is public immediately, and it was detected at 2026-10-02 10:04 UTC; it became public at 2026-10-02 10:08 UTC, says the publish record"},
		{"never published, and overdue", p1, Proof{Committed: minute(1), Recorded: NotYet}, 60,
			"missed: a P1 is public immediately, and it was detected at 2026-10-02 10:04 UTC; the publish record lacks it"},
		{"not published yet, and not due", p1, Proof{Committed: minute(1), Recorded: NotYet}, 4,
			"waiting: a P1 is public immediately, and it was detected at 2026-10-02 10:04 UTC; the publish record lacks it"},
		{"the record begins later: git speaks", p1, Proof{Committed: minute(3), Recorded: AtLatest, Public: minute(1000)}, 2000,
			"met at +3: a P1 is public immediately, and it was detected at 2026-10-02 10:04 UTC; it became public at 2026-10-02 10:07 UTC, says git"},
		{"the record begins later, and nothing else speaks", p1, Proof{Recorded: AtLatest, Public: minute(1000)}, 2000,
			"unverified at +1000: a P1 is public immediately, and it was detected at 2026-10-02 10:04 UTC; it was public by 2026-10-03 02:44 UTC, when the publish record begins"},
		{"in the record's beginning, in time", p2, Proof{Recorded: AtLatest, Public: minute(50)}, 2000,
			"met at +50: a P2 is public within 1 h, and it was detected at 2026-10-02 10:04 UTC; it became public at 2026-10-02 10:54 UTC, says the publish record"},
		{"in the record before its commit, as after a history was rewritten", p2, Proof{Committed: minute(500), Recorded: AtLatest, Public: minute(50)}, 2000,
			"met at +50: a P2 is public within 1 h, and it was detected at 2026-10-02 10:04 UTC; it became public at 2026-10-02 10:54 UTC, says the publish record"},
		{"asked about a time before it was published", p2, Proof{Committed: minute(1), Recorded: Exactly, Public: minute(50)}, 30,
			"waiting: a P2 is public within 1 h, and it was detected at 2026-10-02 10:04 UTC"},
	} {
		t.Run(c.name, func(t *testing.T) {
			updates := withPaths([]incident.Update{update(0, c.severity)})
			i := incident.Incident{ID: "x", Path: "x", Updates: updates}
			for _, d := range Defaults().Deadlines(i, Evidence{"000.md": c.proof}, minute(c.now)) {
				if d.Rule != "publish" {
					continue
				}
				got := string(d.State)
				if !d.MetAt.IsZero() {
					got += fmt.Sprintf(" at %+d", int(d.MetAt.Sub(origin).Minutes()))
				}
				if got += ": " + d.Because; got != c.want {
					t.Errorf("\n got %s\nwant %s", got, c.want)
				}
			}
		})
	}
}

// TestAResolutionIsClaimedWhenItIsCommitted checks that a held update counts from when it was
// committed to the branch, not from when it was published.
func TestAResolutionIsClaimedWhenItIsCommitted(t *testing.T) {
	updates := withPaths([]incident.Update{update(0, incident.P0), update(50, 0, status(incident.Resolved))})
	i := incident.Incident{ID: "x", Path: "x", Updates: updates}
	evidence := Evidence{"000.md": {Committed: minute(0), Recorded: Exactly, Public: minute(1)}, "050.md": {Committed: minute(51), Recorded: Exactly, Public: minute(90)}}
	states := map[string]State{}
	for _, d := range Defaults().Deadlines(i, evidence, minute(100)) {
		states[d.Owed] = d.State
	}
	if states["resolve"] != Met || states["publish 050"] != Missed {
		t.Error(states)
	}
}

// TestUpdatesOwedFollowWhatIsPublic checks that an unpublished update neither starts nor meets a
// deadline for the next update.
func TestUpdatesOwedFollowWhatIsPublic(t *testing.T) {
	updates := withPaths([]incident.Update{update(0, incident.P0), update(20, 0, status(incident.Identified))})
	i := incident.Incident{ID: "x", Path: "x", Updates: updates}
	evidence := Evidence{"000.md": {Recorded: Exactly, Public: minute(1)}, "020.md": {Committed: minute(20), Recorded: NotYet}}
	var got []string
	for _, d := range Defaults().Deadlines(i, evidence, minute(40)) {
		if d.Rule == "update" {
			got = append(got, owed([]Deadline{d})...)
		}
	}
	if len(got) != 1 || got[0] != "update: next update by +31: missed" {
		t.Error(got)
	}
}
