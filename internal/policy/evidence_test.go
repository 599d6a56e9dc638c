package policy

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

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
		{"published late, though committed in time", p1, Proof{Versions: since(minute(1)), Recorded: Exactly, Public: minute(40)}, 60,
			"missed at +40: a P1 is public immediately, and it was detected at 2026-10-02 10:04 UTC; it became public at 2026-10-02 10:44 UTC, says the publish record"},
		{"published in time, though git says otherwise", p1, Proof{Versions: since(minute(40)), Recorded: Exactly, Public: minute(4)}, 60,
			"met at +4: a P1 is public immediately, and it was detected at 2026-10-02 10:04 UTC; it became public at 2026-10-02 10:08 UTC, says the publish record"},
		{"never published, and overdue", p1, Proof{Versions: since(minute(1)), Recorded: NotYet}, 60,
			"missed: a P1 is public immediately, and it was detected at 2026-10-02 10:04 UTC; the publish record lacks it"},
		{"not published yet, and not due", p1, Proof{Versions: since(minute(1)), Recorded: NotYet}, 4,
			"waiting: a P1 is public immediately, and it was detected at 2026-10-02 10:04 UTC; the publish record lacks it"},
		{"the record begins later: git speaks", p1, Proof{Versions: since(minute(3)), Recorded: AtLatest, Public: minute(1000)}, 2000,
			"met at +3: a P1 is public immediately, and it was detected at 2026-10-02 10:04 UTC; it became public at 2026-10-02 10:07 UTC, says git"},
		{"the record begins later, and nothing else speaks", p1, Proof{Recorded: AtLatest, Public: minute(1000)}, 2000,
			"unverified at +1000: a P1 is public immediately, and it was detected at 2026-10-02 10:04 UTC; it was public by 2026-10-03 02:44 UTC, when the publish record begins"},
		{"in the record's beginning, in time", p2, Proof{Recorded: AtLatest, Public: minute(50)}, 2000,
			"met at +50: a P2 is public within 1 h, and it was detected at 2026-10-02 10:04 UTC; it became public at 2026-10-02 10:54 UTC, says the publish record"},
		{"in the record before its commit, as after a history was rewritten", p2, Proof{Versions: since(minute(500)), Recorded: AtLatest, Public: minute(50)}, 2000,
			"met at +50: a P2 is public within 1 h, and it was detected at 2026-10-02 10:04 UTC; it became public at 2026-10-02 10:54 UTC, says the publish record"},
		{"asked about a time before it was published", p2, Proof{Versions: since(minute(1)), Recorded: Exactly, Public: minute(50)}, 30,
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
	evidence := Evidence{"000.md": {Versions: since(minute(0)), Recorded: Exactly, Public: minute(1)}, "050.md": {Versions: since(minute(51)), Recorded: Exactly, Public: minute(90)}}
	states := map[string]State{}
	for _, d := range Defaults().Deadlines(i, evidence, minute(100)) {
		states[d.Owed] = d.State
	}
	if states["resolve"] != Met || states["publish 050"] != Missed {
		t.Error(states)
	}
}

// TestAnAnswerCountsFromItsCommit checks that an update that is published late, or not at all,
// still answers when it is committed.
func TestAnAnswerCountsFromItsCommit(t *testing.T) {
	i := incident.Incident{ID: "x", Path: "x", Updates: withPaths([]incident.Update{update(0, incident.P1)})}
	for _, proof := range []Proof{{Versions: since(minute(3)), Recorded: Exactly, Public: minute(40)}, {Versions: since(minute(3)), Recorded: NotYet}} {
		for _, d := range Defaults().Deadlines(i, Evidence{"000.md": proof}, minute(50)) {
			if want := map[Rule]State{Publish: Missed, Respond: Met}[d.Rule]; want != "" && d.State != want {
				t.Errorf("%+v", d)
			}
		}
	}
}

// TestUpdatesOwedFollowWhatIsPublic checks that an unpublished update neither starts nor meets a
// deadline for the next update.
func TestUpdatesOwedFollowWhatIsPublic(t *testing.T) {
	updates := withPaths([]incident.Update{update(0, incident.P0), update(20, 0, status(incident.Identified))})
	i := incident.Incident{ID: "x", Path: "x", Updates: updates}
	evidence := Evidence{"000.md": {Recorded: Exactly, Public: minute(1)}, "020.md": {Versions: since(minute(20)), Recorded: NotYet}}
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

// TestEachVersionCountsByWhatItSaid checks when an update was first public on the branch, in
// minutes from the origin.
func TestEachVersionCountsByWhatItSaid(t *testing.T) {
	const p1, p2 = incident.P1, incident.P2
	type versions map[int]incident.Update // committed at a minute
	same := incident.Update{ID: "same"}
	for _, c := range []struct {
		name  string
		files map[string]versions // the last version is the file now
		want  map[string]int
	}{
		{"a P1 dated next year, and corrected", map[string]versions{"1": {1: update(365*24*60, p1), 240: update(0, p1)}}, map[string]int{"1": 240}},
		{"a held P2, changed to a P1 when it was public", map[string]versions{"1": {1: update(0, p2, holdFor(60)), 240: update(0, p1)}}, map[string]int{"1": 60}},
		{"a held P2, changed to a P1 before", map[string]versions{"1": {1: update(0, p2, holdFor(60)), 20: update(0, p1)}}, map[string]int{"1": 20}},
		{"an old incident's file, overwritten", map[string]versions{"1": {-9000: update(-9001, p1), 40: update(0, p1)}}, map[string]int{"1": 40}},
		{"a corrected date", map[string]versions{"1": {3: update(1, p1), 240: update(0, p1)}}, map[string]int{"1": 3}},
		{"a draft", map[string]versions{"1": {1: update(0, p1, draft), 30: update(0, p1)}}, map[string]int{"1": 30}},
		{"a draft in between", map[string]versions{"1": {1: update(0, p1), 30: update(0, p1, draft), 60: update(0, p1)}}, map[string]int{"1": 1}},
		{"dated ahead, within the tolerance of its commit", map[string]versions{"1": {-4: update(0, p1)}}, map[string]int{"1": -4}},
		{"a later update releases an earlier one when it is committed", map[string]versions{"1": {0: update(0, p2, holdFor(50))}, "2": {30: update(5, p2)}}, map[string]int{"1": 30, "2": 30}},
		{"a later update was committed too late to release one", map[string]versions{"1": {0: update(0, p2, holdFor(50))}, "2": {90: update(5, p2)}}, map[string]int{"1": 50, "2": 90}},
		{"a later update that nothing proves counts from its date", map[string]versions{"1": {0: update(0, p2, holdFor(50))}, "2": {-1: same, 0: update(5, p2)}}, map[string]int{"1": 5, "2": 5}},
		{"nothing but drafts", map[string]versions{"1": {0: update(0, p1, draft)}}, map[string]int{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var updates []incident.Update
			evidence := Evidence{}
			for id, versions := range c.files {
				var proof Proof
				proven := true
				var now incident.Update
				for _, at := range slices.Sorted(maps.Keys(versions)) {
					said := versions[at]
					proven = proven && said.ID != same.ID
					now = said
					proof.Versions = append(proof.Versions, Version{At: minute(at), Update: &said})
				}
				now.ID, now.Path = id, id
				updates = append(updates, now)
				if proven {
					evidence[id] = proof
				}
			}
			got := map[string]int{}
			for id, at := range Defaults().FirstPublic(updates, evidence) {
				got[id] = int(at.Sub(origin).Minutes())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
