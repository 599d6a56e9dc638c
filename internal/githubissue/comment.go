package githubissue

import (
	"context"
	"slices"
	"strings"

	"github.com/google/go-github/v60/github"
)

// Comment is a comment on a pull request or an issue.
type Comment struct {
	Mark string // first line of the text, such as "<!-- crier: pending -->"
	Body string // "" if there is nothing to report: an existing comment then gets Over as its text
	Over string
}

// trusted are the author associations whose marked comments count as ours. The comment of an
// outsider does not, because its author could change it later.
var trusted = []string{"OWNER", "MEMBER", "COLLABORATOR"}

// Keep creates the comment, or updates it if there is one already, so that there is never more than
// one.
func (c Comment) Keep(ctx context.Context, client *github.Client, repository Repository, number int) (Change, error) {
	const what, permission = "comment on a pull request of ", "pull-requests: write"
	list, err := all(ctx, func(page github.ListOptions) ([]*github.IssueComment, *github.Response, error) {
		return client.Issues.ListComments(ctx, repository.Owner, repository.Name, number, &github.IssueListCommentsOptions{ListOptions: page})
	})
	if err != nil {
		return Unchanged, explain(err, what+repository.String(), permission)
	}
	text := c.Mark + "\n" + c.Body
	if c.Body == "" {
		text = c.Mark + "\n" + c.Over
	}
	for _, old := range list {
		ours := old.GetUser().GetType() == "Bot" || slices.Contains(trusted, old.GetAuthorAssociation())
		if !ours || !strings.HasPrefix(old.GetBody(), c.Mark) {
			continue
		}
		if strings.TrimSpace(strings.ReplaceAll(old.GetBody(), "\r\n", "\n")) == strings.TrimSpace(text) {
			return Unchanged, nil
		}
		_, _, err := client.Issues.EditComment(ctx, repository.Owner, repository.Name, old.GetID(), &github.IssueComment{Body: &text})
		return Updated, explain(err, what+repository.String(), permission)
	}
	if c.Body == "" {
		return Unchanged, nil
	}
	_, _, err = client.Issues.CreateComment(ctx, repository.Owner, repository.Name, number, &github.IssueComment{Body: &text})
	return Opened, explain(err, what+repository.String(), permission)
}
