package site

import (
	"testing"

	"settler.io/crier/internal/site/published"
)

func TestRecord(t *testing.T) {
	a := &published.Incident{}
	a.ID = "a"
	f := &Facts{Incidents: []*Record{{Incident: a, URL: "incident"}}, Maintenance: []*Record{{Incident: a, URL: "maintenance"}}}
	for planned, want := range map[bool]string{false: "incident", true: "maintenance"} {
		if r := f.Record("a", planned); r == nil || r.URL != want {
			t.Errorf("%v: %+v", planned, r)
		}
		if r := f.Record("b", planned); r != nil {
			t.Errorf("%+v", r)
		}
	}
}
