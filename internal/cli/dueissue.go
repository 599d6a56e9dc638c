package cli

import (
	"context"
	"fmt"
	"time"

	"settler.io/crier/internal/githubissue"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/content"
)

// noticeTimeout limits each request for an issue or comment.
const noticeTimeout = 30 * time.Second

// noticeAnswer is the maximum size of a response in bytes, enough for 100 issues or comments of
// 64 KiB encoded as JSON.
const noticeAnswer = 32 << 20

// dueIssue updates the GitHub issue that lists overdue deadlines. The issue does not mention
// security incidents.
func (a *app) dueIssue(ctx context.Context, flags dueFlags, owed []policy.Deadline, c *content.Content, zone *time.Location) error {
	repository, err := githubissue.ParseRepository(flags.issue)
	if err != nil {
		return usageError{fmt.Errorf("--issue: %w", err), "write it like --issue example/status"}
	}
	client, err := a.client(flags.account)
	if err != nil {
		return err
	}
	issue, missed := githubissue.Overdue(c.WithoutSecretDeadlines(owed), zone)
	change, number, err := issue.Keep(ctx, client, repository)
	if err != nil {
		return denied(err)
	}
	switch {
	case number == 0:
		fmt.Fprintf(a.Stdout, "Nothing is overdue, and no issue is open in %s.\n", repository)
	case change == githubissue.Closed:
		fmt.Fprintf(a.Stdout, "Nothing is overdue: issue %d of %s is closed.\n", number, repository)
	default:
		fmt.Fprintf(a.Stdout, "%s overdue: issue %d of %s is %s.\n", things(missed), number, repository, change)
	}
	return nil
}
