package statuspage

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/importer/importertest"
)

// export returns the files of an export in testdata.
func export(t *testing.T, name string) fstest.MapFS {
	t.Helper()
	entries, err := os.ReadDir("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for _, e := range entries {
		raw, err := os.ReadFile("testdata/" + name + "/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		fsys[e.Name()] = &fstest.MapFile{Data: raw}
	}
	return fsys
}

// convert returns the files of the site, and everything the notes say.
func convert(t *testing.T, fsys fstest.MapFS) (files map[string]string, notes string) {
	t.Helper()
	site, err := Read(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return importertest.Convert(t, site)
}

func expect(t *testing.T, files map[string]string, name, want string) {
	t.Helper()
	if got := files[name]; got != want {
		t.Errorf("%s is\n%s\nwant\n%s", name, got, want)
	}
}

func TestVersion1(t *testing.T) {
	files, notes := convert(t, export(t, "v1"))
	names := slices.Sorted(maps.Keys(files))
	if want := []string{"config.toml",
		"content/incidents/2024/backfill0002/01-resolved-u2u2u2u2u201.md",
		"content/incidents/2025/p31zjtct2jer/01-investigating-u1u1u1u1u101.md", "content/incidents/2025/p31zjtct2jer/02-monitoring-u1u1u1u1u102.md",
		"content/incidents/2025/p31zjtct2jer/03-resolved-u1u1u1u1u103.md", "content/incidents/2025/p31zjtct2jer/postmortem.md",
		"content/incidents/2026/openopen0004/01-investigating-u4u4u4u4u401.md",
		"content/maintenance/2026/maintain0003/01-scheduled-u3u3u3u3u301.md", "content/maintenance/2026/maintain0003/02-in-progress-u3u3u3u3u302.md",
		"content/maintenance/2026/maintain0003/03-completed-u3u3u3u3u303.md"}; !slices.Equal(names, want) {
		t.Errorf("the files are %q", names)
	}
	expect(t, files, "content/incidents/2025/p31zjtct2jer/01-investigating-u1u1u1u1u101.md",
		"---\ntitle: \"API: returning errors\"\nseverity: P0\nstatus: investigating\ndate: 2025-03-01T10:04:00Z\ncomponents: {api: major_outage}\natom_id: tag:status.example.com,2005:Incident/9000001\n---\nThe API returns errors.\n")
	expect(t, files, "content/incidents/2025/p31zjtct2jer/02-monitoring-u1u1u1u1u102.md",
		"---\nstatus: monitoring\ndate: 2025-03-01T11:00:00Z\ncomponents: {api: partial_outage, web: degraded_performance}\n---\nA fix is out.\n\nWe watch it.\n")
	expect(t, files, "content/incidents/2025/p31zjtct2jer/postmortem.md", "---\npublic: true\ndate: 2025-03-04T10:00:00Z\ncode: u1u1u1u1u104\n---\n## Cause\n\nA disk was full.\n")
	expect(t, files, "content/incidents/2026/openopen0004/01-investigating-u4u4u4u4u401.md",
		"---\ntitle: Slow pages\nseverity: P3\nstatus: investigating\ndate: 2026-09-20T08:00:00Z\ndetected: 2026-09-20T07:50:00Z\ncomponents: {web: degraded_performance}\namended: 2026-09-20T08:30:00Z\natom_id: tag:status.example.com,2005:Incident/22000004\n---\nPages are *slow*.\n")
	expect(t, files, "content/incidents/2024/backfill0002/01-resolved-u2u2u2u2u201.md",
		"---\ntitle: Late reports\nseverity: P1\nstatus: resolved\ndate: 2024-05-30T12:00:00Z\ncomponents: [reports]\n---\nReports were late on that day.\n")
	expect(t, files, "content/maintenance/2026/maintain0003/01-scheduled-u3u3u3u3u301.md",
		"---\ntitle: Upgrade of the mail servers\nstatus: scheduled\ndate: 2026-08-01T10:00:00Z\nstarts: 2026-08-05T00:00:00Z\nends: 2026-08-05T02:00:00Z\ncomponents: [e-mail]\naliases: [\"/incidents/maintain0003/\"]\natom_id: tag:status.example.com,2005:Incident/21000003\n---\nWe will upgrade the mail servers.\n")
	for _, want := range []string{
		"incidents-002.json, incident backfill0002: the post-mortem is not published",
		"incidents-002.json, incident backfill0002: the update of 2024-05-30T12:00:00Z was written at 2024-06-07T09:00:00Z",
		"does not list \"Reports\"", "metadata was not imported: map[jira:map[issue_id:JIRA-12]]", "the headline was not imported: All about Example",
		"Web is shown only if it is degraded", "history.atom: 1 of 4 incidents are not in this file",
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note says %q:\n%s", want, notes)
		}
	}
	if strings.Contains(notes, "which no open incident says") || strings.Contains(strings.Join(slices.Collect(maps.Values(files)), ""), "Not for the public") {
		t.Errorf("%s%q", notes, files)
	}
	for _, want := range []string{"base_url = \"https://status.example.com\"\n", "\ncode = \"kctbh9vrtdwd\"\n", "timezone = \"Europe/Berlin\"\n", "id = \"api\"\nname = \"API\"\ngroup = \"platform\"\ndescription = \"REST API\"\ncode = \"apiapiapi001\"\nstart_date = 2024-01-10\n", "code = \"g1group00001\"\n"} {
		if !strings.Contains(files["config.toml"], want) {
			t.Errorf("config.toml lacks %s:\n%s", want, files["config.toml"])
		}
	}
}

func TestVersion2(t *testing.T) {
	files, notes := convert(t, export(t, "v2"))
	expect(t, files, "content/incidents/2026/x0ljvc9m1wxj/postmortem.md", "---\npublic: true\ndate: 2026-02-22T10:00:00Z\ncode: \"6q2p24rld600\"\n---\nIt was the disk.\n")
	expect(t, files, "content/incidents/2026/x0ljvc9m1wxj/02-monitoring-8twsqkq2gnmd.md", "---\nstatus: monitoring\ndate: 2026-02-20T19:11:24Z\n---\nA fix is out.\n")
	expect(t, files, "content/maintenance/2026/m0ljvc9m1wxj/01-scheduled-m1u2p24rld62.md",
		"---\ntitle: Upgrade\nstatus: scheduled\ndate: 2026-09-20T08:00:00Z\nstarts: 2026-12-20T08:00:00Z\nends: 2026-12-20T10:00:00Z\ncomponents: [api]\naliases: [\"/incidents/m0ljvc9m1wxj/\"]\n---\nWe upgrade.\n")
	if want := "history.atom: 2 of 2 incidents are not"; !strings.Contains(notes, want) || strings.Count(notes, "hint: ") != 1 {
		t.Errorf("the notes are\n%s", notes)
	}
	reversed := fstest.MapFS{}
	for name, file := range export(t, "v2") {
		reversed[strings.Replace(name, ".json", "-9.json", 1)] = file
	}
	reversed["summary.json"] = reversed["incidents-9.json"] // everything twice
	if again, _ := convert(t, reversed); !maps.Equal(again, files) {
		t.Errorf("in another order, or twice, it is %q", again)
	}
}

var (
	aString = regexp.MustCompile(`"(name|body|postmortem_body|status|new_status|old_status|description|start_date)": ?"((?:[^"\\]|\\.)*)"`)
	aTime   = regexp.MustCompile(`"(display_at|scheduled_for|scheduled_until|started_at|resolved_at|monitoring_at|postmortem_published_at)": ?"([^"]*)"`)
)

// TestNothingIsLost checks that each text, time, status and component is in the site or in a note.
// A condition before a change is what the change before left.
func TestNothingIsLost(t *testing.T) {
	for _, name := range []string{"v1", "v2"} {
		fsys := export(t, name)
		files, notes := convert(t, fsys)
		all := notes + strings.Join(slices.Collect(maps.Values(files)), "\n")
		for name, file := range fsys {
			for _, m := range aString.FindAllStringSubmatch(string(file.Data), -1) {
				text := strings.NewReplacer(`\n`, "\n", "<p>", "", "</p>", "").Replace(m[2])
				text = text[strings.LastIndex(text, " - ")+1:]
				in := strings.Contains(all, strings.TrimPrefix(strings.TrimSpace(text), "- "))
				if !in && !slices.Contains([]string{"postmortem", "operational", "under_maintenance", "Not for the public yet."}, text) {
					t.Errorf("%s: %s %q is nowhere", name, m[1], text)
				}
			}
			for _, m := range aTime.FindAllStringSubmatch(string(file.Data), -1) {
				at, err := time.Parse(time.RFC3339, m[2])
				if err != nil {
					t.Fatal(err)
				}
				near := slices.ContainsFunc([]time.Duration{0, time.Second, -time.Second}, func(d time.Duration) bool { return strings.Contains(all, compose.Instant(at.Add(d))) })
				if !near {
					t.Errorf("%s: %s %s is nowhere", name, m[1], m[2])
				}
			}
		}
	}
}

// TestNothingOfAnyIncidentIsLost imports random incidents. Each text, time, status and component is
// in the site or in a note.
func TestNothingOfAnyIncidentIsLost(t *testing.T) {
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 1))
		pick := func(words ...string) string { return words[random.IntN(len(words))] }
		var must []string
		text := func(kind string) string {
			must = append(must, fmt.Sprintf("%s%dx", kind, len(must)))
			return must[len(must)-1]
		}
		at := func() string { // at least two minutes apart, so that none is near another
			t := time.Date(2026, 1, 1, 0, 2*random.IntN(20000), 0, 0, time.UTC).Format(time.RFC3339)
			must = append(must, t)
			return t
		}
		object := func(fields map[string]any) string {
			raw, err := json.Marshal(fields)
			if err != nil {
				t.Fatal(err)
			}
			return string(raw)
		}
		conditions := []string{"operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance", "odd"}
		statuses := []string{"investigating", "identified", "monitoring", "resolved", "resolved", "odd"}
		i := map[string]any{"id": "aaaaaaaaaaa1", "name": text("Name"), "impact": pick("none", "minor", "major", "critical", "huge"), "status": pick(statuses...), "created_at": "2026-01-01T00:00:00Z"}
		if i["status"] == "odd" {
			must = append(must, "odd")
		}
		if random.IntN(3) == 0 {
			i["impact"], i["scheduled_for"], i["scheduled_until"] = "maintenance", at(), at()
			statuses = []string{"scheduled", "in_progress", "verifying", "completed", "odd"}
		}
		if random.IntN(2) == 0 {
			i["monitoring_at"], i["resolved_at"], i["started_at"] = at(), at(), at()
		}
		var updates []json.RawMessage
		for n := range 1 + random.IntN(5) {
			status := pick(statuses...)
			must = append(must, status)
			u := map[string]any{"id": fmt.Sprintf("uuuuuuuuuuu%d", n), "status": status, "body": text("Body"), "created_at": at(), "display_at": at()}
			if random.IntN(2) == 0 {
				code, name := "newnewnew001", "New"
				if random.IntN(2) == 0 {
					code, name = "", text("Part")
				}
				must = append(must, name)
				u["affected_components"] = []map[string]string{{"code": "apiapiapi001", "name": "API", "old_status": pick(conditions...), "new_status": pick(conditions...)},
					{"code": code, "name": name, "old_status": pick(conditions...), "new_status": pick(conditions...)}}
			}
			updates = append(updates, json.RawMessage(object(u)))
		}
		i["incident_updates"] = updates
		if random.IntN(3) == 0 {
			i["postmortem_body"], i["postmortem_published_at"] = text("Postmortem"), at()
		}
		fsys := export(t, "v2")
		fsys["incidents.json"] = &fstest.MapFile{Data: []byte("[" + object(i) + "]")}
		files, notes := convert(t, fsys)
		all := notes + strings.Join(slices.Collect(maps.Values(files)), "\n")
		for _, want := range must {
			if !strings.Contains(all, want) {
				t.Errorf("seed %d: %s is nowhere:\n%s\n%s", seed, want, object(i), all)
			}
		}
		for _, m := range aString.FindAllStringSubmatch(object(i), -1) {
			if strings.HasSuffix(m[1], "_status") && m[2] != "operational" && m[2] != "under_maintenance" && !strings.Contains(all, m[2]) {
				t.Errorf("seed %d: %s %s is nowhere:\n%s\n%s", seed, m[1], m[2], object(i), all)
			}
		}
	}
}

