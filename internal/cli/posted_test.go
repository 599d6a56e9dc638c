package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/testsite/testenv"
)

const postedSite = `title = "Example"
base_url = "https://status.example.com/"
[[components]]
id = "api"
[publish]
to = ["dir:served", "dir:second"]
`

// published publishes at an instant and returns the items of the feed and the objects of the API
// that have times: "date_published of ID" or "created_at of ID" to the time.
func (m *machine) published(at time.Time) (times map[string]string, items []string) {
	m.t.Helper()
	m.now = at
	m.must("publish", "--force", "--no-wait")
	times = map[string]string{}
	read := func(name string, into any) {
		raw, err := os.ReadFile(filepath.Join(m.dir, "served", name))
		if err != nil {
			m.t.Fatal(err)
		}
		if err := json.Unmarshal(raw, into); err != nil {
			m.t.Fatal(err)
		}
	}
	var feed struct {
		Items []struct {
			ID        string
			Published string `json:"date_published"`
			Modified  string `json:"date_modified"`
		}
	}
	read("feed.json", &feed)
	for _, item := range feed.Items {
		id := strings.TrimPrefix(item.ID, "tag:status.example.com,2005:")
		times["published "+id], times["modified "+id] = item.Published, item.Modified
		items = append(items, id)
	}
	type object struct {
		ID      string
		Created string `json:"created_at"`
		Updated string `json:"updated_at"`
		Updates []struct {
			ID      string
			Created string `json:"created_at"`
			Updated string `json:"updated_at"`
		} `json:"incident_updates"`
	}
	var api struct {
		Incidents   []object
		Maintenance []object `json:"scheduled_maintenances"`
	}
	read("api/v2/incidents.json", &api)
	read("api/v2/scheduled-maintenances.json", &api)
	for _, o := range slices.Concat(api.Incidents, api.Maintenance) {
		times["created "+o.ID] = o.Created
		for _, u := range o.Updates {
			times["created "+u.ID], times["updated "+u.ID] = u.Created, u.Updated
		}
	}
	return times, items
}

func postedUpdate(severity, status string, at time.Time, more, text string) string {
	if severity != "" {
		severity = "title: Slow\nseverity: " + severity + "\n"
	}
	return fmt.Sprintf("---\n%sstatus: %s\ndate: %s\ncomponents: [api]\n%s---\n%s\n", severity, status, at.Format(time.RFC3339), more, text)
}

// TestWhenAnUpdateWasPosted publishes an update in time, one 46 minutes late and one that is held
// until 10:30, and then another of the held one's incident.
func TestWhenAnUpdateWasPosted(t *testing.T) {
	clock := func(hour, minute int) time.Time { return time.Date(2026, 10, 2, hour, minute, 0, 0, time.UTC) }
	m := newMachine(t, clock(8, 0))
	m.write("config.toml", postedSite)
	m.write("content/incidents/before/01.md", postedUpdate("P1", "resolved", clock(7, 0), "", "Over."))
	m.commit()
	m.published(clock(8, 0)) // the record begins here
	m.write("content/incidents/intime/01.md", postedUpdate("P1", "investigating", clock(10, 0), "", "We look."))
	m.write("content/incidents/held/01.md", postedUpdate("P2", "investigating", clock(10, 0), "hold: 30m\n", "We look."))
	m.commit()
	m.published(clock(10, 4))
	m.published(clock(10, 30))
	m.write("content/incidents/late/01.md", postedUpdate("P1", "investigating", clock(10, 0), "", "We look."))
	m.write("content/incidents/held/02.md", postedUpdate("", "identified", clock(10, 32), "", "We found it."))
	m.commit()
	times, items := m.published(clock(10, 46))
	for id, want := range map[string]string{"before/01": "07:00", "intime/01": "10:00", "held/01": "10:30", "late/01": "10:46", "held/02": "10:46"} {
		if got := times["published Incident/"+id]; got != "2026-10-02T"+want+":00Z" {
			t.Errorf("%s was published at %s, want %s", id, got, want)
		}
	}
	if want := "[Incident/held/02 Incident/late/01 Incident/held/01 Incident/intime/01 Incident/before/01]"; fmt.Sprint(items) != want {
		t.Errorf("%v, want %s", items, want)
	}
	page := filesIn(t, filepath.Join(m.dir, "served"))
	for file, want := range map[string]string{
		"incidents/late/index.html":        `Posted <time datetime="2026-10-02T10:46:00Z">`,
		"incidents/late/index.md":          "Posted 2 Oct 2026, 10:46 UTC",
		"api/v2/incidents/unresolved.json": `"created_at":"2026-10-02T10:46:00.000Z"`,
	} {
		if !strings.Contains(page[file], want) {
			t.Errorf("%s lacks %s:\n%s", file, want, page[file])
		}
	}
	if linked := page["incidents/late/index.html"]; strings.Count(linked, `"datePublished":"2026-10-02T10:46:00Z"`) != 2 || !strings.Contains(linked, `"coverageStartTime":"2026-10-02T10:00:00Z"`) {
		t.Error(linked)
	}
	for _, id := range []string{"intime", "held"} {
		if text := page["incidents/"+id+"/index.md"]; strings.Contains(strings.ReplaceAll(text, "Posted 2 Oct 2026, 10:46 UTC", ""), "Posted") {
			t.Errorf("%s was posted in time:\n%s", id, text)
		}
	}
	// A build reads the record too, and the second target has the same pages and record.
	m.must("build")
	for _, folder := range []string{"public", "second"} {
		if other := filesIn(t, filepath.Join(m.dir, folder)); !maps.Equal(other, page) {
			t.Errorf("%s differs", folder)
		}
	}
	raw, err := os.ReadFile(filepath.Join(m.dir, "second/.crier/record/2026-10.json"))
	if want := `{"kind":"incident","id":"late","update":"01","public":"2026-10-02T10:46:00Z","posted":"2026-10-02T10:46:00Z"}`; err != nil || !strings.Contains(string(raw), want) {
		t.Errorf("%v\n%s", err, raw)
	}
}

