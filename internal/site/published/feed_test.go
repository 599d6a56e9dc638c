package published

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestArchive checks where archives end, and that a newer item changes none of them.
func TestArchive(t *testing.T) {
	date := func(year int) time.Time { return time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC) }
	items := func(years ...int) (list []*Item) {
		for _, year := range years {
			list = append(list, &Item{At: date(year), size: 1000})
		}
		return list
	}
	full := make([]int, MaxArchiveItems+1)
	for i := range full {
		full[i] = 2026
	}
	for _, c := range []struct {
		name     string
		items    []*Item // newest first
		archives string  // name<previous:items
		current  int     // items
		previous string
	}{
		{"no items", nil, "", 0, ""},
		{"the current year", items(2026, 2026), "", 2, ""},
		{"a year that is over", items(2026, 2025, 2025), "2025-1<:2", 3, "2025-1"},
		{"years without a current item", items(2025, 2023), "2023-1<:1 2025-1<2023-1:1", 2, "2025-1"},
		{"a full archive", items(full...), "2026-1<:100", 50, "2026-1"},
	} {
		archives, current := archive(c.items, 50, date(2026))
		var got []string
		for _, a := range archives {
			got = append(got, fmt.Sprintf("%s<%s:%d", a.Archive, a.Previous, len(a.Items)))
		}
		if strings.Join(got, " ") != c.archives || len(current.Items) != c.current || current.Previous != c.previous {
			t.Errorf("%s: archives %q, %d current items after %q; want %q, %d after %q", c.name, got, len(current.Items), current.Previous, c.archives, c.current, c.previous)
		}
	}
}

func TestFeeds(t *testing.T) {
	in := input(t, "2026-10-02T12:00:00Z", nil)
	public, _ := At(in)
	feeds := public.Feeds(in.Config, in.Now)
	names := func(f Feed) string {
		var all []string
		for _, i := range f.Items {
			if i.Announcement != nil {
				all = append(all, i.Announcement.ID)
			} else {
				all = append(all, i.Incident.ID+"/"+i.Update().ID)
			}
		}
		return strings.Join(all, " ")
	}
	if got, want := names(feeds.All), "new/01-investigating disk/01-scheduled region down/02-resolved down/01-investigating"; got != want {
		t.Errorf("the feed of everything is %q, want %q", got, want)
	}
	if got, want := names(*feeds.Components["api"]), "down/02-resolved down/01-investigating"; got != want {
		t.Errorf("the component's feed is %q, want %q", got, want)
	}
}

func TestMonths(t *testing.T) {
	public, _ := At(input(t, "2026-10-02T12:00:00Z", nil))
	var months []string
	for _, m := range public.Months() {
		months = append(months, fmt.Sprintf("%s %d+%d", m.Start.Format("2006-01"), len(m.Incidents), len(m.Maintenance)))
	}
	if got, want := strings.Join(months, ", "), "2026-10 1+0, 2025-10 1+0"; got != want { // the maintenance has not begun
		t.Errorf("the months are %q, want %q", got, want)
	}
	begun := public.ByMonth()[instant(t, "2026-10-01T00:00:00Z")]
	if len(begun) != 2 || begun[0].ID != "disk" || begun[1].ID != "new" {
		t.Errorf("%d began in October, want disk and new", len(begun))
	}
}
