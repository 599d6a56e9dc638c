package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"settler.io/crier/internal/render/message"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/config"
)

// Preview returns an update's message as it would be sent. E-mail is addressed to nobody.
func (r Recipient) Preview(u Update) (string, error) {
	var body []byte
	var err error
	switch r.Form {
	case "webhook":
		body, err = u.Webhook()
	case "listmonk":
		body, err = message.Listmonk(u.Message(r.Language), r.Lists, r.From)
	case "smtp":
		var out strings.Builder
		msg, err := r.Mail(u.Message(r.Language), "recipient@example.com")
		if err == nil {
			_, err = msg.WriteTo(&out)
		}
		return out.String(), err
	default:
		body, err = r.Chat(u.Message(r.Language))
	}
	var pretty bytes.Buffer
	json.Indent(&pretty, body, "", "  ")
	return pretty.String(), err
}

// Test sends a sample, marked as a test.
func (r Recipient) Test(ctx context.Context, transport http.RoundTripper, c *config.Config, now time.Time) error {
	entry := site.Entry{
		ID: "tag:" + c.Feeds.Host + ",2005:Test/" + now.UTC().Format("20060102T150405Z"), Title: "[Investigating] This is a test", URL: c.BaseURL,
		HTML: "<p>Crier sent this to check that messages arrive. <strong>Nothing is wrong.</strong></p>\n<p><strong>Impact:</strong> none</p>\n",
		Text: "Crier sent this to check that messages arrive. Nothing is wrong.\nImpact: none",
	}
	u := Update{
		ID: entry.ID, Kind: "test", Of: "test", Components: []string{}, Title: "[Test] " + entry.Title, URL: entry.URL, Text: entry.Text, Date: now, Public: now,
		page: c.Title, home: c.BaseURL, color: message.Gray, entry: func(string) site.Entry { return entry },
	}
	return r.send(ctx, newClient(transport), u, now)
}
