package status

import (
	"io/fs"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/testsite/testenv"
)

// zones returns the zones to test: all of the system's, or without CRIER_LONG those in which
// something odd happens.
func zones(t *testing.T) []string {
	odd := []string{"UTC", "Europe/Berlin", "America/Santiago", "America/Havana", "Atlantic/Azores", "America/St_Johns", "America/Asuncion",
		"Asia/Beirut", "Africa/Cairo", "Asia/Tehran", "Pacific/Apia", "Australia/Lord_Howe", "America/Sao_Paulo"}
	if !testenv.Long() {
		return odd
	}
	var all []string
	fs.WalkDir(os.DirFS("/usr/share/zoneinfo"), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && name[0] >= 'A' && name[0] <= 'Z' && entry.Type().IsRegular() {
			if _, err := time.LoadLocation(name); err == nil {
				all = append(all, name)
			}
		}
		return nil
	})
	if len(all) < 300 {
		t.Logf("the system has %d zones only", len(all))
		return odd
	}
	return all
}

// TestEveryDateIsOneDay checks all days from 2000 to 2040: each date that a zone has starts at its
// first instant and ends where the next one starts.
func TestEveryDateIsOneDay(t *testing.T) {
	for _, name := range zones(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z := zone(t, name)
			first, last := Date(2000, 1, 1, z), Date(2041, 1, 1, z)
			total, months := time.Duration(0), 0
			start := first
			for date := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC); date.Year() < 2041; date = date.AddDate(0, 0, 1) {
				next := date.AddDate(0, 0, 1)
				s, end := Date(date.Year(), date.Month(), date.Day(), z), Date(next.Year(), next.Month(), next.Day(), z)
				if offset(s.Add(-40*time.Hour), z) != offset(s.Add(40*time.Hour), z) {
					if want := firstMinute(date, z); !s.Equal(want) {
						t.Fatalf("%s starts at %s, want %s", date.Format(time.DateOnly), s, want)
					}
				}
				if end.Equal(s) { // the zone skips this date
					if got := s.Format(time.DateOnly); got != next.Format(time.DateOnly) {
						t.Fatalf("%s has no length, and is %s", date.Format(time.DateOnly), got)
					}
					continue
				}
				if got := s.Format(time.DateOnly); got != date.Format(time.DateOnly) || !s.Equal(start) {
					t.Fatalf("%s starts at %s, where the day before ends at %s", date.Format(time.DateOnly), s, start)
				}
				for _, in := range []time.Time{s, s.Add(end.Sub(s) / 2), end.Add(-1)} {
					if got := StartOfDay(in, z); !got.Equal(s) || !NextDay(in, z).Equal(end) {
						t.Fatalf("%s is in the day from %s to %s, want from %s to %s", in, got, NextDay(in, z), s, end)
					}
				}
				if date.Day() == 1 {
					months++
					if got := StartOfMonth(end.Add(-1), z); !got.Equal(s) || !NextMonth(got.Add(-1), z).Equal(s) {
						t.Fatalf("the month of %s starts at %s", s, got)
					}
				}
				total += end.Sub(s)
				start = end
			}
			if total != last.Sub(first) || !start.Equal(last) || months != 41*12 {
				t.Errorf("the days add up to %s, want %s; %d months", total, last.Sub(first), months)
			}
			back := DaysBack(last.Add(-1), z, 5000)
			for i := 1; i < len(back); i++ {
				if !NextDay(back[i-1], z).Equal(back[i]) {
					t.Fatalf("%s is followed by %s", back[i-1], back[i])
				}
			}
		})
	}
}

// firstMinute looks at every minute for the first one of a date, or of a later one.
func firstMinute(date time.Time, zone *time.Location) time.Time {
	for t := date.Add(-15 * time.Hour); ; t = t.Add(time.Minute) {
		year, month, day := t.In(zone).Date()
		if !time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Before(date) {
			return t
		}
	}
}

// TestADayWithoutMidnight checks bars, events and uptime around days that start at 01:00.
func TestADayWithoutMidnight(t *testing.T) {
	for name, date := range map[string]string{"America/Santiago": "2026-09-06", "America/Havana": "2026-03-08", "Atlantic/Azores": "2026-03-29"} {
		z := zone(t, name)
		day, err := ParseDay(date, z)
		if err != nil || day.Format("2006-01-02 15:04") != date+" 01:00" {
			t.Error(name, day, err)
		}
		noon := day.Add(12 * time.Hour).UTC().Format(time.RFC3339)
		soon := day.Add(13 * time.Hour).UTC().Format(time.RFC3339)
		b := board(day.Add(40*time.Hour), z, time.Time{}, []incident.History{bad(t, "x", "api", incident.MajorOutage, noon, soon)}, nil)
		var got []string
		for _, d := range b.Days("api", 4) {
			got = append(got, d.Start.Format(time.DateOnly))
		}
		var want []string
		for n := -2; n <= 1; n++ {
			want = append(want, day.Add(12*time.Hour).AddDate(0, 0, n).Format(time.DateOnly))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(name, diff)
		}
		if diff := cmp.Diff([]string{date[5:] + " major_outage, x major_outage 1h0m0s"}, tell(b.Days("api", 4))); diff != "" {
			t.Error(name, diff)
		}
		if got := NextDay(day.Add(-1), z); !got.Equal(day) {
			t.Error(name, got)
		}
		if share, ok := b.UptimeOver("api", 2); !ok || share != 1-1.0/23 {
			t.Error(name, share, ok)
		}
	}
}
