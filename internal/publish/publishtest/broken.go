package publishtest

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/testsite/testenv"
)

const (
	index  = record.Dir + "/" + record.Index
	oldest = record.Dir + "/" + record.First
	month  = record.Dir + "/2026-10.json"
)

// short lists the cases to run for targets that are slow. They cover everything that a target
// reads, writes and deletes in the other cases; the first ones cover most of it.
var short = []string{"nothing", "index and first file", "no month", "known", "sums", "the index is no JSON", "no index", "the month has a conflict", "files", "source"}

// damage returns a function that replaces files, given as pairs of path and content.
func damage(contents ...string) func(map[string]string) map[string][]byte {
	return func(map[string]string) map[string][]byte {
		done := map[string][]byte{}
		for n := 0; n+1 < len(contents); n += 2 {
			done[contents[n]] = []byte(contents[n+1])
		}
		return done
	}
}

// gone returns a function that deletes files.
func gone(paths ...string) func(map[string]string) map[string][]byte {
	return func(map[string]string) map[string][]byte {
		done := map[string][]byte{}
		for _, path := range paths {
			done[path] = nil
		}
		return done
	}
}

// every returns a function that replaces the content of all of Crier's files in a folder, or of the
// file with that path.
func every(folder, content string) func(map[string]string) map[string][]byte {
	return func(files map[string]string) map[string][]byte {
		done := map[string][]byte{}
		for path, was := range files {
			if path == folder || strings.HasPrefix(path, folder+"/") && !strings.HasPrefix(path, ".crier/manifest/") || strings.HasPrefix(path, folder+"/") && strings.HasPrefix(was, "crier files ") {
				done[path] = []byte(content)
			}
		}
		return done
	}
}

// edited returns a function that edits the text of a file.
func edited(path string, edit func(string) string) func(map[string]string) map[string][]byte {
	return func(files map[string]string) map[string][]byte {
		return map[string][]byte{path: []byte(edit(files[path]))}
	}
}

