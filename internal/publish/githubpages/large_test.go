package githubpages_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/githubtest"
	"settler.io/crier/internal/publish/publishtest"
	"settler.io/crier/internal/testsite/testenv"
)

// large returns a build as large as that of a site with this number of incidents of 4 updates each:
// 3 files per incident, 13 KB in total.
func large(revision, incidents int, at time.Time) *publish.Build {
	files := map[string]string{".nojekyll": "", "index.html": strings.Repeat("overview ", 5000), "version.json": fmt.Sprint(revision)}
	var updates []string
	for n := range incidents {
		id := fmt.Sprintf("incident-%05d", n)
		files["incidents/"+id+"/index.html"] = id + strings.Repeat(" page", 1600)
		files["incidents/"+id+"/index.md"] = id + strings.Repeat(" text", 400)
		files["api/v2/incidents/"+id+".json"] = id + strings.Repeat(" json", 600)
		for u := range 4 {
			updates = append(updates, fmt.Sprintf("%s/%02d", id, u))
		}
	}
	return publishtest.Build(publishtest.Revision(0, revision), at, files, updates...)
}

// TestALargeSite publishes 10,000 incidents, or 300 without CRIER_LONG, within GitHub's
// documented limits, and checks that one more update is cheap.
func TestALargeSite(t *testing.T) {
	incidents := 300
	if testenv.Long() {
		incidents = 10000
	}
	github := githubtest.Start(t, testenv.MemoryDir(t))
	github.Limits = githubtest.Documented
	clock := publishtest.NewClock(publishtest.Start)
	github.Now = clock.Now
	run := func(b *publish.Build) (reads, writes int) {
		t.Helper()
		github.Forget()
		patience := clock.Patience(func(line string) { t.Log(line) })
		if _, err := publish.Run(t.Context(), place(t, github, patience), b, publishtest.Options(patience)); err != nil {
			t.Fatal(err)
		}
		for _, r := range github.Requests() {
			if r.Status == 403 || r.Status == 413 {
				t.Errorf("%s %s of %d bytes was refused", r.Method, r.Path, r.Body)
			}
		}
		return methods(github.Requests())
	}
	first := large(1, incidents, publishtest.Start)
	reads, writes := run(first)
	t.Logf("from scratch: %d reads, %d writes", reads, writes)
	if n := len(strings.Fields(github.Git(t, "ls-tree", "-r", "--name-only", "gh-pages"))); n < 3*incidents+3 {
		t.Errorf("%d files are there", n)
	}
	if refs := github.Git(t, "for-each-ref", "--format=%(refname)"); refs != "refs/heads/gh-pages" {
		t.Errorf("refs left: %s", refs)
	}
	reads, writes = run(large(2, incidents+1, publishtest.Start.Add(time.Hour)))
	t.Logf("one more incident: %d reads, %d writes", reads, writes)
	if reads+writes > 12 || writes > 4 {
		t.Errorf("%d reads, %d writes for one more incident", reads, writes)
	}
}

// TestALargeSiteGoesOn checks that if a rate limit ends a publish, only the work since the last
// saved tree is lost, and that the next run continues from there.
func TestALargeSiteGoesOn(t *testing.T) {
	const incidents, perHour = 1600, 18
	github := githubtest.Start(t, testenv.MemoryDir(t))
	clock := publishtest.NewClock(publishtest.Start)
	github.Now = clock.Now
	github.Limits = githubtest.Limits{PerHour: perHour}
	b := large(1, incidents, publishtest.Start)
	sent := func() (bytes int) {
		for _, r := range github.Requests() {
			if r.Status == 201 && strings.HasSuffix(r.Path, "/git/trees") {
				bytes += r.Body
			}
		}
		return bytes
	}
	total, runs := 0, 0
	for {
		runs++
		github.Forget()
		patience := clock.Patience(func(line string) { t.Log(line) })
		options := publishtest.Options(patience)
		// The rate limit would require waiting for an hour.
		options.Limit = func(incident.Severity) time.Duration { return time.Minute }
		patience.Limit = time.Minute
		_, err := publish.Run(t.Context(), place(t, github, patience), b, options)
		total += sent()
		if err == nil {
			break
		}
		var gaveUp *publish.GaveUpError
		if !errors.As(err, &gaveUp) || diag.HintOf(err) == "" || runs > 8 {
			t.Fatalf("run %d: %v", runs, err)
		}
		if github.Moves("gh-pages") > 0 {
			t.Fatal("the branch moved to a part of a site")
		}
		clock.Wait(context.Background(), time.Hour)
	}
	size := 0
	for name := range b.Files {
		content, _ := b.Content(name)
		size += len(content)
	}
	t.Logf("%d runs, %d of %d bytes", runs, total, size)
	if runs < 2 || total > 2*size {
		t.Errorf("%d runs sent %d bytes for a site of %d", runs, total, size)
	}
	if refs := github.Git(t, "for-each-ref", "--format=%(refname)"); refs != "refs/heads/gh-pages" {
		t.Errorf("refs left: %s", refs)
	}
	if rec, err := publishtest.Record(github.Files(t, "gh-pages")); err != nil || rec.Len() != 4*incidents {
		t.Error(err)
	}
}
