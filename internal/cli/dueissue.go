package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/githubissue"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/content"
)

// noticeTimeout bounds each request for an issue or a comment.
const noticeTimeout = 30 * time.Second

// noticeAnswer is the size of an answer that is read, in bytes: 100 issues or comments of 64 KiB, in JSON.
const noticeAnswer = 32 << 20

// openly says what is owed in words that anybody may read: ids, and none of what people wrote.
func openly(d policy.Deadline) string {
	if d.Rule == policy.Action {
		return "an action item of the post-mortem"
	}
	return d.Owed
}

// withoutSecretDeadlines leaves out what security incidents owe.
func withoutSecretDeadlines(owed []policy.Deadline, c *content.Content) []policy.Deadline {
	return slices.DeleteFunc(slices.Clone(owed), func(d policy.Deadline) bool {
		return slices.ContainsFunc(c.Incidents, func(i incident.Incident) bool { return i.ID == d.Incident && i.Secret() })
	})
}

// dueIssue keeps the issue that lists what is overdue. It holds ids only, nothing of security incidents, and no running time, so
// that it changes when what is overdue does.
func (a *app) dueIssue(ctx context.Context, flags dueFlags, owed []policy.Deadline, c *content.Content, zone *time.Location) error {
	repository, err := githubissue.ParseRepository(flags.issue)
	if err != nil {
		return usageError{fmt.Errorf("--issue: %w", err), "write it like --issue example/status"}
	}
	client, err := a.client(flags.account)
	if err != nil {
		return err
	}
	var rows []string
	for _, d := range withoutSecretDeadlines(owed, c) {
		if d.State != policy.Missed {
			continue
		}
		who := d.Who
		if d.Rule == policy.Action {
			who = "" // a name that somebody wrote
		}
		rows = append(rows, "| "+strings.Join([]string{d.Due.In(zone).Format("2006-01-02 15:04 MST"), markdownCell.Replace(openly(d)), "`" + d.Incident + "`", who}, " | ")+" |")
	}
	change, number, err := overdueIssue(rows).Keep(ctx, client, repository)
	if err != nil {
		return denied(err)
	}
	switch {
	case number == 0:
		fmt.Fprintf(a.Stdout, "Nothing is overdue, and no issue is open in %s.\n", repository)
	case change == githubissue.Closed:
		fmt.Fprintf(a.Stdout, "Nothing is overdue: issue %d of %s is closed.\n", number, repository)
	default:
		fmt.Fprintf(a.Stdout, "%s overdue: issue %d of %s is %s.\n", things(len(rows)), number, repository, change)
	}
	return nil
}

func overdueIssue(rows []string) githubissue.Issue {
	issue := githubissue.Issue{Label: "crier-deadlines", Mark: "<!-- crier: deadlines -->", Title: "Deadlines of the runbook are missed", Over: "Nothing is overdue any more."}
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
		return "Overdue now, too:\n\n" + head + strings.Join(came, "\n") + "\n"
	}
	return issue
}
