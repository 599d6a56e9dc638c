package clone_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"settler.io/crier/internal/cache"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish/disk"
	"settler.io/crier/internal/sitefs/clone"
	"settler.io/crier/internal/source/check"
	"settler.io/crier/internal/testsite/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

var (
	committed = time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC)
	now       = committed.Add(time.Hour)
)

// repository returns the folder of a site with a committed update without a date, and another one
// that is not committed.
func repository(t *testing.T) string {
	t.Helper()
	dir := testenv.Repository(t)
	testenv.Write(t, dir, "config.toml", "title = \"x\"\n")
	testenv.Write(t, dir, "content/incidents/2026-10-02-down/01-investigating.md", "---\ntitle: x\nseverity: P1\nstatus: investigating\n---\nx\n")
	testenv.Git(t, dir, "add", ".")
	testenv.GitAt(t, dir, committed, "commit", "-qm", "x")
	testenv.Write(t, dir, "content/incidents/2026-10-02-down/02-identified.md", "---\nstatus: identified\n---\nx\n")
	return dir
}

func load(t *testing.T, dir string) (*clone.Site, error) {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	return clone.Load(t.Context(), root, dir, clone.Options{Now: now, Evidence: true})
}

func TestLoad(t *testing.T) {
	s, err := load(t, repository(t))
	if err != nil || s.Undated != nil || !s.DatedNow {
		t.Fatal(err, s)
	}
	updates := s.Cases(now)[0].Updates
	if len(updates) != 2 || !updates[0].Date.Equal(committed) || !updates[1].Date.Equal(now) {
		t.Errorf("%+v", updates)
	}
	evidence, err := s.Evidence(t.Context())
	if err != nil || len(evidence[updates[0].Path].Versions) != 1 || !evidence[updates[0].Path].Versions[0].At.Equal(committed) {
		t.Errorf("%+v %v", evidence, err)
	}
	if open := s.Build(now).Site.OpenIncidents; len(open) != 1 {
		t.Error(open)
	}
}

// TestLoadReportsFailures checks that a site comes with its findings although git or config.toml
// cannot be read.
func TestLoadReportsFailures(t *testing.T) {
	dir := repository(t)
	tree := testenv.Git(t, dir, "rev-parse", "HEAD^{tree}")
	if err := os.Remove(filepath.Join(dir, ".git/objects", tree[:2], tree[2:])); err != nil {
		t.Fatal(err)
	}
	s, err := load(t, dir)
	if err != nil || s.Undated == nil || len(s.Content.Incidents) != 1 {
		t.Errorf("%+v %v", s, err)
	}
	testenv.Write(t, dir, "config.toml", "title = ")
	if s, err = load(t, dir); err == nil || len(s.Findings) == 0 {
		t.Errorf("%+v %v", s, err)
	}
}

func TestChanges(t *testing.T) {
	dir := repository(t)
	testenv.Write(t, dir, "content/incidents/2026-10-02-down/01-investigating.md", "---\ntitle: y\nseverity: P1\nstatus: investigating\n---\ny\n")
	changes, err := clone.ChangesSince(t.Context(), dir, "HEAD")
	if err != nil || changes.Files["content/incidents/2026-10-02-down/01-investigating.md"] != check.Edited || changes.Files["content/incidents/2026-10-02-down/02-identified.md"] != check.Added {
		t.Fatalf("%+v %v", changes, err)
	}
	before, err := changes.Before(t.Context(), clone.Config(dir), now)
	if err != nil || len(before.Incidents) != 1 || len(before.Incidents[0].Updates) != 1 || before.Incidents[0].Updates[0].Title != "x" {
		t.Errorf("%+v %v", before, err)
	}
	if _, err := clone.ChangesSince(t.Context(), dir, "none"); err == nil {
		t.Error("an unknown revision is not an error")
	}
}

func TestRecent(t *testing.T) {
	dir := repository(t)
	if ids := incident.IDs(clone.RecentCases(dir, "down", now)); len(ids) != 1 {
		t.Error(ids)
	}
	none := filepath.Join(dir, "none")
	if cases, c := clone.RecentCases(none, "", now), clone.Config(none); len(cases) > 0 || c == nil {
		t.Error(cases, c)
	}
}

// TestLastBuild checks that a stamp counts until the output or the content changes.
func TestLastBuild(t *testing.T) {
	dir := repository(t)
	testenv.Git(t, dir, "add", ".")
	testenv.GitAt(t, dir, committed, "commit", "-qm", "y")
	out := filepath.Join(dir, "public")
	clock := func() time.Time { return time.Now().Add(time.Hour) } // the files are settled
	known := cache.OpenSite(dir, clock, true)
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	s, err := clone.Load(t.Context(), root, dir, clone.Options{Now: now, Known: known, Evidence: true})
	if err != nil {
		t.Fatal(err)
	}
	record, err := s.PostAsKnown(t.Context(), dir)
	if err != nil || s.Posted == nil {
		t.Fatal(err, s.Posted)
	}
	written, err := disk.Write(t.Context(), out, s.Build(now).Files)
	if err != nil {
		t.Fatal(err)
	}
	known.WriteStamp(out, cache.Stamp{Outputs: written.State, History: s.History, Record: record, From: now, Until: now.Add(time.Hour), Files: written.Files})
	known.Close()
	last := func() bool {
		known := cache.OpenSite(dir, clock, false)
		defer known.Close()
		stamp, ok := clone.LastBuild(t.Context(), known, dir, out, now)
		return ok && stamp.Files == written.Files
	}
	if !last() {
		t.Error("nothing has changed")
	}
	testenv.Write(t, out, "index.html", "changed")
	if last() {
		t.Error("the output has changed")
	}
}
