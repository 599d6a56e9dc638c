package githubpages_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/githubtest"
	"settler.io/crier/internal/publish/publishtest"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

// unspeakable is text that no build may show: that of a held update and of a draft.
const unspeakable = "UNSPEAKABLE"

// siteAt returns a site at a revision. Later revisions have more updates.
func siteAt(revision int) fstest.MapFS {
	update := func(front string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\n" + front + "\n---\nText of revision.\n")}
	}
	site := fstest.MapFS{
		"config.toml": {Data: []byte("title = \"T\"\nbase_url = \"https://status.example.com/\"\n[[components]]\nid = \"api\"\n")},
		"content/incidents/a/01-investigating.md": update("title: A\nseverity: P2\nstatus: investigating\ndate: 2026-10-02T09:00:00Z\ncomponents: [api]"),
		"content/incidents/b/01-investigating.md": update("title: " + unspeakable + "\nseverity: P2\nstatus: investigating\ndate: 2026-10-02T09:59:00Z\nhold: 50m"),
		"content/incidents/c/01-investigating.md": update("title: " + unspeakable + "\nseverity: P0\nstatus: investigating\ndate: 2026-10-02T09:00:00Z\ndraft: true"),
	}
	for n := range revision {
		severity := []string{"P0", "P1", "P3"}[n%3]
		site[fmt.Sprintf("content/incidents/d%d/01-investigating.md", n)] = update(fmt.Sprintf("title: D%d\nseverity: %s\nstatus: investigating\ndate: 2026-10-02T09:3%d:00Z\ncomponents: [api]", n, severity, n))
	}
	return site
}

// compile builds a revision for an instant.
func compile(t testing.TB, revision int, at time.Time) *publish.Build {
	t.Helper()
	input, _, err := build.Load(siteAt(revision), content.Options{})
	if err != nil {
		t.Fatal(err)
	}
	input.Now = at
	result := build.Build(input)
	files := testsite.Files(t, result.Files)
	b := publishtest.Build(publishtest.Revision(0, revision), at, files)
	b.Version = files["version.json"]
	for _, s := range result.Site.Public() {
		b.Updates = append(b.Updates, publish.Update{Key: record.Key{Kind: record.Kind(s.Kind), ID: s.ID, Update: s.Update}, Severity: s.Severity, Security: s.Security})
	}
	return b
}

// TestWritersInBadWeather lets two or three writers publish at the same time, each several
// revisions in a random order, while random requests fail and someone else commits in between.
func TestWritersInBadWeather(t *testing.T) {
	scripts := 8
	if testenv.Long() {
		scripts = 60
	}
	const revisions = 5
	var builds []*publish.Build
	whole := map[string]int{} // digest of a build's files -> its revision
	for n := range revisions {
		b := compile(t, n, publishtest.Start.Add(time.Duration(n)*time.Second))
		builds = append(builds, b)
		whole[digest(b.Files)] = n
	}
	faults := []githubtest.Fault{
		{Kind: githubtest.Answer, Status: 500}, {Kind: githubtest.Answer, Status: 502, RetryAfter: 2}, {Kind: githubtest.Answer, Status: 429, RetryAfter: 7},
		{Kind: githubtest.Answer, Status: 403, RetryAfter: 60}, {Kind: githubtest.Answer, Status: 409}, {Kind: githubtest.Answer, Status: 422}, {Kind: githubtest.Secondary}, {Kind: githubtest.Primary},
		{Kind: githubtest.Reset}, {Kind: githubtest.Lost}, {Kind: githubtest.Cut}, {Kind: githubtest.Truncated},
	}
	for seed := range scripts {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(uint64(seed), 7))
			github := githubtest.Start(t, testenv.MemoryDir(t))
			clock := publishtest.NewClock(publishtest.Start)
			github.Now = clock.Now
			for n := range 60 {
				if random.IntN(5) == 0 {
					github.Faults[n] = faults[random.IntN(len(faults))]
				}
			}
			if random.IntN(3) == 0 {
				github.Faults[5+random.IntN(20)] = githubtest.Fault{Kind: githubtest.Other, Do: func() {
					github.Commit("gh-pages", "Theirs\n", map[string][]byte{"theirs.txt": []byte("theirs")})
				}}
			}
			var mutex sync.Mutex
			var told strings.Builder
			tell := func(line string) {
				mutex.Lock()
				defer mutex.Unlock()
				told.WriteString(line + "\n")
			}
			newest := 0
			var group sync.WaitGroup
			for range 2 + random.IntN(2) {
				order := random.Perm(revisions)[:2]
				newest = max(newest, slices.Max(order))
				group.Go(func() {
					for _, n := range order {
						patience := clock.Patience(tell)
						patience.Limit = 100 * time.Hour
						options := publishtest.Options(patience)
						options.Limit = func(s incident.Severity) time.Duration { return 100 * time.Hour }
						_, err := publish.Run(t.Context(), place(t, github, patience), builds[n], options)
						var older *publish.OlderError
						if err != nil && !errors.As(err, &older) {
							t.Errorf("revision %d: %v", n, err)
						}
					}
				})
			}
			group.Wait()
			if t.Failed() {
				t.Fatal(told.String())
			}
			// Every commit on the branch is a complete site that some run built, and none is older
			// than the one before it.
			before := -1
			for line := range strings.Lines(github.Git(t, "rev-list", "--reverse", "gh-pages")) {
				files := hashes(github.Git(t, "ls-tree", "-r", strings.TrimSpace(line)))
				if len(files) == 0 {
					// Someone else committed before anything was published.
					continue
				}
				n, known := whole[digest(files)]
				if !known || n < before {
					t.Fatalf("commit %s shows revision %d (%v) after %d", line, n, known, before)
				}
				before = n
			}
			if before != newest {
				t.Errorf("revision %d is public, and the newest is %d", before, newest)
			}
			files := github.Files(t, "gh-pages")
			rec, err := publishtest.Record(files)
			if err != nil {
				t.Fatal(err)
			}
			var want, got []record.Key
			for _, u := range builds[newest].Updates {
				want = append(want, u.Key)
			}
			for _, e := range rec.Entries() {
				got = append(got, e.Key)
			}
			slices.SortFunc(want, record.Key.Compare)
			slices.SortFunc(got, record.Key.Compare)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("the record: %s", d)
			}
			github.Git(t, "fsck", "--strict", "--no-dangling")
			if all := testenv.Git(t, github.Dir, "cat-file", "--batch", "--batch-all-objects"); strings.Contains(all, unspeakable) {
				t.Error("something withheld was uploaded")
			}
			if strings.Contains(told.String(), githubtest.Token) {
				t.Error("the token was told")
			}
		})
	}
}

// digest returns a text that identifies the files of a build.
func digest(files map[string]fileset.Hash) string {
	var lines []string
	for name, hash := range files {
		lines = append(lines, hash.String()+" "+name)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// hashes parses the site's files from a listing by git.
func hashes(listing string) map[string]fileset.Hash {
	files := map[string]fileset.Hash{}
	for line := range strings.Lines(listing) {
		about, name, _ := strings.Cut(strings.TrimSpace(line), "\t")
		hash, err := fileset.ParseHash(about[strings.LastIndexByte(about, ' ')+1:])
		if err == nil && !strings.HasPrefix(name, ".crier/") && name != "theirs.txt" {
			files[name] = hash
		}
	}
	return files
}
