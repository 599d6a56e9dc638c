package check

import (
	"testing"
	"time"

	"settler.io/crier/internal/policy"
)

func TestDue(t *testing.T) {
	const open = "---\ntitle: x\nseverity: P1\nstatus: investigating\ndate: 2026-10-02T09:00:00Z\nimpact: x\neta: unknown\n---\nx\n"
	in := input(t, open)
	if len(in.Content.Incidents) != 1 {
		t.Fatal(in.Content.Incidents)
	}
	all := FindDue(in, DueOptions{})
	if len(all.Deadlines) == 0 || all.Overdue == 0 || all.Hidden != 0 || !all.Later.Due.IsZero() {
		t.Fatalf("%+v", all)
	}
	for n, d := range all.Deadlines {
		if !d.Open(in.Now) || n > 0 && d.Due.Before(all.Deadlines[n-1].Due) {
			t.Errorf("%+v", d)
		}
	}
	soon := FindDue(in, DueOptions{Within: time.Minute})
	if len(soon.Deadlines) >= len(all.Deadlines) || soon.Later.Due.IsZero() || soon.Overdue != all.Overdue {
		t.Errorf("%+v", soon)
	}
	if other := FindDue(in, DueOptions{Incident: "b"}); len(other.Deadlines) > 0 {
		t.Errorf("%+v", other)
	}
	// Of a security incident, only the number is known where anyone may read it.
	secret := input(t, open[:len("---\n")]+"security: incident\n"+open[len("---\n"):])
	hidden := FindDue(secret, DueOptions{Public: true})
	if len(hidden.Deadlines) > 0 || hidden.Overdue != 0 || hidden.Hidden == 0 {
		t.Errorf("%+v", hidden)
	}
	if told := FindDue(secret, DueOptions{}); told.Overdue != hidden.Hidden || told.Deadlines[0].State != policy.Missed {
		t.Errorf("%+v", told)
	}
}