// TestTheFirstRecordDecides publishes to a second target first, so that the two have different
// records.
func TestTheFirstRecordDecides(t *testing.T) {
	at := time.Date(2026, 10, 2, 8, 0, 0, 0, time.UTC)
	m := newMachine(t, at)
	m.write("config.toml", postedSite)
	m.commit()
	m.published(at)
	m.write("content/incidents/a/01.md", postedUpdate("P1", "investigating", at.Add(time.Hour), "", "We look."))
	m.commit()
	m.now = at.Add(2 * time.Hour)
	m.must("publish", "--force", "--no-wait", "--to", "dir:second")
	m.published(at.Add(3 * time.Hour))
	first, second := filesIn(t, filepath.Join(m.dir, "served"))["feed.json"], filesIn(t, filepath.Join(m.dir, "second"))["feed.json"]
	if first != second || !strings.Contains(first, `"date_published": "2026-10-02T11:00:00Z"`) {
		t.Errorf("%s\n%s", first, second)
	}
}

// TestWithoutARecordGitDecides builds a site that nobody publishes.
func TestWithoutARecordGitDecides(t *testing.T) {
	m := newMachine(t, time.Now())
	m.write("config.toml", postedSite)
	committed := time.Now().Truncate(time.Second)
	m.write("content/incidents/late/01.md", postedUpdate("P1", "investigating", committed.Add(-time.Hour), "", "We look."))
	m.write("content/incidents/intime/01.md", postedUpdate("P1", "investigating", committed.Add(-time.Minute), "", "We look."))
	m.commit()
	m.write("content/incidents/new/01.md", postedUpdate("P1", "investigating", committed.Add(-time.Hour), "", "Not committed."))
	m.now = time.Now()
	at := m.git("log", "-1", "--format=%cI")
	when, err := time.Parse(time.RFC3339, strings.TrimSpace(at))
	if err != nil {
		t.Fatal(err)
	}
	feed := m.built()["feed.json"]
	for id, want := range map[string]time.Time{"late": when, "intime": committed.Add(-time.Minute), "new": committed.Add(-time.Hour)} {
		if item := `"id": "tag:status.example.com,2005:Incident/` + id + `/01"`; !strings.Contains(feed, item) || !strings.Contains(feed[strings.Index(feed, item):], `"date_published": "`+want.UTC().Format(time.RFC3339)+`"`) {
			t.Errorf("%s: want %s\n%s", id, want.UTC(), feed)
		}
	}
}