// TestOddExports checks what Statuspage does not write, or only in rare cases.
func TestOddExports(t *testing.T) {
	for _, test := range []struct{ name, incident, want, note string }{
		{"status", `"impact":"minor","incident_updates":[{"id":"a","status":"fixed","body":"x","created_at":"2026-01-01T00:00:00Z"}]`, "status: investigating", `the status "fixed"`},
		{"impact", `"impact":"huge","incident_updates":[{"id":"a","status":"resolved","body":"x","created_at":"2026-01-01T00:00:00Z"}]`, "severity: P2", `the source has no severity "huge"`},
		{"no updates", `"impact":"none","status":"identified","created_at":"2026-01-01T00:00:00Z"`, "status: identified", "there is no update"},
		{"no end", `"impact":"none","status":"resolved","resolved_at":"2026-01-02T00:00:00Z","incident_updates":[{"status":"identified","body":"x","created_at":"2026-01-01T00:00:00Z"}]`,
			"status: resolved\ndate: 2026-01-02T00:00:00Z", "it ends at 2026-01-02"},
		{"left degraded", `"impact":"none","incident_updates":[{"status":"resolved","body":"x","created_at":"2026-01-01T00:00:00Z","affected_components":[{"code":"apiapiapi001","name":"Platform - API","old_status":"partial_outage","new_status":"major_outage"}]}]`,
			"{api: major_outage}", "apiapiapi001 is still major_outage at its end"},
		{"before", `"impact":"none","incident_updates":[{"status":"identified","body":"x","created_at":"2026-01-01T00:00:00Z","affected_components":[{"code":"apiapiapi001","name":"Platform - API","old_status":"partial_outage","new_status":"under_maintenance"}]}]`,
			"{api: degraded_performance}", "before the update of 2026-01-01T00:00:00Z, Platform - API was partial_outage"},
		{"window", `"impact":"maintenance","scheduled_for":"2026-01-02T00:00:00Z","scheduled_until":"2026-01-01T00:00:00Z","incident_updates":[{"status":"scheduled","body":"x","created_at":"2026-01-01T00:00:00Z"}]`,
			"ends: 2026-01-02T01:00:00Z", "its end, 2026-01-01T00:00:00Z, is not after its start"},
		{"no component", `"impact":"major","incident_updates":[{"status":"identified","body":"One.\r\n\r\nTwo.","created_at":"2026-01-01T00:00:00Z","affected_components":[{"name":"No components were affected by this update."}]}]`,
			"components: []\n---\nOne.\n\nTwo.\n", ""},
		{"a component of a group that is gone", `"impact":"major","incident_updates":[{"status":"identified","body":"x","created_at":"2026-01-01T00:00:00Z","affected_components":[{"code":"gonegonegone","name":"Platform - Fax","old_status":"operational","new_status":"partial_outage"}]}]`,
			"{platform-fax: partial_outage}", `does not list "Platform - Fax"`},
		{"markup", `"impact":"none","incident_updates":[{"status":"resolved","body":"One &lt; <b>two</b><br />three <a href=\"https://example.com/\">four</a> <x> 5 < 6","created_at":"2026-01-01T00:00:00Z"}]`,
			"One &lt; **two**\nthree [four](<https://example.com/>) <x> 5 < 6\n", ""},
		{"hostile", `"impact":"none","name":"--- \n\u0000\"","incident_updates":[{"id":"../../../x","status":"resolved","body":"---\n<script>","created_at":"2026-01-01T00:00:00Z"}]`, "---\n<script>", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			fsys := export(t, "v2")
			fsys["incidents.json"] = &fstest.MapFile{Data: []byte(`[{"id":"aaaaaaaaaaa1",` + test.incident + `}]`)}
			files, notes := convert(t, fsys)
			all := ""
			for name, text := range files {
				if strings.Contains(name, "aaaaaaaaaaa1") {
					all += name + "\n" + text
				}
				if strings.Contains(name, "..") {
					t.Errorf("the file %s", name)
				}
			}
			if !strings.Contains(all, test.want) || !strings.Contains(notes, test.note) {
				t.Errorf("%s\n%s", all, notes)
			}
		})
	}
}

