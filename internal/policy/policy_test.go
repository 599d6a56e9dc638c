package policy

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/incident"
)

var origin = time.Date(2026, 10, 2, 10, 4, 0, 0, time.UTC)

func minute(n int) time.Time { return origin.Add(time.Duration(n) * time.Minute) }

func update(n int, severity incident.Severity, change ...func(*incident.Update)) incident.Update {
	u := incident.Update{ID: fmt.Sprintf("%03d", n), Date: minute(n), Severity: severity, Status: incident.Investigating}
	for _, c := range change {
		c(&u)
	}
	return u
}

func holdFor(minutes int) func(*incident.Update) {
	return func(u *incident.Update) { u.Hold.For = time.Duration(minutes) * time.Minute }
}

func until(n int) func(*incident.Update) {
	return func(u *incident.Update) { u.Hold.Until = minute(n) }
}

func holdUnclear(u *incident.Update) { u.Hold.Unclear = true }

func unclear(u *incident.Update) { u.SeverityUnclear = true }

func draft(u *incident.Update) { u.Draft = true }

func detected(n int) func(*incident.Update) {
	return func(u *incident.Update) { u.Detected = minute(n) }
}

func tell(releases []Release) []string {
	var lines []string
	for _, r := range releases {
		if r.Reason == Draft {
			lines = append(lines, r.Update.ID+" draft")
			continue
		}
		lines = append(lines, fmt.Sprintf("%s public from %+d, shown as %+d: %s", r.Update.ID, int(r.At.Sub(origin)/time.Minute), int(r.Published.Sub(origin)/time.Minute), r.Reason))
	}
	return lines
}