// TestWhatWasPostedStays publishes a site again and again while people write updates, edit texts,
// move folders and rewrite git's history. No time of the feed or the API changes except by amended,
// and what is new comes first in the feed, however it is dated.
func TestWhatWasPostedStays(t *testing.T) {
	testenv.SkipRace(t)
	seeds := uint64(1)
	if testenv.Long() {
		seeds = 20
	}
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 21))
		begin := time.Date(2026, 10, 2, 8, 0, 0, 0, time.UTC) // of the record; what is dated before was posted then
		now := begin
		m := newMachine(t, now)
		m.write("config.toml", postedSite)
		m.write("content/incidents/old/01.md", postedUpdate("P1", "resolved", now.Add(-time.Hour), "", "Over."))
		m.commit()
		before, order := m.published(now)
		folders, texts := map[string]string{}, map[string]string{} // by id; by path
		var did []string
		for step := range 12 {
			now = now.Add(time.Duration(6+random.IntN(90)) * time.Minute)
			write := func(name, text string) {
				texts[name] = text
				m.write(name, text)
			}
			amended := ""
			paths := slices.Sorted(maps.Keys(texts))
			switch n := random.IntN(7); {
			case n < 3 || len(paths) == 0:
				id := fmt.Sprint("incident-", random.IntN(4))
				severity := []string{"P0", "P1", "P2", "P3"}[random.IntN(4)]
				if folders[id] == "" {
					folders[id] = "content/incidents/" + id
				}
				hold := ""
				if random.IntN(2) == 0 {
					hold = "hold: 40m\n"
				}
				date := now.Add(-time.Duration(random.IntN(min(120, int(now.Sub(begin).Minutes())))) * time.Minute)
				write(fmt.Sprintf("%s/%02d.md", folders[id], step), postedUpdate(severity, []string{"investigating", "identified", "resolved"}[random.IntN(3)], date, hold, "We look."))
			case n == 3:
				starts := now.Add(time.Duration(random.IntN(120)-60) * time.Minute)
				m.write(fmt.Sprintf("content/maintenance/work-%d/01.md", step), fmt.Sprintf("---\ntitle: Work\nstatus: scheduled\ndate: %s\nstarts: %s\nends: %s\ncomponents: [api]\n---\nWe work.\n",
					now.Format(time.RFC3339), starts.Format(time.RFC3339), starts.Add(time.Hour).Format(time.RFC3339)))
				m.write(fmt.Sprintf("content/announcements/news-%d.md", step), "---\ntitle: News\ndate: "+begin.Add(time.Minute).Format(time.RFC3339)+"\n---\nRead.\n")
			case n == 4: // a folder moves
				id := slices.Sorted(maps.Keys(folders))[random.IntN(len(folders))]
				to := fmt.Sprintf("content/incidents/%d/%s", step, id)
				testenv.Write(t, m.dir, to+"/.keep", "")
				for _, path := range paths {
					if strings.HasPrefix(path, folders[id]+"/") {
						write(to+strings.TrimPrefix(path, folders[id]), texts[path])
						delete(texts, path)
					}
				}
				if err := os.RemoveAll(filepath.Join(m.dir, folders[id])); err != nil {
					t.Fatal(err)
				}
				folders[id] = to
			case n == 5:
				path := paths[random.IntN(len(paths))]
				write(path, texts[path]+"More words.\n")
			default:
				path := paths[random.IntN(len(paths))]
				amended = now.UTC().Format("2006-01-02T15:04")
				write(path, strings.Replace(texts[path], "components:", "amended: "+now.Format(time.RFC3339)+"\ncomponents:", 1))
				if strings.Count(texts[path], "amended:") > 1 { // twice is a mistake
					write(path, strings.Replace(texts[path], "amended: "+now.Format(time.RFC3339)+"\n", "", 1))
				}
			}
			if random.IntN(3) == 0 {
				if err := os.RemoveAll(filepath.Join(m.dir, ".git")); err != nil {
					t.Fatal(err)
				}
			}
			m.write("step.txt", fmt.Sprint(step)) // so that there is something to commit
			m.commit()
			times, items := m.published(now)
			did = append(did, fmt.Sprintf("%s: %v", now.Format("15:04"), items))
			for key, was := range before {
				if is := times[key]; is != was && is != "" && (strings.HasPrefix(key, "published") || strings.HasPrefix(key, "created") || !strings.HasPrefix(is, amended) || amended == "") {
					t.Errorf("seed %d, step %d: %s was %s and is %s", seed, step, key, was, is)
				}
			}
			known := slices.DeleteFunc(slices.Clone(items), func(id string) bool { return !slices.Contains(order, id) })
			if !slices.Equal(known, order) {
				t.Errorf("seed %d, step %d: the order was %v and is %v", seed, step, order, known)
			}
			if len(known) > 0 && len(items) > len(known) && !slices.Equal(items[len(items)-len(known):], known) {
				t.Errorf("seed %d, step %d: an item is new, and not before those that were seen: %v, formerly %v", seed, step, items, order)
			}
			before, order = times, items
		}
		if t.Failed() {
			t.Fatal(strings.Join(did, "\n"))
		}
	}
}
