package check

import (
	"slices"
	"testing"

	"settler.io/crier/internal/incident"
)

func TestSimilar(t *testing.T) {
	affects := func(component string) *incident.Components {
		return &incident.Components{List: []incident.Affected{{Component: component}}}
	}
	update := func(title, component string, status incident.Status, draft bool) []incident.Update {
		return []incident.Update{{Title: title, Severity: incident.P1, Components: affects(component), Status: status, Draft: draft}}
	}
	cases := incident.Cases([]incident.Incident{
		{ID: "component", Updates: update("Something else", "api", incident.Investigating, false)},
		{ID: "title", Updates: update("API returning errors", "web", incident.Monitoring, false)},
		{ID: "neither", Updates: update("Mail is late", "mail", incident.Investigating, false)},
		{ID: "resolved", Updates: update("API down", "api", incident.Resolved, false)},
		{ID: "draft", Updates: update("API down", "api", incident.Investigating, true)},
	}, []incident.Maintenance{{ID: "work", Updates: update("API down", "api", incident.Scheduled, false)}}, instant(t, "2026-10-02T10:00:00Z"))
	ids := incident.IDs(Similar(cases, incident.Update{Title: "API down", Components: affects("api")}))
	if slices.Sort(ids); !slices.Equal(ids, []string{"component", "title"}) {
		t.Error(ids)
	}
	ids = incident.IDs(Similar(cases, incident.Update{Title: "API down"}))
	if !slices.Equal(ids, []string{"title"}) {
		t.Error(ids)
	}
}

func TestSimilarTitles(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"API down", "API returning errors", true},
		{"API down", "api DOWN", true},
		{"Down", "Down", true},
		{"Störung der Suche", "Suche: Störung", true},
		{"Webhooks late", "Webhooks are delayed", true},
		{"Login fails for some customers", "Some customers can't log in", true},
		{"日本", "日本", true},
		{"API down", "Dashboard down", false},
		{"Slow dashboard", "Slow search", false},
		{"Down", "Slow", false},
		{"日本", "東京", false},
		{"Exports of invoices fail", "Imports of images fail", false},
	} {
		if similarTitles(c.a, c.b) != c.want || similarTitles(c.b, c.a) != c.want {
			t.Errorf("%q and %q: not %v", c.a, c.b, c.want)
		}
	}
}
