package issueform

import (
	"strings"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/typed"
)

// Event is what a person wrote on GitHub: an issue, a comment, or the inputs of a workflow that was
// started by hand.
type Event struct {
	Issue   string // URL of the issue; "" for a run by hand
	Title   string // of the issue
	Body    string // of the comment or, without one, of the issue
	Comment bool
	Inputs  map[string]string // of a run by hand
}

// Request is what an event asks for: an update to write.
type Request struct {
	Comment
	Title string        // of Open
	Issue Issue         // of Open
	Case  incident.Case // of the other commands
	ETA   string        // of Update
}

// Understand returns what an event asks for. ok is false if that is nothing. The error says what
// its author got wrong.
func Understand(c *config.Config, cases []incident.Case, e Event) (r Request, ok bool, err error) {
	switch {
	case e.Issue == "" && e.Inputs["incident"] == "":
		r.Command, r.Title = Open, e.Inputs["title"]
		r.Issue, err = FromInputs(c, e.Inputs)
		r.Text = r.Issue.Text
		return r, true, err
	case e.Issue == "":
		r.Command, r.ETA, r.Text = Update, e.Inputs["eta"], e.Inputs["text"]
		if r.Case, err = typed.Case(cases, e.Inputs["incident"]); err != nil {
			return r, true, err
		}
		r.Status = r.Case.History.State().Status
		if word := e.Inputs["status"]; word != "" && word != "unchanged" {
			r.Status, err = typed.Status(word, r.Case.Statuses())
		}
		return r, true, err
	case !e.Comment:
		r.Command, r.Title = Open, e.Title
		r.Issue, ok, err = Parse(c, e.Body)
		r.Text = r.Issue.Text
		return r, ok, err
	}
	if r.Case, ok = incident.WithTicket(cases, e.Issue); !ok {
		return r, false, nil
	}
	r.Comment, ok, err = ParseComment(e.Body, r.Case.Statuses())
	if r.Status == 0 {
		r.Status = r.Case.History.State().Status
	}
	return r, ok, err
}

// Written reports whether the file of an update has the text of a comment already.
func (c Comment) Written(file string) bool {
	return strings.HasSuffix(strings.TrimSpace(file), "\n"+c.Text)
}
