package write

import (
	"context"
	"strconv"
	"time"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/issueform"
	"settler.io/crier/internal/source/typed"
)

// FromIssue writes the update that an issue, a comment or a run by hand asks for, as of a date. The
// same rules hold as for the commands, and the file is committed and pushed. ticket is the URL of
// the issue or comment.
func FromIssue(ctx context.Context, a *app.App, asked issueform.Request, date time.Time, ticket string) error {
	o := updateOptions{Update: typed.Update{Ticket: ticket, Date: compose.Instant(date)}}
	o.App, o.push, o.noFetch, o.message = a, true, true, []string{asked.Text}
	switch {
	case asked.Command == issueform.Update:
		o.ETA = asked.ETA
		return (&followUpOptions{updateOptions: o}).run(ctx, []string{asked.Case.ID, asked.Status.String()})
	case asked.Command == issueform.Resolve:
		return (&followUpOptions{updateOptions: o, status: incident.Resolved}).run(ctx, []string{asked.Case.ID})
	case asked.Command == issueform.Amend:
		if n, updates := asked.Number, asked.Case.Updates; n <= len(updates) {
			raw, err := regularfile.ReadPath(a.Path(a.Shown(updates[n-1].Path)), content.MaxFileSize)
			if err == nil && asked.Written(string(raw)) {
				return nil
			}
		}
		return (&amendOptions{textOptions: o.textOptions}).run(ctx, []string{asked.Case.ID, strconv.Itoa(asked.Number)})
	}
	o.Components = asked.Issue.Components
	if asked.Issue.Maintenance {
		m := &maintenanceOptions{updateOptions: o}
		m.Start = asked.Issue.Starts
		m.SetEnd(asked.Issue.Ends)
		return m.run(ctx, asked.Title)
	}
	o.Severity, o.Impact, o.Update.ETA = asked.Issue.Severity.String(), asked.Issue.Impact, asked.Issue.ETA
	return (&newOptions{updateOptions: o}).run(ctx, asked.Title)
}
