package notify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/render/message"
	"settler.io/crier/internal/source/config"
)

// Recipient is an entry of [[notify]] with the values of its environment variables.
type Recipient struct {
	config.Notify
	URL    string   // where messages go; for smtp, the server
	Secret string   // a webhook's signing key, or listmonk's "user:token"
	Emails []string // the recipients of the form smtp
}

// Resolve reads the environment variables that an entry of config.toml names. The error names a
// variable, never its value, and has a hint. It also returns the values, which must appear in no
// output.
func Resolve(n config.Notify, getenv func(string) string) (r Recipient, secrets []string, err error) {
	r = Recipient{Notify: n, URL: n.To}
	read := func(variable, what string) (string, error) {
		value := getenv(variable)
		if value == "" {
			return "", publish.Advise(fmt.Errorf("%s is not set", variable), fmt.Sprintf("set it to %s; in a workflow take it from secrets", what))
		}
		secrets = append(secrets, value)
		return value, nil
	}
	if !config.Sendable(n.To) {
		if r.URL, err = read(n.To, "where messages go"); err != nil {
			return r, secrets, err
		}
	}
	if n.Secret != "" {
		if r.Secret, err = read(n.Secret, "the secret"); err != nil {
			return r, secrets, err
		}
	}
	switch n.Form {
	case "webhook":
		if _, err = Key(r.Secret); err != nil {
			err = publish.Advise(fmt.Errorf("%s: %w", n.Secret, err), `make one with echo "whsec_$(openssl rand -base64 32)"`)
		}
	case "smtp":
		if r.Emails, err = addresses(r.URL); err == nil {
			secrets = append(secrets, r.Emails...)
			r.URL, r.Secret = r.Secret, ""
			_, err = server(r.URL)
		}
		if err != nil {
			err = publish.Advise(fmt.Errorf("%s and %s: %w", n.To, n.Secret, err), "write addresses separated by commas into the first, and a URL like smtps://user:password@mail.example.com into the second")
		}
		return r, secrets, err
	}
	if err == nil && !config.Sendable(r.URL) {
		err = publish.Advise(fmt.Errorf("%s is not an https URL without a password", n.To), "copy the URL again from where it was created")
	}
	return r, secrets, err
}

// Wants reports whether a recipient is told of an update.
func (r Recipient) Wants(u Update) bool {
	if len(r.Events) > 0 && !slices.Contains(r.Events, u.Event) {
		return false
	}
	if len(r.Components) > 0 && !slices.ContainsFunc(u.Components, func(c string) bool { return slices.Contains(r.Components, c) }) {
		return false
	}
	if r.Email() {
		switch {
		case u.Email == incident.Yes:
			return true
		case u.Email == incident.No:
			return false
		case len(r.Severities) == 0 && len(r.Events) == 0: // by the runbook, if the impact is significant
			return u.Breach || u.Severity == "P0" || u.Severity == "P1"
		}
	}
	return r.covers(u.Severity)
}

func (r Recipient) covers(severity string) bool {
	return len(r.Severities) == 0 || slices.ContainsFunc(r.Severities, func(s incident.Severity) bool { return s.String() == severity })
}

// deliver tells a recipient of updates, oldest first. If the recipient refuses an update for good,
// deliver continues with the next one. If the recipient can't be reached, deliver tries again for
// as long as the patience allows, and then leaves the rest to the next run.
func (r Recipient) deliver(ctx context.Context, client *http.Client, patience *publish.Patience, list []Update) Result {
	result := Result{Channel: r.Name, Waiting: len(list)}
	for _, u := range list[:min(len(list), maxUpdates)] {
		err := r.persist(ctx, patience, func() error { return r.send(ctx, client, u, patience.Now()) })
		if err == nil {
			result.Told = append(result.Told, u.ID)
			result.Waiting--
			continue
		}
		result.Err = err
		if refused := (refusal{}); !errors.As(err, &refused) || !refused.final() {
			return result
		}
	}
	return result
}

// attempts is how often one run tries to tell a recipient of an update.
const attempts = 4

// persist repeats what failed for a while.
func (r Recipient) persist(ctx context.Context, patience *publish.Patience, send func() error) error {
	for attempt := 0; ; attempt++ {
		err := send()
		refused := refusal{}
		if err == nil || errors.As(err, &refused) && refused.final() || attempt+1 == attempts {
			return err
		}
		if patience.Again(ctx, attempt, refused.after, r.Name+": "+err.Error()) != nil {
			return err
		}
	}
}

// send sends one update in the recipient's form.
func (r Recipient) send(ctx context.Context, client *http.Client, u Update, now time.Time) error {
	if r.Form == "webhook" {
		return r.sendWebhook(ctx, client, u, now)
	}
	return r.sendMessage(ctx, client, u.Message(r.Language))
}

// sendMessage sends a message in a form other than webhook.
func (r Recipient) sendMessage(ctx context.Context, client *http.Client, m message.Message) error {
	switch r.Form {
	case "listmonk":
		return r.sendCampaign(ctx, client, m)
	case "smtp":
		return r.sendMail(ctx, m)
	}
	body, err := r.Chat(m)
	if err != nil {
		return err
	}
	request, err := jsonRequest(http.MethodPost, r.URL, body)
	if err != nil {
		return err
	}
	return post(ctx, client, request)
}

// Chat returns the body of a request to a chat.
func (r Recipient) Chat(m message.Message) ([]byte, error) {
	switch r.Form {
	case "slack":
		return message.Slack(m)
	case "discord":
		return message.Discord(m)
	}
	return message.Teams(m)
}