// TestBrokenExports checks that a file that is cut off anywhere, or has another shape, is an error
// with its name.
func TestBrokenExports(t *testing.T) {
	for _, name := range []string{"v1", "v2"} {
		for file, whole := range export(t, name) {
			text := strings.TrimSpace(string(whole.Data))
			for n := 0; n < len(text); n += 97 {
				fsys := export(t, name)
				fsys[file] = &fstest.MapFile{Data: []byte(text[:n])}
				if _, err := Read(fsys); err == nil || !strings.HasPrefix(err.Error(), file) {
					t.Errorf("%s, cut off after %d bytes: %v", file, n, err)
				}
			}
		}
	}
	for _, test := range []struct{ file, text, want string }{
		{"incidents.json", `[{"id":"a","incident_updates":[{"status":"resolved"}]}]`, "incidents.json, incident a: an update without a time"},
		{"incidents.json", "[\n {\"id\":\"a\"}]", "incidents.json, incident a: an update without a time"},
		{"incidents.json", `[{"id":"a","created_at":"soon"}]`, "incidents.json has another shape than an export: parsing time"},
		{"incidents.json", `[{"name":"a"}]`, "incidents.json has another shape than an export: an incident without id"},
		{"incidents.json", `[{"id":"a","incident_updates":[{"status":"resolved","created_at":"9999-12-31T23:59:59-01:00"}]}]`, "incidents.json, incident a: a time in the year 9999"},
		{"incidents.json", `[3]`, "incidents.json has another shape than an export: json: cannot unmarshal number"},
		{"incidents.json", strings.Repeat("[", 20000), "incidents.json has another shape than an export: invalid character '[' exceeded max depth"},
		{"incidents.json", "<html>", "incidents.json has another shape than an export: invalid character '<'"},
		{"components.json", `[{"id":"a"}]`, "components.json has another shape than an export: a component without id or name"},
		{"history.atom", "<html>", "history.atom is not complete"},
	} {
		fsys := export(t, "v2")
		fsys[test.file] = &fstest.MapFile{Data: []byte(test.text)}
		site, err := Read(fsys)
		if err == nil {
			_, err = site.Convert()
		}
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%.40q: %v, want %q", test.text, err, test.want)
		}
	}
	quiet := export(t, "v2")
	quiet["incidents.json"].Data, quiet["scheduled-maintenances.json"].Data = []byte(`{"incidents":[]}`), []byte(`{"scheduled_maintenances":[]}`)
	if files, _ := convert(t, quiet); len(files) != 1 {
		t.Errorf("a page without incidents: %q", files)
	}
	for _, fsys := range []fstest.MapFS{{}, {"page.json": {Data: []byte(`{"name":"x"}`)}}} {
		if _, err := Read(fsys); err == nil || !strings.Contains(fmt.Sprint(err), "needs page.json and incidents.json") {
			t.Error(err)
		}
	}
}

// FuzzRead reads any lists of incidents. The result never has mistakes.
func FuzzRead(f *testing.F) {
	f.Add(`{"id":"aaaaaaaaaaa1","name":"x","impact":"major","incident_updates":[{"id":"b","status":"resolved","body":"<b>x","created_at":"2026-01-01T00:00:00Z","affected_components":[{"code":"","name":" - ","new_status":""}]}]}`)
	f.Add(`{"id":"../A","name":"","created_at":"0001-01-01T00:00:01Z","scheduled_for":"9999-12-31T23:59:59Z","postmortem_body":"x","postmortem_published_at":"2026-01-01T00:00:00Z"}`)
	f.Fuzz(func(t *testing.T, incident string) {
		site, err := Read(fstest.MapFS{"page.json": {Data: []byte(`{"name":"x","url":"https://example.com"}`)}, "incidents.json": {Data: []byte("[" + incident + "]")}})
		if err != nil {
			return
		}
		if _, err := site.Convert(); err == nil {
			importertest.Convert(t, site)
		}
	})
}
