package incident

import (
	"slices"
	"testing"
	"time"
)

func TestLackingPostmortem(t *testing.T) {
	at := time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC)
	incident := func(id string, status Status, postmortem *Postmortem, runbook *Runbook, draft bool) Incident {
		return Incident{ID: id, Postmortem: postmortem, Updates: []Update{{Severity: P1, Status: status, Date: at, Runbook: runbook, Draft: draft}}}
	}
	draft := &Postmortem{Draft: true}
	lacking, drafts := LackingPostmortem(Cases([]Incident{
		incident("open", Investigating, nil, nil, false),
		incident("lacks", Resolved, nil, nil, false),
		incident("draft", Resolved, draft, nil, false),
		incident("has", Resolved, &Postmortem{}, nil, false),
		incident("retracted", Resolved, nil, &Runbook{Retracted: true}, false),
		incident("unpublished", Resolved, nil, nil, true),
	}, []Maintenance{{ID: "work", Updates: []Update{{Status: Completed, Date: at}}}}, at))
	if ids := IDs(lacking); !slices.Equal(ids, []string{"lacks"}) || !slices.Equal(drafts, []*Postmortem{draft}) {
		t.Error(ids, drafts)
	}
}
