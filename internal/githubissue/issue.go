package githubissue

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/google/go-github/v60/github"
)

// Issue is a GitHub issue that is open while there is something to report.
type Issue struct {
	Label string // identifies the issue, because outsiders can't set labels
	Mark  string // first line of the text, such as "<!-- crier: deadlines -->"
	Title string
	Body  string // "" if there is nothing to report: an open issue is closed
	// News returns a comment that tells the issue's followers what is new. old is the body so far.
	// News may be nil or return "".
	News func(old string) string
	Over string // the comment added when the issue is closed
}

// Keep opens, updates or closes the issue on GitHub. It returns the issue's number, 0 if there is
// none and none is needed. If two runs opened an issue each, it keeps the older and closes the
// other.
func (i Issue) Keep(ctx context.Context, client *github.Client, repository Repository) (Change, int, error) {
	k := keeper{ctx, client, repository, i}
	open, err := k.open()
	if err != nil {
		return Unchanged, 0, err
	}
	switch {
	case len(open) == 0 && i.Body == "":
		return Unchanged, 0, nil
	case len(open) == 0:
		return k.create()
	}
	kept := open[0]
	for _, other := range open[1:] {
		if err := k.close(other.GetNumber(), "not_planned", "This is a duplicate of another issue."); err != nil {
			return Unchanged, kept.GetNumber(), err
		}
	}
	change, err := k.update(kept)
	return change, kept.GetNumber(), err
}

type keeper struct {
	ctx        context.Context
	client     *github.Client
	repository Repository
	Issue
}

func (k keeper) text() string { return k.Mark + "\n" + k.Body }

// open returns our open issues, oldest first.
func (k keeper) open() ([]*github.Issue, error) {
	list, err := all(k.ctx, func(page github.ListOptions) ([]*github.Issue, *github.Response, error) {
		return k.client.Issues.ListByRepo(k.ctx, k.repository.Owner, k.repository.Name, &github.IssueListByRepoOptions{State: "open", Labels: []string{k.Label}, ListOptions: page})
	})
	list = slices.DeleteFunc(list, func(issue *github.Issue) bool {
		return issue.IsPullRequest() || !strings.HasPrefix(issue.GetBody(), k.Mark)
	})
	slices.SortFunc(list, func(a, b *github.Issue) int { return cmp.Compare(a.GetNumber(), b.GetNumber()) })
	return list, explain(err, "read the issues of "+k.repository.String(), "issues: write")
}

func (k keeper) create() (Change, int, error) {
	made, _, err := k.client.Issues.Create(k.ctx, k.repository.Owner, k.repository.Name, &github.IssueRequest{Title: &k.Title, Body: github.String(k.text()), Labels: &[]string{k.Label}})
	if err != nil {
		return Unchanged, 0, explain(err, "open an issue in "+k.repository.String(), "issues: write")
	}
	return Opened, made.GetNumber(), nil
}

func (k keeper) update(kept *github.Issue) (Change, error) {
	number := kept.GetNumber()
	old := strings.TrimPrefix(strings.ReplaceAll(kept.GetBody(), "\r\n", "\n"), k.Mark+"\n")
	switch {
	case k.Body == "":
		return Closed, k.close(number, "completed", k.Over)
	case strings.TrimSpace(old) == strings.TrimSpace(k.Body) && kept.GetTitle() == k.Title:
		return Unchanged, nil
	}
	if k.News != nil {
		if news := k.News(old); news != "" {
			if err := k.comment(number, news); err != nil {
				return Unchanged, err
			}
		}
	}
	return Updated, k.edit(number, &github.IssueRequest{Title: &k.Title, Body: github.String(k.text())})
}

func (k keeper) close(number int, reason, why string) error {
	if err := k.comment(number, why); err != nil {
		return err
	}
	return k.edit(number, &github.IssueRequest{State: github.String("closed"), StateReason: &reason})
}

func (k keeper) edit(number int, request *github.IssueRequest) error {
	_, _, err := k.client.Issues.Edit(k.ctx, k.repository.Owner, k.repository.Name, number, request)
	return explain(err, "change an issue of "+k.repository.String(), "issues: write")
}

func (k keeper) comment(number int, text string) error {
	if text == "" {
		return nil
	}
	_, _, err := k.client.Issues.CreateComment(k.ctx, k.repository.Owner, k.repository.Name, number, &github.IssueComment{Body: &text})
	return explain(err, "comment on an issue of "+k.repository.String(), "issues: write")
}
