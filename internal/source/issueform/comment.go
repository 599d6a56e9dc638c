package issueform

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
)

// Command is what a request asks for.
type Command int

const (
	Open Command = iota + 1 // an incident or maintenance: no comment asks for it
	Update
	Resolve
	Amend
)

// Comment is a comment that starts with a command.
type Comment struct {
	Command Command
	Status  incident.Status // of Update; ParseComment leaves it zero if the status stays
	Number  int             // of Amend: which update, from 1
	Text    string
}

const commandHint = "write /update, /resolve or /amend at the start of the comment, such as: /update identified We found the cause."

// ParseComment reads a comment. ok is false if it doesn't start with one of the commands: then it
// is a remark among people. statuses are those that the incident or maintenance may have.
func ParseComment(body string, statuses []incident.Status) (c Comment, ok bool, err error) {
	body = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
	word, rest := cutWord(body)
	switch strings.ToLower(word) {
	case "/update":
		c.Command = Update
		if first, after := cutWord(rest); first != "" {
			if status, known := incident.ParseStatus(strings.ReplaceAll(strings.ToLower(strings.Trim(first, "[]:")), "-", "_"), statuses); known {
				c.Status, rest = status, after
			}
		}
	case "/resolve", "/resolved":
		c.Command = Resolve
	case "/amend":
		c.Command = Amend
		var first string
		first, rest = cutWord(rest)
		if c.Number, err = strconv.Atoi(strings.Trim(first, "#.:")); err != nil || c.Number < 1 {
			return c, true, diag.Usage(fmt.Errorf("%q is not the number of an update", first), "write it like: /amend 2 The corrected text.")
		}
	default:
		return Comment{}, false, nil
	}
	c.Text = strings.TrimSpace(rest)
	if c.Command == Update && !strings.ContainsAny(c.Text, " \n") { // one word is a misspelt status rather than a text
		if near := diag.Nearest(c.Text, incident.Names(statuses)); near != "" {
			return c, true, diag.Usage(fmt.Errorf("unknown status %q", c.Text), fmt.Sprintf("did you mean %q? Write the text after it.", near))
		}
	}
	if c.Text == "" {
		return c, true, diag.Usage(errors.New("the comment has no text"), commandHint)
	}
	return c, true, nil
}

// cutWord splits a text after its first word.
func cutWord(text string) (word, rest string) {
	text = strings.TrimLeft(text, " \t\n")
	if at := strings.IndexAny(text, " \t\n"); at >= 0 {
		return text[:at], text[at:]
	}
	return text, ""
}