func TestReleases(t *testing.T) {
	const p0, p1, p2, p3 = incident.P0, incident.P1, incident.P2, incident.P3
	for _, c := range []struct {
		name    string
		batch   time.Duration
		updates []incident.Update
		want    []string
	}{
		{"each severity by itself", 0, []incident.Update{update(0, p2), update(10, p3), update(20, p1), update(30, p0)}, []string{
			"000 public from -5, shown as +0: immediate", "010 public from +5, shown as +10: immediate",
			"020 public from +15, shown as +20: immediate", "030 public from +25, shown as +30: immediate"}},
		{"a hold", 0, []incident.Update{update(0, p2, holdFor(30))}, []string{"000 public from +30, shown as +30: held"}},
		{"a hold until an instant", 0, []incident.Update{update(0, p3, until(45))}, []string{"000 public from +45, shown as +45: held"}},
		{"a hold that is over", 0, []incident.Update{update(0, p3, until(-45))}, []string{"000 public from -5, shown as +0: immediate"}},
		{"a hold past the deadline", 0, []incident.Update{update(0, p3, holdFor(90))}, []string{"000 public from +60, shown as +60: deadline"}},
		{"a first update counts from the detection", 0, []incident.Update{update(0, p2, holdFor(55), detected(-20))}, []string{"000 public from +40, shown as +40: deadline"}},
		{"a deadline that passed before the date", 0, []incident.Update{update(0, p2, holdFor(55), detected(-90))}, []string{"000 public from -5, shown as +0: immediate"}},
		{"later updates count from their date", 0, []incident.Update{update(0, p2, detected(-20)), update(100, 0, holdFor(90))}, []string{
			"000 public from -5, shown as +0: immediate", "100 public from +160, shown as +160: deadline"}},
		{"no hold on a P0", 0, []incident.Update{update(0, p0, holdFor(30)), update(5, 0, holdFor(30))}, []string{
			"000 public from -5, shown as +0: immediate", "005 public from +0, shown as +5: immediate"}},
		{"no severity means P1", 0, []incident.Update{update(0, 0, holdFor(30))}, []string{"000 public from -5, shown as +0: immediate"}},
		{"an unclear hold lasts until the deadline", 0, []incident.Update{update(0, p2, holdUnclear), update(100, p3, holdUnclear)}, []string{
			"000 public from +60, shown as +60: deadline", "100 public from +160, shown as +160: deadline"}},
		{"an unclear hold on a P1", 0, []incident.Update{update(0, p1, holdUnclear)}, []string{"000 public from -5, shown as +0: immediate"}},
		{"an unclear severity: a hold counts up to P2's deadline", 0, []incident.Update{update(0, 0, unclear, holdFor(30)), update(100, 0, holdFor(90)), update(200, 0)}, []string{
			"000 public from +30, shown as +30: held", "100 public from +160, shown as +160: deadline", "200 public from +195, shown as +200: immediate"}},
		{"an unclear severity and an unclear hold", 0, []incident.Update{update(0, 0, unclear, holdUnclear)}, []string{"000 public from +60, shown as +60: deadline"}},
		{"an unclear severity, then a P3", 0, []incident.Update{update(0, 0, unclear), update(10, p3, holdFor(30))}, []string{
			"000 public from -5, shown as +0: immediate", "010 public from +40, shown as +40: held"}},
		{"an unclear severity, then a P1", 0, []incident.Update{update(0, 0, unclear, holdFor(30)), update(10, p1, holdFor(30))}, []string{
			"000 public from +5, shown as +10: together", "010 public from +5, shown as +10: immediate"}},
		{"an unclear severity after a P0 changes nothing", 0, []incident.Update{update(0, p0), update(10, 0, unclear, holdFor(30))}, []string{
			"000 public from -5, shown as +0: immediate", "010 public from +5, shown as +10: immediate"}},
		{"raised: the earlier one goes along", 0, []incident.Update{update(0, p2, holdFor(30)), update(10, p1)}, []string{
			"000 public from +5, shown as +10: together", "010 public from +5, shown as +10: immediate"}},
		{"lowered: still ruled by the higher", 0, []incident.Update{update(0, p1), update(10, p3, holdFor(30)), update(20, 0, holdFor(30))}, []string{
			"000 public from -5, shown as +0: immediate", "010 public from +5, shown as +10: immediate", "020 public from +50, shown as +50: held"}},
		{"a draft goes nowhere and raises nothing", 0, []incident.Update{update(0, p2, holdFor(30)), update(10, 0, draft), update(20, 0, holdFor(60))}, []string{
			"000 public from +30, shown as +30: held", "010 draft", "020 public from +80, shown as +80: held"}},
		{"a draft that raises the severity", 0, []incident.Update{update(0, p2, holdFor(30)), update(10, p0, draft), update(20, 0, holdFor(30))}, []string{
			"000 public from +30, shown as +30: held", "010 draft", "020 public from +50, shown as +50: held"}},
		{"batches begin anew at each midnight, UTC", 25 * time.Minute, []incident.Update{update(835, p2)}, []string{"835 public from +836, shown as +836: batched"}},
		{"batches begin at midnight, UTC", 15 * time.Minute, []incident.Update{update(0, p2), update(11, 0), update(12, 0)}, []string{
			"000 public from +6, shown as +11: together", "011 public from +6, shown as +11: immediate", "012 public from +26, shown as +26: batched"}},
		{"a batch after a hold", 15 * time.Minute, []incident.Update{update(0, p2, holdFor(13))}, []string{"000 public from +26, shown as +26: batched"}},
		{"a batch past the deadline", time.Hour, []incident.Update{update(0, p2, detected(-20))}, []string{"000 public from +40, shown as +40: deadline"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules := Defaults()
			p2 := rules.Severity[p2]
			p2.Batch = c.batch
			rules.Severity[incident.P2] = p2
			got := tell(rules.Releases(c.updates))
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestMaintenanceReleases(t *testing.T) {
	got := tell(Defaults().MaintenanceReleases([]incident.Update{update(0, 0), update(10, 0, holdFor(600)), update(20, 0, draft)}))
	want := []string{"000 public from -5, shown as +0: immediate", "010 public from +610, shown as +610: held", "020 draft"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestPublic(t *testing.T) {
	releases := Defaults().Releases([]incident.Update{update(0, incident.P2), update(30, 0, holdFor(20)), update(200, 0, draft)})
	for now, want := range map[int]string{-6: "0 -5", -5: "1 50", 49: "1 50", 50: "2 none", 999: "2 none"} {
		public, next := Public(releases, minute(now))
		got := fmt.Sprintf("%d none", len(public))
		if !next.IsZero() {
			got = fmt.Sprintf("%d %d", len(public), int(next.Sub(origin)/time.Minute))
		}
		if got != want {
			t.Errorf("at %d: %s, want %s", now, got, want)
		}
	}
}

// TestReleasesKeepTheRunbook checks properties that hold for any input.
func TestReleasesKeepTheRunbook(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	rules := Defaults()
	for severity, own := range rules.Severity {
		if !severity.Urgent() {
			own.Batch = 10 * time.Minute
			rules.Severity[severity] = own
		}
	}
	for range 5000 {
		var updates []incident.Update
		for i := range 1 + r.IntN(6) {
			u := update(r.IntN(300), incident.Severity(r.IntN(5)))
			u.ID = fmt.Sprint(i)
			u.Draft = r.IntN(6) == 0
			switch r.IntN(3) {
			case 0:
				u.Hold.For = time.Duration(r.IntN(120)) * time.Minute
			case 1:
				u.Hold.Until = minute(r.IntN(300))
			}
			if r.IntN(3) == 0 {
				u.Detected = u.Date.Add(-time.Duration(r.IntN(200)) * time.Minute)
			}
			updates = append(updates, u)
		}
		releases := rules.Releases(updates)
		var told strings.Builder
		fmt.Fprintf(&told, "%+v\n%s", updates, strings.Join(tell(releases), "\n"))
		if len(releases) != len(updates) {
			t.Fatal(told.String())
		}
		var before incident.Severity
		first := true
		for i, release := range releases {
			u := release.Update
			severity := before
			if u.Severity != 0 {
				severity = u.Severity
			} else if before == 0 {
				severity = incident.P1
			}
			ruling := before.Worse(severity)
			if u.Draft {
				if release.Reason != Draft || release.Public(minute(10000)) {
					t.Fatalf("a draft goes out:\n%s", told.String())
				}
				continue
			}
			before = severity
			if release.At.Before(u.Date.Add(-rules.Tolerance)) {
				t.Fatalf("%s is public before its date:\n%s", u.ID, told.String())
			}
			if ruling.Urgent() && release.At.After(u.Date) {
				t.Fatalf("%s is urgent and held:\n%s", u.ID, told.String())
			}
			deadline := u.Date.Add(rules.Severity[ruling].Publish)
			if first && !u.Detected.IsZero() {
				deadline = u.Detected.Add(rules.Severity[ruling].Publish)
			}
			if first = false; release.At.After(u.Date) && release.At.After(deadline) {
				t.Fatalf("%s is public after the later of its date and its deadline:\n%s", u.ID, told.String())
			}
			now := minute(r.IntN(500))
			was, _ := Public(releases, now)
			is, _ := Public(releases, now.Add(time.Duration(r.IntN(100))*time.Minute))
			if len(was) > len(is) || len(was) > 0 && !cmp.Equal(was, is[:len(was)]) {
				t.Fatalf("what was public at %s is so no more:\n%s", now, told.String())
			}
			for _, later := range releases[i+1:] {
				if later.Reason != Draft && later.At.Before(release.At) {
					t.Fatalf("%s is public before the earlier %s:\n%s", later.Update.ID, u.ID, told.String())
				}
			}
		}
	}
}
