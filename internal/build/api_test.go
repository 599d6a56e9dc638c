package build_test

import (
	"encoding/json"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/PuerkitoBio/goquery"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

// The documents as clients parse them, with the fields that the tests below use.
type (
	apiComponent struct {
		ID, Name, Status string
		Group            bool
	}
	apiAffected struct {
		Name      string
		OldStatus string `json:"old_status"`
		NewStatus string `json:"new_status"`
	}
	apiUpdate struct {
		ID, Status string
		CreatedAt  time.Time     `json:"created_at"`
		DisplayAt  time.Time     `json:"display_at"`
		Affected   []apiAffected `json:"affected_components"`
	}
	apiIncident struct {
		ID, Name, Status, Impact string
		CreatedAt                time.Time   `json:"created_at"`
		StartedAt                time.Time   `json:"started_at"`
		MonitoringAt             *time.Time  `json:"monitoring_at"`
		ResolvedAt               *time.Time  `json:"resolved_at"`
		Updates                  []apiUpdate `json:"incident_updates"`
		Components               []apiComponent
	}
	apiSummary struct {
		Components []apiComponent
		Incidents  []apiIncident
		Status     struct{ Indicator, Description string }
	}
)

// fetch renders one file of a build.
func fetch(t *testing.T, result build.Result, name string) string {
	t.Helper()
	f, ok := result.Files.Lookup(name)
	if !ok {
		t.Fatalf("no file %s", name)
	}
	var b strings.Builder
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// computed returns the states that a client may compute for the page from summary.json, using only
// Statuspage's documentation: the state that the components add up to, and the state to which an
// open incident may raise it. An incident that names components may have an update that overrides
// the level of its severity, which a client can't see. An incident that never named any always
// raises the page.
func computed(s apiSummary) (possible []string) {
	order := []string{"All Systems Operational", "Service Under Maintenance", "Partially Degraded Service", "Degraded System Service",
		"Minor Service Outage", "Partial System Outage", "Major System Outage"}
	count, all := map[string]int{}, 0
	for _, c := range s.Components {
		if !c.Group {
			count[c.Status]++
			all++
		}
	}
	state := 0
	switch {
	case all == 0:
	case count["major_outage"] == all:
		state = 6
	case count["partial_outage"] == all, count["major_outage"] > 0:
		state = 5
	case count["partial_outage"] > 0:
		state = 4
	case count["degraded_performance"] == all:
		state = 3
	case count["degraded_performance"] > 0:
		state = 2
	case count["under_maintenance"] > 0:
		state = 1
	}
	level := []int{0, 1, 2, 2, 2, 3, 4}
	raised := func(to int) int {
		if level[to] > level[state] {
			return to
		}
		return state
	}
	least, raises := 0, []int(nil)
	for _, i := range s.Incidents {
		to := map[string]int{"critical": 6, "major": 5, "minor": 4}[i.Impact]
		raises = append(raises, to)
		if !slices.ContainsFunc(i.Updates, func(u apiUpdate) bool { return len(u.Affected) > 0 }) {
			least = max(least, to)
		}
	}
	for _, to := range append(raises, least) {
		if to >= least {
			possible = append(possible, order[raised(to)])
		}
	}
	return possible
}

var starts = regexp.MustCompile(`(?m)^starts: (.*)$`)

func TestTheSummaryTellsTheStateOfThePage(t *testing.T) {
	end := instant(t, "2026-03-29T12:00:00Z")
	states := map[string]int{}
	for seed := range seeds(500) {
		site, now := testsite.Random(seed, end), end.Add(-time.Duration(seed%50)*5*time.Hour)
		if seed%3 == 0 { // during maintenance, with little else going on
			for _, name := range slices.Sorted(maps.Keys(site)) {
				if m := starts.FindSubmatch(site[name].Data); m != nil {
					now = instant(t, string(m[1])).Add(time.Hour)
				} else if strings.HasPrefix(name, "content/incidents/") && !strings.Contains(name, "trouble-1") {
					delete(site, name)
				}
			}
		}
		result, _ := run(t, site, now)
		page, err := goquery.NewDocumentFromReader(strings.NewReader(fetch(t, result, "index.html")))
		if err != nil {
			t.Fatal(err)
		}
		shown := page.Find(".banner h1").Text()
		var summary apiSummary
		if err := json.Unmarshal([]byte(fetch(t, result, "api/v2/summary.json")), &summary); err != nil {
			t.Fatal(err)
		}
		states[shown]++
		if got := computed(summary); !slices.Contains(got, shown) || summary.Status.Description != shown {
			t.Errorf("seed %d: the page says %q, a client one of %q, the summary %q", seed, shown, got, summary.Status.Description)
		}
	}
	if testenv.Long() && len(states) < 6 {
		t.Errorf("only these states came up: %v", states)
	}
}

// TestTheIDsOfTheAPI checks that IDs have the right form, are unique, and don't depend on anything
// else in the site.
func TestTheIDsOfTheAPI(t *testing.T) {
	now := instant(t, "2026-10-02T11:00:00Z")
	files, _, _ := compile(t, trouble(), now)
	form := regexp.MustCompile(`^[a-z0-9]{12}$`)
	whose := map[string]string{}
	note := func(id, thing string) {
		if !form.MatchString(id) {
			t.Errorf("%s has the id %q", thing, id)
		}
		if other := whose[id]; other != "" && other != thing {
			t.Errorf("%s and %s have the id %s", thing, other, id)
		}
		whose[id] = thing
	}
	for name, text := range files {
		if !strings.HasPrefix(name, "api/") {
			continue
		}
		var document struct {
			Page struct{ ID string }
			apiSummary
			Scheduled []apiIncident `json:"scheduled_maintenances"`
			Incident  *apiIncident
			Component *apiComponent
		}
		if err := json.Unmarshal([]byte(text), &document); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if document.Page.ID != "" {
			note(document.Page.ID, "the page")
		}
		if document.Component != nil {
			document.Components = append(document.Components, *document.Component)
		}
		all := slices.Concat(document.Incidents, document.Scheduled)
		if document.Incident != nil {
			all = append(all, *document.Incident)
			if name != "api/v2/incidents/"+document.Incident.ID+".json" {
				t.Errorf("%s holds the incident %s", name, document.Incident.ID)
			}
		}
		for _, i := range all {
			note(i.ID, i.Name+i.StartedAt.String())
			document.Components = append(document.Components, i.Components...)
			for _, u := range i.Updates {
				note(u.ID, i.Name+i.StartedAt.String()+u.DisplayAt.String()+u.Status)
			}
		}
		for _, c := range document.Components {
			note(c.ID, c.Name)
		}
	}
	if len(whose) < 60 {
		t.Errorf("only %d ids", len(whose))
	}
	var document struct{ Incident apiIncident }
	if err := json.Unmarshal([]byte(files["api/v2/incidents/"+idOfTrouble+".json"]), &document); err != nil || document.Incident.Name != "API was down" {
		t.Errorf("the incident has another id than ever: %v %q", err, document.Incident.Name)
	}
	alone := fstest.MapFS{"config.toml": trouble()["config.toml"]}
	for name, file := range trouble() {
		if strings.HasPrefix(name, troubled) {
			alone[name] = file
		}
	}
	if files, _, _ := compile(t, alone, now); files["api/v2/incidents/"+idOfTrouble+".json"] == "" {
		t.Error("alone the incident has another id")
	}
}

// idOfTrouble is the ID of the incident api-down in the API.
const idOfTrouble = "o57xt6tal8ds"

// TestTheFormOfTheAPI checks that every object of every document has the keys of real Statuspage
// pages, in the same order.
func TestTheFormOfTheAPI(t *testing.T) {
	const (
		incidentKeys  = "id name status created_at updated_at monitoring_at resolved_at impact shortlink started_at page_id incident_updates components"
		componentKeys = "id name status created_at updated_at position description showcase start_date group_id page_id group only_show_if_degraded"
	)
	forms := map[string]string{
		"summary.json": "page components incidents scheduled_maintenances status", "status.json": "page status", "components.json": "page components",
		"incidents.json": "page incidents", "incidents/unresolved.json": "page incidents", "scheduled-maintenances.json": "page scheduled_maintenances",
		"scheduled-maintenances/upcoming.json": "page scheduled_maintenances", "scheduled-maintenances/active.json": "page scheduled_maintenances",
		"page": "id name url time_zone updated_at", "status": "indicator description", "components": componentKeys, "components of a group": componentKeys + " components",
		"incidents": incidentKeys, "scheduled_maintenances": incidentKeys + " scheduled_for scheduled_until",
		"incident_updates":    "id status body incident_id created_at updated_at display_at affected_components deliver_notifications custom_tweet tweet_id",
		"affected_components": "code name old_status new_status",
	}
	stamp := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)$`)
	files, _, _ := compile(t, root(t), instant(t, "2026-10-02T10:30:00Z"))
	met := map[string]int{}
	for _, document := range []string{"summary.json", "status.json", "components.json", "incidents.json", "incidents/unresolved.json", "scheduled-maintenances.json",
		"scheduled-maintenances/upcoming.json", "scheduled-maintenances/active.json"} {
		text := files["api/v2/"+document]
		if strings.ContainsAny(text, "\n") {
			t.Errorf("%s is not compact", document)
		}
		walk(t, json.NewDecoder(strings.NewReader(text)), document, func(kind string, keys []string, values map[string]any) {
			if kind == "components" && values["group"] == true {
				kind = "components of a group"
			}
			met[kind]++
			if want := forms[kind]; strings.Join(keys, " ") != want {
				t.Errorf("%s: %s has the keys\n%s, want\n%s", document, kind, strings.Join(keys, " "), want)
			}
			for _, key := range keys {
				if text, ok := values[key].(string); ok && (strings.HasSuffix(key, "_at") || strings.HasPrefix(key, "scheduled_")) && !stamp.MatchString(text) {
					t.Errorf("%s: %s of %s is %q", document, key, kind, text)
				}
			}
		})
	}
	for kind := range forms {
		if met[kind] == 0 {
			t.Errorf("no %s was looked at", kind)
		}
	}
}

// walk parses a value and calls each for every object, with the key of the object, its own keys in
// order, and its scalar values.
func walk(t *testing.T, d *json.Decoder, name string, each func(kind string, keys []string, values map[string]any)) any {
	t.Helper()
	token, err := d.Token()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	switch token {
	case json.Delim('['):
		for d.More() {
			walk(t, d, name, each)
		}
	case json.Delim('{'):
		var keys []string
		values := map[string]any{}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			keys = append(keys, key.(string))
			values[key.(string)] = walk(t, d, key.(string), each)
		}
		each(name, keys, values)
	default:
		return token
	}
	if _, err := d.Token(); err != nil && err != io.EOF {
		t.Fatalf("%s: %v", name, err)
	}
	return nil
}
