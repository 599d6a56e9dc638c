// Package publishtest is the test suite that every publish target must pass.
package publishtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/record"
)

// Fixture is a target under test.
type Fixture struct {
	// Place returns the target for one run.
	Place func(t testing.TB, patience *publish.Patience) publish.Target
	// Files reads all files of the target by other means than the target itself.
	Files func(t testing.TB) map[string]string
	// Thorough runs all cases of broken files. Without it only some are run, for targets that are
	// slow.
	Thorough bool
	// Write writes a file to the target as someone else would. Nil content deletes the file.
	Write func(t testing.TB, name string, content []byte)
}

// Run runs the suite. new returns an empty target each time.
func Run(t *testing.T, new func(t *testing.T) Fixture) {
	for name, test := range map[string]func(*testing.T, *run){
		"the first publish": first, "what differs": differs, "the newest wins": newest, "two at once": race, "the first time stays": times,
		"a folder built before": partial, "broken notes": broken, "files in the way": foreign, "files of all kinds": kinds, "a dry run": dry, "receipts": receipts,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, &run{t: t, place: new(t), clock: NewClock(Start), new: new})
		})
	}
}

type run struct {
	t     *testing.T
	place Fixture
	clock *Clock
	new   func(t *testing.T) Fixture // another empty target
}

func (r *run) publish(b *publish.Build, change ...func(*publish.Options)) (*publish.Plan, error) {
	r.t.Helper()
	patience := r.clock.Patience(func(line string) { r.t.Log(line) })
	options := Options(patience)
	for _, c := range change {
		c(&options)
	}
	return publish.Run(r.t.Context(), r.place.Place(r.t, patience), b, options)
}

func (r *run) must(b *publish.Build, change ...func(*publish.Options)) *publish.Plan {
	r.t.Helper()
	plan, err := r.publish(b, change...)
	if err != nil {
		r.t.Fatal(err)
	}
	return plan
}

// shows checks that the target has exactly these files, besides Crier's own.
func (r *run) shows(want map[string]string) {
	r.t.Helper()
	got := r.place.Files(r.t)
	maps.DeleteFunc(got, func(name, _ string) bool { return strings.HasPrefix(name, ".crier/") })
	if d := cmp.Diff(want, got); d != "" {
		r.t.Error(d)
	}
}

// record returns the published record. No update may be in it twice.
func (r *run) record() *record.Record {
	r.t.Helper()
	read, err := Record(r.place.Files(r.t))
	if err != nil {
		r.t.Fatal(err)
	}
	return read
}

func forced(o *publish.Options) { o.Force = true }

var (
	one = map[string]string{"index.html": "one", "a/index.html": "a", "incidents/x/index.html": "x", "version.json": "1"}
	two = map[string]string{"index.html": "two", "incidents/x/index.html": "x", "incidents/y/index.html": "y", "version.json": "2"}
)

func with(files map[string]string, more ...string) map[string]string {
	files = maps.Clone(files)
	for n := 0; n+1 < len(more); n += 2 {
		files[more[n]] = more[n+1]
	}
	return files
}

func first(t *testing.T, r *run) {
	plan := r.must(Build(Revision(0, 1), Start, one, "x/01"))
	r.shows(one)
	if plan.Nothing() || plan.Count(fileset.Create) != 4 || len(plan.Fresh) != 1 {
		t.Errorf("%d created, public %v", plan.Count(fileset.Create), plan.Fresh)
	}
	if rec := r.record(); rec.Len() != 1 || !rec.Covers.Equal(Start) {
		t.Errorf("%v, covers %s", rec.Entries(), rec.Covers)
	}
	if plan := r.must(Build(Revision(0, 1), Start.Add(time.Minute), one, "x/01")); !plan.Nothing() {
		t.Errorf("a second run changes %v", plan.Changes)
	}
}

