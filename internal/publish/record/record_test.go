package record

import (
	"errors"
	"os"
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

// story returns the files of a record of three publishes.
func story() map[string][]byte {
	begin, month := at("2026-09-30T08:00:00.7Z"), at("2026-11-01T00:00:00+02:00")
	return map[string][]byte{
		Index: EncodeIndex(begin, []string{"2026-10.json", First}),
		First: EncodeFile([]Entry{{Key: old, Public: begin}}),
		Month(month): EncodeFile([]Entry{
			{Key: next, Public: month}, {Key: news, Public: month}, {Key: works, Public: month},
			{Key: first, Public: at("2026-10-02T10:04:31Z"), Live: at("2026-10-02T10:05:02Z"), Announced: map[string]time.Time{"pager": at("2026-10-02T10:05:03Z")}, Refused: map[string]time.Time{"log": at("2026-10-02T10:06:03Z")}},
		}),
	}
}

func parse(t *testing.T, files map[string][]byte) *Record {
	t.Helper()
	r, err := Parse(files)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFiles(t *testing.T) {
	want := map[string]string{
		"index.json": `{"covers":"2026-09-30T08:00:00Z","files":["2026-10.json","first.json"]}` + "\n",
		"first.json": `{"entries":[
{"kind":"incident","id":"2025-01-01-old","update":"01-resolved","public":"2026-09-30T08:00:00Z"}
]}
`,
		"2026-10.json": `{"entries":[
{"kind":"incident","id":"2026-10-02-api-down","update":"01-investigating","public":"2026-10-02T10:04:31Z","live":"2026-10-02T10:05:02Z","announced":{"pager":"2026-10-02T10:05:03Z"},"refused":{"log":"2026-10-02T10:06:03Z"}},
{"kind":"announcement","id":"2026-11-01-region","public":"2026-10-31T22:00:00Z"},
{"kind":"incident","id":"2026-10-02-api-down","update":"02-resolved","public":"2026-10-31T22:00:00Z"},
{"kind":"maintenance","id":"2026-11-30-db","update":"started","public":"2026-10-31T22:00:00Z"}
]}
`}
	files := story()
	got := map[string]string{}
	for name, raw := range files {
		got[name] = string(raw)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	files["readme.txt"] = []byte("not ours")
	read := parse(t, files)
	var keys []Key
	for _, e := range read.Entries() {
		keys = append(keys, e.Key)
	}
	if d := cmp.Diff([]Key{old, first, news, next, works}, keys); d != "" || !read.Covers.Equal(at("2026-09-30T08:00:00Z")) || read.Len() != 5 {
		t.Errorf("read back, covers %v: %s", read.Covers, d)
	}
}

func TestWhatARecordProves(t *testing.T) {
	r := parse(t, story())
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
	again := at("2027-01-01T00:00:00Z") // the record is complete from then on
	r = parse(t, map[string][]byte{Index: EncodeIndex(again, []string{First}), First: EncodeFile([]Entry{{Key: key("lost", "01"), Public: again}})})
	if _, what := r.Knows(key("lost", "01"), at("2026-12-01T00:00:00Z")); what != AtLatest {
		t.Error("what the first complete publish brings may have been public before:", what)
	}
}

// TestTheFirstTimeStays checks that of an update that is listed twice, the earlier times count,
// whichever file has them.
func TestTheFirstTimeStays(t *testing.T) {
	for public, want := range map[string]string{"2026-12-01T00:00:00Z": "2026-10-02T10:04:31Z", "2026-10-01T00:00:00Z": "2026-10-01T00:00:00Z"} {
		for name := range map[string]bool{"2026-09.json": true, "2026-12.json": true} {
			files := story()
			files[name] = EncodeFile([]Entry{{Key: first, Public: at(public), Live: at("2026-12-01T00:00:00Z"), Announced: map[string]time.Time{"pager": at("2026-12-01T00:00:00Z"), "log": at("2026-12-01T00:00:00Z")}}})
			r := parse(t, files)
			e, _ := r.Lookup(first)
			if _, what := r.Knows(first, at(want)); what != Exactly || !e.Public.Equal(at(want)) || !e.Live.Equal(at("2026-10-02T10:05:02Z")) || !e.Announced["pager"].Equal(at("2026-10-02T10:05:03Z")) || len(e.Announced) != 2 || r.Len() != 5 {
				t.Errorf("%s in %s: %s %v", public, name, what, e)
			}
		}
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
		files := story()
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
	for _, raw := range story() {
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
		entries := r.Entries()
		again, err := ParseFile(First, EncodeFile(entries))
		if err != nil {
			t.Fatalf("what is written cannot be read: %v\n%q", err, EncodeFile(entries))
		}
		if d := cmp.Diff(entries, again); d != "" {
			t.Fatal(d)
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
