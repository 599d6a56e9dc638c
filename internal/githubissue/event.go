package githubissue

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/google/go-github/v60/github"

	"settler.io/crier/internal/source/issueform"
)

// Event is the event that started a workflow: an opened issue, a new comment, or a run by hand.
// All of its texts are untrusted.
type Event struct {
	issueform.Event
	Number int    // of the issue; 0 for a run by hand
	URL    string // of the comment or, without one, of the issue; of a run by hand, which has none, it is ""
	At     time.Time
	Sender string
	// Ignored says why the event asks for nothing; "" if it may.
	Ignored string
}

// ParseEvent reads the payload of an event, as GitHub writes it into GITHUB_EVENT_PATH.
func ParseEvent(raw []byte) (Event, error) {
	var payload struct {
		Action string
		Sender struct{ Login, Type string }
		Issue  *struct {
			Number      int
			Title, Body string
			HTMLURL     string          `json:"html_url"`
			CreatedAt   time.Time       `json:"created_at"`
			PullRequest json.RawMessage `json:"pull_request"`
		}
		Comment *struct {
			Body      string
			HTMLURL   string    `json:"html_url"`
			CreatedAt time.Time `json:"created_at"`
		}
		Inputs map[string]any
	}
	if err := json.Unmarshal(raw, &payload); err != nil {
		return Event{}, errors.New("the event is not JSON")
	}
	e := Event{Sender: payload.Sender.Login, Event: issueform.Event{Inputs: map[string]string{}}}
	for name, value := range payload.Inputs {
		if text, ok := value.(string); ok {
			e.Inputs[name] = text
		}
	}
	switch i, c := payload.Issue, payload.Comment; {
	case e.Sender == "":
		return e, errors.New("the event names no sender")
	case payload.Sender.Type != "User":
		e.Ignored = "it is not from a person"
	case i == nil && len(e.Inputs) == 0:
		e.Ignored = "it is not about an issue"
	case i == nil:
	case c == nil && payload.Action != "opened", c != nil && payload.Action != "created":
		e.Ignored = "nothing was opened or written"
	case len(i.PullRequest) > 0 && string(i.PullRequest) != "null":
		e.Ignored = "it is about a pull request"
	}
	if i := payload.Issue; i != nil {
		e.Number, e.Issue, e.URL, e.Title, e.Body, e.At = i.Number, i.HTMLURL, i.HTMLURL, i.Title, i.Body, i.CreatedAt
	}
	if c := payload.Comment; c != nil {
		e.Comment, e.URL, e.Body, e.At = true, c.HTMLURL, c.Body, c.CreatedAt
	}
	return e, nil
}

// MayWrite reports whether a user may write to a repository. The association that an event names
// doesn't say that.
func MayWrite(ctx context.Context, client *github.Client, repository Repository, user string) (bool, error) {
	level, response, err := client.Repositories.GetPermissionLevel(ctx, repository.Owner, repository.Name, user)
	if response != nil && response.StatusCode == http.StatusNotFound {
		return false, nil
	}
	if err != nil {
		return false, explain(err, "read who may write to "+repository.String(), "contents: write")
	}
	return level.GetPermission() == "admin" || level.GetPermission() == "write", nil // maintain is told as write
}

// Ticket sets the title and text of an issue, and closes it when there is nothing left to do. It
// opens a closed one again.
func Ticket(ctx context.Context, client *github.Client, repository Repository, number int, title, body string, closed bool) error {
	const what = "change an issue of "
	old, _, err := client.Issues.Get(ctx, repository.Owner, repository.Name, number)
	if err != nil {
		return explain(err, what+repository.String(), "issues: write")
	}
	state := map[bool]string{true: "closed", false: "open"}[closed]
	if old.GetTitle() == title && old.GetBody() == body && old.GetState() == state {
		return nil
	}
	_, _, err = client.Issues.Edit(ctx, repository.Owner, repository.Name, number, &github.IssueRequest{Title: &title, Body: &body, State: &state})
	return explain(err, what+repository.String(), "issues: write")
}
