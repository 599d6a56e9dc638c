package notify

import (
	"context"
	"net/http"
	"time"

	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/render/message"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/config"
)

// Test sends a sample, marked as a test.
func (r Recipient) Test(ctx context.Context, transport http.RoundTripper, c *config.Config, now func() time.Time) error {
	id := "tag:" + c.Feeds.Host + ",2005:Test/" + now().UTC().Format("20060102T150405Z")
	m := message.Message{Page: c.Title, Home: c.BaseURL, Color: message.Gray, Entry: site.Entry{
		ID: id, Title: "[Test] [Investigating] This is a test", URL: c.BaseURL,
		HTML: "<p>Crier sent this to check that messages arrive. <strong>Nothing is wrong.</strong></p>\n<p><strong>Impact:</strong> none</p>\n",
		Text: "Crier sent this to check that messages arrive. Nothing is wrong.\nImpact: none",
	}}
	u := Update{Key: record.Key{Kind: "test", ID: "test"}, FeedID: id, Date: now(), Public: now(), Components: []string{}, message: func(string) message.Message { return m }}
	send, err := r.sender(ctx, newClient(transport), u, now)
	if err != nil {
		return err
	}
	return send()
}
