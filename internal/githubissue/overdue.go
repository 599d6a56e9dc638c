package githubissue

import (
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/render/report"
)

// PublicText returns what a deadline asks for without what people wrote, since anyone may read it.
func PublicText(d policy.Deadline) string {
	if d.Rule == policy.Action {
		return "an action item of the post-mortem"
	}
	return d.Owed
}

// Overdue returns the issue that lists missed deadlines, and the number of them. It holds ids only
// and no running time, so that it changes only when what is overdue does. The deadlines must not be
// those of security incidents.
func Overdue(deadlines []policy.Deadline, zone *time.Location) (issue Issue, missed int) {
	var rows []string
	for _, d := range deadlines {
		if d.State != policy.Missed {
			continue
		}
		who := d.Who
		if d.Rule == policy.Action {
			who = "" // a name that somebody wrote
		}
		rows = append(rows, "| "+strings.Join([]string{d.Due.In(zone).Format("2006-01-02 15:04 MST"), report.Cell(PublicText(d)), "`" + d.Incident + "`", who}, " | ")+" |")
	}
	issue = Issue{Label: "crier-deadlines", Mark: "<!-- crier: deadlines -->", Title: "Deadlines of the runbook are missed", Over: "Nothing is overdue anymore."}
	const head = "| due | what | incident | who |\n|---|---|---|---|\n"
	if len(rows) > 0 {
		issue.Body = "`crier due` finds these overdue. This text changes when that does; the issue is closed when nothing is overdue.\n\n" + head + strings.Join(rows, "\n") + "\n"
	}
	issue.News = func(old string) string {
		var came []string
		for _, row := range rows {
			if !slices.Contains(strings.Split(old, "\n"), row) {
				came = append(came, row)
			}
		}
		if len(came) == 0 {
			return ""
		}
		return "Also overdue now:\n\n" + head + strings.Join(came, "\n") + "\n"
	}
	return issue, len(rows)
}
