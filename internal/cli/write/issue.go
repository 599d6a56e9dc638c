package write

import (
	"context"
	"strconv"
	"time"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/issueform"
	"settler.io/crier/internal/source/typed"
)

// FromIssue holds what an issue, a comment or a run by hand asks for. The same rules hold as for
// the commands, and the file is committed and pushed.
type FromIssue struct {
	*app.App
	Date   time.Time
	Ticket string // URL of the issue or comment
}

func (f FromIssue) options(text string) updateOptions {
	o := updateOptions{Update: typed.Update{Ticket: f.Ticket, Date: compose.Instant(f.Date)}}
	o.App, o.push, o.noFetch, o.message = f.App, true, true, []string{text}
	return o
}

// Open writes the first update of an incident or of maintenance, as crier new and crier maintenance
// do.
func (f FromIssue) Open(ctx context.Context, title string, i issueform.Issue) error {
	o := f.options(i.Text)
	if o.Components = i.Components; len(i.Components) == 0 {
		o.Components = nil
	}
	if !i.Maintenance {
		o.Severity, o.Impact, o.ETA = i.Severity.String(), i.Impact, i.ETA
		return (&newOptions{updateOptions: o}).run(ctx, title)
	}
	m := &maintenanceOptions{updateOptions: o}
	m.Start = i.Starts
	m.SetEnd(i.Ends)
	return m.run(ctx, title)
}

// Update writes the next update, as crier update does. Without a status, it stays as it is.
func (f FromIssue) Update(ctx context.Context, c incident.Case, status incident.Status, eta, text string) error {
	if status == 0 {
		status = c.History.State().Status
	}
	o := f.options(text)
	o.ETA = eta
	return (&followUpOptions{updateOptions: o}).run(ctx, []string{c.ID, status.String()})
}

// Resolve writes the update that resolves an incident or completes maintenance.
func (f FromIssue) Resolve(ctx context.Context, c incident.Case, text string) error {
	return (&followUpOptions{updateOptions: f.options(text), status: incident.Resolved}).run(ctx, []string{c.ID})
}

// Amend corrects an update, which is counted from 1.
func (f FromIssue) Amend(ctx context.Context, c incident.Case, number int, text string) error {
	o := &amendOptions{textOptions: f.options(text).textOptions}
	return o.run(ctx, []string{c.ID, strconv.Itoa(number)})
}
