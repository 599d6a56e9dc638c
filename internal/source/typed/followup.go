package typed

import (
	"errors"
	"fmt"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/config"
)

// FollowUp is what people type for the next update of a case.
type FollowUp struct {
	Update
	Case    incident.Case
	Status  incident.Status
	Retract bool // the incident was opened by mistake
}

// Next returns the update, with notes about what was not typed. folder is the folder of the case as
// people would type it.
func (f FollowUp) Next(c *config.Config, folder string, now time.Time) (u incident.Update, notes []string, err error) {
	if err := f.check(c, folder, now); err != nil {
		return u, nil, err
	}
	u.Status = f.Status
	if f.Retract {
		u.Runbook = &incident.Runbook{Retracted: true}
	}
	if err := f.Fill(&u, c, f.Case.History.State().Severity, f.Case.Planned, now); err != nil {
		return u, nil, err
	}
	if !u.Draft && f.Case.OnlyDrafts() {
		u = f.Case.WithDrafts(u)
		what := "severity"
		if f.Case.Planned {
			what = "window"
		}
		notes = append(notes, fmt.Sprintf("%s has only drafts, which are not public: "+
			"this update repeats their title, %s and components, unless flags set others", f.Case.ID, what))
	}
	if last := f.Case.History.Last().Update; last.Date.After(u.Date) {
		if f.Date == "" && !last.Date.After(now.Add(c.Rules.Tolerance)) {
			u.Date = last.Date // clocks differ, but the order of writing counts
		} else {
			when := policy.Clock(last.Date, now, c.Zone)
			notes = append(notes, fmt.Sprintf("%s is dated later, %s: this update comes before it", last.ID, when))
		}
	}
	return u, notes, nil
}

// check returns an error if what was typed doesn't fit the case.
func (f FollowUp) check(c *config.Config, folder string, now time.Time) error {
	id, state := f.Case.ID, f.Case.History.State()
	since := policy.Clock(f.Case.History.End(), now, c.Zone)
	switch last := f.Case.Updates[len(f.Case.Updates)-1]; {
	case f.Retract && f.Case.Planned:
		return diag.Usage(fmt.Errorf("%s is maintenance, which is not retracted", id),
			fmt.Sprintf(`crier update %s cancelled -m "..."`, id))
	case f.Retract && f.Case.OnlyDrafts():
		return diag.Usage(fmt.Errorf("%s has only drafts, which are not public", id), "delete its folder, "+folder)
	case f.Case.Planned && f.Severity != "":
		return diag.Usage(errors.New("maintenance has no severity"), "leave out --severity")
	case f.Status.Over() && f.ETA != "":
		return diag.Usage(fmt.Errorf("what is %s has no ETA", f.Status), "leave out --eta")
	case f.Retract && !f.Case.Open():
		return diag.Usage(fmt.Errorf("%s is resolved already, since %s", id, since),
			"to retract it: add retracted: true to its last update; crier amend "+id+" corrects it")
	case f.Status.Over() && !f.Case.OnlyDrafts() && state.Status == f.Status && (!f.Case.Planned || last.Status == f.Status) && f.Date == "":
		return diag.Usage(fmt.Errorf("%s is %s already, since %s", id, f.Status, since),
			fmt.Sprintf(`to correct its last update: crier amend %s -m "..."; to reopen it: crier update %s %s`, id, id, f.Case.Statuses()[1]))
	}
	return nil
}
