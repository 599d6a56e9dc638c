package githubissue

import (
	"context"
	"slices"
	"strings"

	"github.com/google/go-github/v60/github"
)

// Comment is one on a pull request, or on an issue.
type Comment struct {
	Mark string // begins its text, such as "<!-- crier: pending -->"
	Body string // "" when there is nothing to say: nothing is written, and what was said is replaced by Over
	Over string
}

// trusted are those whose comment is taken for ours when it bears our mark: an outsider's could be changed by its author later.
var trusted = []string{"OWNER", "MEMBER", "COLLABORATOR"}

// Keep makes the comment say what it should: there is one, which is changed in place.
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
