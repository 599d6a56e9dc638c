package publishtest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/record"
)

// receipts checks that what a run observed after publishing is added to the record by the next
// publish, unless that is urgent.
func receipts(t *testing.T, r *run) {
	r.must(Build(Revision(0, 1), Start, one, "x/01"))
	r.clock.Wait(t.Context(), time.Hour)
	patience := r.clock.Patience(func(line string) { t.Log(line) })
	place := r.place.Place(t, patience)
	plan, err := publish.Run(t.Context(), place, Build(Revision(0, 2), Start.Add(time.Hour), two, "x/01", "y/01"), Options(patience))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := place.ReadLog(t.Context()); text != "" || err != nil {
		t.Errorf("%q %v", text, err)
	}
	entries := plan.Deliveries()
	if len(entries) != 1 || !entries[0].Public.Equal(Start.Add(time.Hour)) {
		t.Fatalf("receipts for %v", entries)
	}
	live, announced := Start.Add(time.Hour+40*time.Second), Start.Add(time.Hour+41*time.Second)
	// The log is written twice.
	for _, change := range []func(*record.Entry){func(e *record.Entry) { e.Live = live }, func(e *record.Entry) { e.Announced = map[string]time.Time{"pager": announced} }} {
		change(&entries[0])
		if err := place.WriteLog(t.Context(), publish.EncodeDeliveryLog(entries)); err != nil {
			t.Fatal(err)
		}
	}
	r.shows(two)

	key := record.Key{Kind: record.Incident, ID: "y", Update: "01"}
	next := func(revision int, severity incident.Severity) (*publish.Plan, record.Entry) {
		r.clock.Wait(t.Context(), time.Hour)
		patience := r.clock.Patience(func(line string) { t.Log(line) })
		place := r.place.Place(t, patience)
		options := Options(patience)
		options.Receipts = func(ctx context.Context) []record.Entry {
			text, err := place.ReadLog(ctx)
			if err != nil {
				t.Error(err)
			}
			receipts, err := publish.ParseDeliveryLog(text)
			if err != nil {
				t.Error(err)
			}
			return receipts
		}
		b := Build(Revision(0, revision), r.clock.Now(), with(two, "index.html", fmt.Sprint(revision)), "x/01", "y/01", fmt.Sprintf("z/%d", revision))
		b.Updates[2].Severity = severity
		plan, err := publish.Run(t.Context(), place, b, options)
		if err != nil {
			t.Fatal(err)
		}
		e, _ := r.record().Lookup(key)
		return plan, e
	}
	if _, e := next(3, incident.P0); !e.Live.IsZero() {
		t.Errorf("an urgent publish asked for receipts: %v", e)
	}
	plan, e := next(4, incident.P2)
	if !e.Live.Equal(live) || !e.Announced["pager"].Equal(announced) || !e.Public.Equal(Start.Add(time.Hour)) {
		t.Errorf("the record says %v", e)
	}
	if left := plan.Left(slices.Clone(entries)); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}
