package record

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

// three returns a file of three entries, and the entries.
func three() ([]byte, []Entry) {
	var entries []Entry
	for n, update := range []string{"01-a", "02-b", "03-c"} {
		entries = append(entries, Entry{Key: Key{Incident, "x", update}, Public: time.Date(2026, 10, 2, 10, n, 0, 0, time.UTC)})
	}
	return EncodeFile(entries), entries
}

func TestSalvage(t *testing.T) {
	whole, entries := three()
	text := string(whole)
	lines := strings.SplitAfter(text, "\n")
	for name, c := range map[string]struct {
		text   string
		kept   []int
		unread int
	}{
		"whole":            {text, []int{0, 1, 2}, 0},
		"empty record":     {string(EncodeFile(nil)), nil, 0},
		"nothing":          {"", nil, 1},
		"not JSON":         {"{{{", nil, 1},
		"another's":        {`{"generator":"x"}`, nil, 1},
		"merge conflict":   {lines[0] + "<<<<<<< ours\n" + lines[1] + "=======\n" + lines[2] + ">>>>>>> theirs\n" + lines[3] + lines[4], []int{0, 1, 2}, 3},
		"both sides":       {lines[0] + lines[1] + lines[2] + lines[2] + lines[3] + lines[4] + "junk", []int{0, 1, 2}, 1},
		"cut":              {text[:len(text)-40], []int{0, 1}, 1},
		"without its head": {strings.Join(lines[1:], ""), []int{0, 1, 2}, 0},
		"one bad entry":    {strings.Replace(text, `"2026-10-02T10:01:00Z"`, `"soon"`, 1), []int{0, 2}, 1},
		"an unknown key":   {strings.Replace(text, `"kind"`, `"who":"me","kind"`, 1), []int{1, 2}, 1},
		"CRLF and a cut":   {strings.ReplaceAll(text[:len(text)-40], "\n", "\r\n"), []int{0, 1}, 1},
		"not UTF-8":        {strings.Replace(text, "02-b", "\xff", 1), []int{0, 2}, 1},
		"another key":      {strings.Replace(text, "{", `{"generator":"x",`, 1), []int{0, 1, 2}, 0},
	} {
		got, unread := Salvage([]byte(c.text))
		var want []Entry
		for _, n := range c.kept {
			want = append(want, entries[n])
		}
		if !slices.EqualFunc(got, want, Entry.Equal) || unread != c.unread {
			t.Errorf("%s: %d unread, %v", name, unread, got)
		}
	}
}

func TestSalvageCovers(t *testing.T) {
	for text, want := range map[string]string{
		"{{{": "", `{"covers":"2026-10-01T08:00:00Z","files":[`: "2026-10-01T08:00:00Z", `{"covers": "soon"`: "",
		`<<<< {"covers":"2026-10-01T08:00:00Z"} ==== {"covers":"2026-11-01T08:00:00Z"} >>>> {"covers":"2025-11-01T08:00:00Z"}`: "2026-11-01T08:00:00Z",
	} {
		if got := stamp(SalvageCovers([]byte(text))); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// TestABrokenRecordClaimsNoExactBegin checks that if the index is unreadable, the first entries of
// the record count as public by their time, possibly long before.
func TestABrokenRecordClaimsNoExactBegin(t *testing.T) {
	whole, entries := three()
	for name, index := range map[string]string{"no index": "{{{", "another month is broken": `{"covers":"2026-10-02T10:00:00Z","files":["2026-10.json","2026-11.json"]}`} {
		r, err := Parse(map[string][]byte{"2026-10.json": whole, Index: []byte(index)})
		if err == nil || !r.Covers.IsZero() || r.Len() != 3 {
			t.Errorf("%s: %v, %d updates, covers %s", name, err, r.Len(), r.Covers)
		}
		for n, want := range []Knowledge{AtLatest, Exactly, Exactly} {
			if _, got := r.Knows(entries[n].Key, entries[n].Public); got != want {
				t.Errorf("%s: %s is known %s", name, entries[n].Key, got)
			}
		}
	}
}

// FuzzSalvage checks that Salvage returns everything from a file that ParseFile accepts, and that
// salvaged entries survive a round trip.
func FuzzSalvage(f *testing.F) {
	whole, _ := three()
	f.Add(whole)
	f.Add(whole[:len(whole)-30])
	f.Add([]byte("{{{"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, unread := Salvage(raw)
		if want, err := ParseFile(First, raw); err == nil && (unread > 0 && len(want) > 0 || !slices.EqualFunc(got, want, Entry.Equal)) {
			t.Errorf("%d unread of %q: %v", unread, raw, got)
		}
		again, err := ParseFile(First, EncodeFile(got))
		if err != nil || !slices.EqualFunc(got, again, Entry.Equal) {
			t.Errorf("%v: %v", got, err)
		}
		if bytes.Equal(raw, EncodeFile(got)) && unread > 0 {
			t.Errorf("%d unread of a valid file", unread)
		}
	})
}
