package content

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/incident"
)

func TestPublishable(t *testing.T) {
	for raw, want := range map[string]bool{
		"---\nstatus: resolved\n---\n":              true,
		"---\ndraft: false\n---\n":                  true,
		"---\ndraft: true\n---\n":                   false,
		"---\ndraft: \"true\"\n---\n":               false, // in doubt
		"+++\ndraft = true\n+++\n":                  false,
		"+++\nx = 1\n+++\n":                         true,
		"---\na: b: c\n---\n":                       true, // read as text
		"---\na: [b\n---\n":                         false,
		"---\n- draft\n---\n":                       false,
		"---\ndraft: no\n---\n":                     true,
		"---\n\tdraft: true\n---\n":                 false,
		"text":                                      false,
		"---\r\ntitle: x\r\ndraft: True\r\n---\r\n": false,
	} {
		if got := publishable([]byte(raw)) != nil; got != want {
			t.Errorf("%q: %v", raw, got)
		}
	}
}

// TestIdentity checks when two versions of a file, in two places, tell of the same update.
func TestIdentity(t *testing.T) {
	const dated, undated = "---\nstatus: resolved\ndate: 2026-10-02T10:00:00Z\n---\n", "---\nstatus: resolved\n---\n"
	for _, c := range []struct {
		from, to, before, after string
		want                    bool
	}{
		{"a/1.md", "b/2.md", dated, "---\ndate: 2026-10-02T12:00:00+02:00\nstatus: Resolved\n---\nOther words.\n", true},
		{"a/1.md", "a/2.md", dated, "---\ndate: 2026-10-02T10:01:00Z\nstatus: resolved\n---\n", false},
		{"a/1.md", "a/2.md", dated, "---\ndate: 2026-10-02T10:00:00Z\nstatus: identified\n---\n", false},
		{"a/1.md", "2026/a/2.md", undated, undated + "Other words.\n", true},
		{"a/1.md", "b/1.md", undated, undated + "Other words.\n", false},
		{"a/1.md", "a/2.md", undated, dated, false},
		{"a/postmortem.md", "2026/a/postmortem.md", "---\npublic: true\n---\n", "---\n---\n", true},
		{"a/1.md", "a/2.md", "words", "words", false},
	} {
		before, after := Identity(c.from, []byte(c.before)), Identity(c.to, []byte(c.after))
		if got := before == after && before != ""; got != c.want {
			t.Errorf("%q is %q, and %q is %q", c.before, before, c.after, after)
		}
	}
}

func TestActions(t *testing.T) {
	text := "## Action Items\n\n- [ ] Add an alarm - Owner: engineering lead - Due: 2026-11-01\n- [x] Write it down — **Owner:** CTO — **Due:** 2026-10-20\n* [ ] Some day\n- [ ] Soon - Due: soon\n- no item\n"
	day := func(d, m int) time.Time { return time.Date(2026, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	want := []incident.Action{
		{What: "Add an alarm", Owner: "engineering lead", Due: day(2, 11), Line: 12},
		{What: "Write it down", Owner: "CTO", Due: day(21, 10), Done: true, Line: 13},
		{What: "Some day", Line: 14},
		{What: "Soon", Line: 15},
	}
	if d := cmp.Diff(want, actions(text, 10, time.UTC)); d != "" {
		t.Error(d)
	}
}