// broken checks that whatever someone did to Crier's own files, a publish continues, with or
// without new updates. It reports and repairs the damage, keeps what is readable, and claims
// nothing that it doesn't know. The next publish has nothing to do.
func broken(t *testing.T, r *run) {
	conflict := func(text string) string {
		head, rest, _ := strings.Cut(text, "\n")
		return head + "\n<<<<<<< HEAD\n" + rest + "=======\n>>>>>>> theirs\n"
	}
	cut := func(text string) string { return text[:len(text)-20] }
	const now = "now" // the coverage starts at the repair
	for name, c := range map[string]struct {
		damage func(map[string]string) map[string][]byte
		warns  string // a path in the warnings; "" for no warning
		covers string // now, or "" for the instant of the first publish
		lost   string // the update that is no longer known
	}{
		"nothing":                       {damage(), "", "", ""},
		"the index is no JSON":          {damage(index, "{{{"), index, "", ""},
		"the index is empty":            {damage(index, ""), index, "", ""},
		"the index is a list":           {damage(index, "[]"), index, "", ""},
		"the index is another's":        {damage(index, `{"covers":"2026-10-02T10:00:00Z","files":["../x"]}`), index, "", ""},
		"the index has a conflict":      {edited(index, conflict), index, "", ""},
		"the index covers nothing":      {edited(index, func(s string) string { return strings.Replace(s, "2026-10-02T", "2026-13-02T", 1) }), index, "", ""},
		"the index lacks a month":       {damage(index, `{"covers":"2026-10-02T10:00:00Z","files":["first.json"]}`), "2026-10.json", "", ""},
		"the index lists too much":      {damage(index, `{"covers":"2026-10-02T10:00:00Z","files":["first.json","2026-10.json","2026-09.json"]}`), "2026-09.json", "", ""},
		"no index":                      {gone(index), index, now, ""},
		"the month is no JSON":          {damage(month, "not JSON"), month, now, "y"},
		"the month has a conflict":      {edited(month, conflict), month, "", ""},
		"the month is cut":              {edited(month, cut), month, now, "y"},
		"no month":                      {gone(month), "2026-10.json", now, "y"},
		"the first file is empty":       {damage(oldest, ""), oldest, now, "x"},
		"the first file has a conflict": {edited(oldest, conflict), oldest, "", ""},
		"no first file":                 {gone(oldest), "first.json", now, "x"},
		"index and first file":          {damage(index, "{{{", oldest, "{{{"), index, now, "x"},
		"index and month":               {damage(index, "{{{", month, "{{{"), month, now, "y"},
		"known":                         {every(".crier/known", "{{{"), ".crier/known/", "", ""},
		"known has a conflict":          {every(".crier/known", "crier known 1\n<<<<<<< a\nincident x/01\n=======\nincident y/01\n>>>>>>> b\n"), ".crier/known/", "", ""},
		"known lacks its header":        {every(".crier/known", ""), ".crier/known/", "", ""},
		"known has no lines":            {every(".crier/known", "crier known 1\n"), ".crier/known/", "", ""},
		"files":                         {every(".crier/manifest", "{{{"), "", "", ""},
		"source":                        {damage(publish.SourceFile, "{{{"), publish.SourceFile, "", ""},
		"sums":                          {damage(publish.SumsFile, "{{{"), "", "", ""},
		"no sums":                       {gone(publish.SumsFile), "", "", ""},
	} {
		if !r.place.Thorough && !slices.Contains(testenv.Some(5, short), name) {
			continue
		}
		for _, news := range []bool{false, true} {
			if !r.place.Thorough && news == (len(name)%2 == 0) {
				continue
			}
			t.Run(name+map[bool]string{true: ", with news"}[news], func(t *testing.T) {
				t.Parallel()
				r := &run{t: t, place: r.new(t), clock: NewClock(Start)}
				r.must(Build(Revision(0, 1), Start, one, "x/01"))
				r.clock.Wait(t.Context(), time.Hour)
				r.must(Build(Revision(0, 2), Start.Add(time.Hour), two, "x/01", "y/01"))
				before := r.place.Files(t)
				for path, content := range c.damage(before) {
					r.place.Write(t, path, content)
				}
				r.clock.Wait(t.Context(), time.Hour)
				repair := r.clock.Now()
				next := Build(Revision(0, 2), repair, two, "x/01", "y/01")
				want := two
				if news {
					want = with(two, "incidents/y/index.html", "y and more")
					next = Build(Revision(0, 3), repair, want, "x/01", "y/01", "z/01")
				}
				plan := r.must(next)
				r.shows(want)
				said := strings.Join(plan.Warnings, "\n")
				if (said == "") != (c.warns == "") && name != "files" || !strings.Contains(said, c.warns) {
					t.Errorf("warnings:\n%s", said)
				}
				if names := strings.Join(plan.Names(), " "); names != map[bool]string{true: "z/01"}[news] {
					t.Errorf("public now: %s", names)
				}
				rec := r.record()
				covers := Start
				if c.covers == now {
					covers = repair
				}
				if !rec.Covers.Equal(covers) {
					t.Errorf("covers %s", rec.Covers)
				}
				for id, at := range map[string]time.Time{"x": Start, "y": Start.Add(time.Hour)} {
					e, there := rec.Lookup(record.Key{Kind: record.Incident, ID: id, Update: "01"})
					if there == (id == c.lost) || there && !e.Public.Equal(at) {
						t.Errorf("of %s it knows %v", id, e)
					}
					if _, what := rec.Knows(e.Key, at); id == c.lost && what != record.NotCovered {
						t.Errorf("%s is %s", id, what)
					}
				}
				if _, there := rec.Lookup(record.Key{Kind: record.Incident, ID: "z", Update: "01"}); there != news {
					t.Error("the news is not recorded")
				}
				for path, content := range c.damage(before) { // what was unreadable still exists
					if name := strings.TrimPrefix(path, record.Dir+"/"); record.IsFile(name) && len(content) > 0 && c.lost != "" {
						found := false
						for _, now := range r.place.Files(t) {
							found = found || bytes.Equal([]byte(now), content)
						}
						if !found {
							t.Errorf("%s was thrown away", path)
						}
					}
				}
				again := *next
				again.Source.Instant = repair.Add(time.Minute)
				if plan := r.must(&again); !plan.Nothing() || len(plan.Warnings) > 0 {
					t.Errorf("again, warnings %q", plan.Warnings)
				}
			})
		}
	}
}
