package record

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t
}

func key(id, update string) Key { return Key{Incident, id, update} }

var (
	old   = key("2025-01-01-old", "01-resolved")
	first = key("2026-10-02-api-down", "01-investigating")
	next  = key("2026-10-02-api-down", "02-resolved")
	works = Key{Maintenance, "2026-11-30-db", "started"}
	news  = Key{Announcement, "2026-11-01-region", ""}
)

// story returns a record of three publishes.
func story() *Record {
	var r Record
	r.Extend(at("2026-09-30T08:00:00.7Z"), []Key{old})
	r.Extend(at("2026-10-02T10:04:31Z"), []Key{old, first})
	r.Extend(at("2026-11-01T00:00:00+02:00"), []Key{next, first, news, works})
	r.SeenLive(at("2026-10-02T10:05:02Z"), first)
	r.SetAnnounced("pager", at("2026-10-02T10:05:03Z"), first, key("never", "published"))
	return &r
}

func TestFiles(t *testing.T) {
	want := map[string]string{
		"index.json": `{"covers":"2026-09-30T08:00:00Z","files":["2026-10.json","first.json"]}` + "\n",
		"first.json": `{"entries":[
{"kind":"incident","id":"2025-01-01-old","update":"01-resolved","public":"2026-09-30T08:00:00Z"}
]}
`,
		"2026-10.json": `{"entries":[
{"kind":"incident","id":"2026-10-02-api-down","update":"01-investigating","public":"2026-10-02T10:04:31Z","live":"2026-10-02T10:05:02Z","announced":{"pager":"2026-10-02T10:05:03Z"}},
{"kind":"announcement","id":"2026-11-01-region","public":"2026-10-31T22:00:00Z"},
{"kind":"incident","id":"2026-10-02-api-down","update":"02-resolved","public":"2026-10-31T22:00:00Z"},
{"kind":"maintenance","id":"2026-11-30-db","update":"started","public":"2026-10-31T22:00:00Z"}
]}
`}
	files := story().Files()
	got := map[string]string{}
	for name, raw := range files {
		got[name] = string(raw)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	files["readme.txt"] = []byte("not ours")
	read, err := Parse(files)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(story().Entries(), read.Entries()); d != "" || !read.Covers.Equal(at("2026-09-30T08:00:00Z")) || read.Len() != 5 {
		t.Errorf("read back, covers %v: %s", read.Covers, d)
	}
	if got := (&Record{}).Files(); len(got) != 0 {
		t.Errorf("an empty record has files: %v", got)
	}
}

func TestWhatARecordProves(t *testing.T) {
	r := story()
	for _, test := range []struct {
		key   Key
		since string
		want  Knowledge
		at    string
	}{
		{first, "2026-10-02T10:04:00Z", Exactly, "2026-10-02T10:04:31Z"},
		{old, "2025-01-01T00:00:00Z", AtLatest, "2026-09-30T08:00:00Z"},
		{key("other", "01"), "2026-09-30T08:00:00Z", NotYet, ""},
		{key("other", "01"), "2026-09-30T07:59:59Z", NotCovered, ""},
	} {
		when, what := r.Knows(test.key, at(test.since))
		if what != test.want || test.at != "" && !when.Equal(at(test.at)) {
			t.Errorf("%s since %s: %s %s", test.key, test.since, what, when)
		}
	}
	r.Covers = time.Time{} // as after publishing a folder whose updates are unknown
	if _, what := r.Knows(key("other", "01"), at("2027-01-01T00:00:00Z")); what != NotCovered {
		t.Error(what)
	}
	if added := r.Extend(at("2027-01-01T00:00:00Z"), []Key{first, key("lost", "01")}); !slices.Equal(added, []Key{key("lost", "01")}) {
		t.Error(added)
	}
	if _, what := r.Knows(key("lost", "01"), at("2026-12-01T00:00:00Z")); what != AtLatest {
		t.Error("what the first complete publish brings may have been public before:", what)
	}
}

func TestTheFirstTimeStays(t *testing.T) {
	r := story()
	r.Extend(at("2026-12-01T00:00:00Z"), []Key{first})
	r.SeenLive(at("2026-12-01T00:00:00Z"), first)
	if e, _ := r.Lookup(first); !e.Public.Equal(at("2026-10-02T10:04:31Z")) || !e.Live.Equal(at("2026-10-02T10:05:02Z")) {
		t.Error(e)
	}
	// Merging keeps the earlier of two times, whichever record has it.
	var late Record
	late.Extend(at("2026-10-01T00:00:00Z"), nil)
	late.Extend(at("2026-10-02T10:04:00Z"), []Key{first, next})
	a, b := story(), &Record{}
	a.Merge(&late)
	b.Merge(&late)
	b.Merge(story())
	if d := cmp.Diff(a.Files(), b.Files()); d != "" {
		t.Errorf("the order of merging matters: %s", d)
	}
	for _, k := range []Key{first, next} {
		if e, _ := a.Lookup(k); !e.Public.Equal(at("2026-10-02T10:04:00Z")) {
			t.Error(e)
		}
	}
	if e, _ := a.Lookup(first); e.Live.IsZero() || !a.Covers.Equal(at("2026-09-30T08:00:00Z")) {
		t.Error(e, a.Covers)
	}
}

func TestBrokenFiles(t *testing.T) {
	entry := func(text string) string { return `{"entries":[` + text + `]}` }
	for name, raw := range map[string]string{
		"no JSON":         "<html>",
		"cut":             `{"entries":[{"kind":"incident"`,
		"more":            entry("") + "x",
		"empty":           "{}",
		"another's":       `{"entries":[],"generator":"other"}`,
		"unknown kind":    entry(`{"kind":"poem","id":"a","update":"b","public":"2026-10-02T10:04:31Z"}`),
		"no id":           entry(`{"kind":"incident","update":"b","public":"2026-10-02T10:04:31Z"}`),
		"no update":       entry(`{"kind":"incident","id":"a","public":"2026-10-02T10:04:31Z"}`),
		"a path":          entry(`{"kind":"incident","id":"a/b","update":"b","public":"2026-10-02T10:04:31Z"}`),
		"no time":         entry(`{"kind":"incident","id":"a","update":"b"}`),
		"no such time":    entry(`{"kind":"incident","id":"a","update":"b","public":"2026-13-02T10:04:31Z"}`),
		"no such live":    entry(`{"kind":"incident","id":"a","update":"b","public":"2026-10-02T10:04:31Z","live":"soon"}`),
		"control":         entry(`{"kind":"incident","id":"a\u0007","update":"b","public":"2026-10-02T10:04:31Z"}`),
		"not UTF-8":       "{\"entries\":[]}\xff",
		"an old year":     entry(`{"kind":"incident","id":"a","update":"b","public":"0001-01-01T00:00:00Z"}`),
		"a list, no text": entry(`{"kind":"incident","id":["a"],"update":"b","public":"2026-10-02T10:04:31Z"}`),
	} {
		files := story().Files()
		files["2026-11.json"] = []byte(raw)
		r, err := Parse(files)
		var broken *BrokenError
		if !errors.As(err, &broken) || broken.File != "2026-11.json" || !strings.HasPrefix(err.Error(), ".crier/record/2026-11.json is not a valid file of the publish record: ") {
			t.Errorf("%s: error %v", name, err)
		}
		if r.Len() != 5 || !r.Covers.IsZero() {
			t.Errorf("%s: %d entries are left, and it covers from %v", name, r.Len(), r.Covers)
		}
	}
	for name, raw := range map[string]string{
		"no such time":   `{"covers":"yesterday","files":[]}`,
		"a way out":      `{"covers":"","files":["../../x.json"]}`,
		"a missing file": `{"covers":"2026-10-02T10:04:31Z","files":["2020-01.json"]}`,
		"no JSON":        ``,
		"empty":          `{}`,
	} {
		if r, err := Parse(map[string][]byte{Index: []byte(raw)}); err == nil || !r.Covers.IsZero() {
			t.Errorf("index, %s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, raw := range story().Files() {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, err := Parse(map[string][]byte{Index: raw, "2026-10.json": raw}); err == nil {
			t.Fatal("one file is both index and month")
		}
		r, err := Parse(map[string][]byte{First: raw})
		if err != nil {
			return
		}
		again, err := Parse(r.Files())
		if err != nil {
			t.Fatalf("what is written cannot be read: %v\n%q", err, r.Files())
		}
		if !maps.EqualFunc(r.Files(), again.Files(), slices.Equal) {
			t.Fatalf("%q became %q", r.Files(), again.Files())
		}
	})
}

// TestTheRecordOfTheDocs checks that docs/publishing.md shows a file exactly as it is written.
func TestTheRecordOfTheDocs(t *testing.T) {
	raw, err := os.ReadFile("../../../docs/publishing.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "```json record\n")
	shown, _, _ := strings.Cut(rest, "```")
	entries, err := ParseFile("2026-10.json", []byte(shown))
	if err != nil || len(entries) != 1 || string(EncodeFile(entries)) != shown {
		t.Errorf("%v\n%s", err, EncodeFile(entries))
	}
}

// TestMarksKeepFirstTimes checks that an event recorded twice keeps its earlier time.
func TestMarksKeepFirstTimes(t *testing.T) {
	e := Entry{Key: first, Public: at("2026-10-02T10:04:31Z")}
	e.Receive(Entry{Live: at("2026-10-02T10:05:00Z"), Announced: map[string]time.Time{"pager": at("2026-10-02T10:06:00Z")}})
	e.Receive(Entry{Live: at("2026-10-02T11:00:00Z"), Announced: map[string]time.Time{"pager": at("2026-10-02T11:00:00Z"), "log": at("2026-10-02T11:00:00Z")}})
	if e.Receive(Entry{}) {
		t.Error("nothing is news")
	}
	want := Entry{Key: first, Public: at("2026-10-02T10:04:31Z"), Live: at("2026-10-02T10:05:00Z"), Announced: map[string]time.Time{"pager": at("2026-10-02T10:06:00Z"), "log": at("2026-10-02T11:00:00Z")}}
	if d := cmp.Diff(want, e); d != "" {
		t.Error(d)
	}
}