func differs(t *testing.T, r *run) {
	r.must(Build(Revision(0, 1), Start, one, "x/01"))
	r.place.Write(t, "mine.txt", []byte("mine"))
	r.place.Write(t, "incidents/mine.txt", []byte("mine too"))
	plan := r.must(Build(Revision(0, 2), Start.Add(time.Hour), two, "x/01", "y/01"))
	r.shows(with(two, "mine.txt", "mine", "incidents/mine.txt", "mine too"))
	var did []string
	for _, c := range plan.Changes {
		did = append(did, fmt.Sprint(c.Action, " ", c.Path, ": ", c.Reason))
	}
	want := []string{
		"delete a/index.html: is no longer part of the site", "create incidents/y/index.html: is not there yet",
		"update index.html: its content differs", "update version.json: its content differs",
	}
	if d := cmp.Diff(want, did); d != "" {
		t.Error(d)
	}
	if names := plan.Names(); !slices.Equal(names, []string{"y/01"}) {
		t.Error(names)
	}
}

func newest(t *testing.T, r *run) {
	r.must(Build(Revision(0, 2), Start.Add(time.Hour), two))
	var older *publish.OlderError
	var unordered *publish.UnorderedError
	for name, b := range map[string]*publish.Build{
		"an older revision":  Build(Revision(0, 1), Start.Add(2*time.Hour), one),
		"an earlier instant": Build(Revision(0, 2), Start, one),
	} {
		if _, err := r.publish(b); !errors.As(err, &older) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, b := range map[string]*publish.Build{
		"another line": Build(Revision(1, 9), Start.Add(2*time.Hour), one),
		"unknown":      Build(Revision(99, 9), Start.Add(2*time.Hour), one),
		"no revision":  Build("", Start.Add(2*time.Hour), one),
	} {
		if _, err := r.publish(b); !errors.As(err, &unordered) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r.shows(two)
	r.must(Build(Revision(1, 1), Start, one), forced)
	r.shows(one)
}

// meddling is a target at which something happens after it is read and before it is moved.
type meddling struct {
	publish.Target
	meddle func()
	once   sync.Once
}

func (m *meddling) Move(ctx context.Context, head *publish.Head, plan *publish.Plan) error {
	m.once.Do(m.meddle)
	return m.Target.Move(ctx, head, plan)
}

func race(t *testing.T, r *run) {
	r.must(Build(Revision(0, 1), Start, one, "x/01"))
	three := with(two, "index.html", "three")
	meddle := func(mine, others *publish.Build) (*publish.Plan, error) {
		patience := r.clock.Patience(func(line string) { t.Log(line) })
		place := &meddling{Target: r.place.Place(t, patience), meddle: func() { r.must(others) }}
		return publish.Run(t.Context(), place, mine, Options(patience))
	}
	newer := Build(Revision(0, 3), Start.Add(time.Hour), three, "x/01", "y/01", "y/02")
	var older *publish.OlderError
	if _, err := meddle(Build(Revision(0, 2), Start.Add(2*time.Hour), two, "x/01", "y/01"), newer); !errors.As(err, &older) {
		t.Errorf("the older one: %v", err)
	}
	r.shows(three)
	four := with(three, "index.html", "four")
	between := Build(Revision(0, 4), Start.Add(3*time.Hour), with(three, "index.html", "between"), "x/01", "y/01", "y/02", "z/01")
	plan, err := meddle(Build(Revision(0, 5), Start.Add(3*time.Hour), four, "x/01", "y/01", "y/02", "z/01", "z/02"), between)
	if err != nil || !slices.Equal(plan.Names(), []string{"z/02"}) {
		t.Errorf("the newer one: %v", err)
	}
	r.shows(four)
	if n := r.record().Len(); n != 5 {
		t.Errorf("%d updates in the record", n)
	}
}

func times(t *testing.T, r *run) {
	r.must(Build(Revision(0, 1), Start, one, "x/01"))
	r.clock.Wait(t.Context(), time.Hour)
	r.must(Build(Revision(0, 2), Start.Add(time.Hour), two, "x/01", "y/01"))
	r.clock.Wait(t.Context(), 40*24*time.Hour)
	// y/01 is withdrawn.
	r.must(Build(Revision(0, 3), Start.Add(40*24*time.Hour), with(two, "index.html", "three"), "x/01", "z/01"))
	r.must(Build(Revision(0, 4), Start.Add(40*24*time.Hour), with(two, "index.html", "four"), "x/01", "y/01", "z/01"))
	rec := r.record()
	for update, want := range map[string]time.Time{"x/01": Start, "y/01": Start.Add(time.Hour), "z/01": Start.Add(time.Hour + 40*24*time.Hour)} {
		id, name, _ := strings.Cut(update, "/")
		if e, _ := rec.Lookup(record.Key{Kind: record.Incident, ID: id, Update: name}); !e.Public.Equal(want) {
			t.Errorf("%s public at %s, want %s", update, e.Public, want)
		}
	}
	if !rec.Covers.Equal(Start) || rec.Len() != 3 {
		t.Errorf("covers %s, %d updates", rec.Covers, rec.Len())
	}
	r.must(Build(Revision(0, 5), Start.Add(41*24*time.Hour), with(two, "index.html", "five"), "x/01", "y/01", "y/02", "z/01"))
	// y/02 is withdrawn.
	r.must(Build(Revision(0, 6), Start.Add(41*24*time.Hour), with(two, "index.html", "six"), "x/01", "y/01", "z/01"))
	if plan := r.must(Build(Revision(0, 6), Start.Add(41*24*time.Hour), with(two, "index.html", "six"), "x/01", "y/01", "z/01")); !plan.Nothing() {
		t.Error("nothing is new, and it publishes")
	}
}

func partial(t *testing.T, r *run) {
	r.must(Build(Revision(0, 1), Start, one, "x/01"))
	b := Build(Revision(0, 2), Start.Add(time.Hour), two)
	b.Partial = true
	r.must(b)
	r.shows(two)
	if rec := r.record(); !rec.Covers.IsZero() || rec.Len() != 1 {
		t.Errorf("covers %s, %d updates", rec.Covers, rec.Len())
	}
	r.clock.Wait(t.Context(), time.Hour)
	r.must(Build(Revision(0, 3), Start.Add(2*time.Hour), with(two, "index.html", "three"), "x/01", "y/01"))
	rec := r.record()
	if _, what := rec.Knows(record.Key{Kind: record.Incident, ID: "y", Update: "01"}, Start); what != record.AtLatest || !rec.Covers.Equal(Start.Add(time.Hour)) {
		t.Errorf("%s, covers %s", what, rec.Covers)
	}
}

func foreign(t *testing.T, r *run) {
	r.must(Build(Revision(0, 1), Start, one))
	r.place.Write(t, "incidents/y/index.html", []byte("somebody's"))
	_, err := r.publish(Build(Revision(0, 2), Start, two))
	if err == nil || !strings.Contains(err.Error(), "incidents/y/index.html") {
		t.Errorf("error %v", err)
	}
	r.shows(with(one, "incidents/y/index.html", "somebody's"))
	r.place.Write(t, "incidents/y/index.html", []byte("y")) // equal, so it is adopted
	r.must(Build(Revision(0, 2), Start, two))
	r.shows(two)
}

func kinds(t *testing.T, r *run) {
	files := map[string]string{
		"index.html": "", "with space & more.html": "x", "\xc3\xa4/\xe6\x97\xa5.html": "\xe6\x97\xa5", "assets/a.png": "\x89PNG\x00\xff\xfe",
		"assets/nul.txt": "a\x00b", "lines.txt": "a\r\nb", "bom.txt": "\ufeffa", "a.b/c": "1", "a/c": "2", "a-b": "3",
	}
	r.must(Build(Revision(0, 1), Start, files))
	r.shows(files)
	files = with(files, "assets/a.png", "\xff\x00")
	r.must(Build(Revision(0, 2), Start, files))
	r.shows(files)
}

func dry(t *testing.T, r *run) {
	plan := r.must(Build(Revision(0, 1), Start, one, "x/01"), func(o *publish.Options) { o.DryRun = true })
	if got := r.place.Files(t); len(got) != 0 || plan.Count(fileset.Create) != 4 {
		t.Errorf("a dry run wrote %v", got)
	}
}
