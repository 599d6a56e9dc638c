// Package notify tells people and programs that updates are live: a WebSub hub, webhooks, chats and
// e-mail. It takes a site's plan and an instant, and returns which channel accepted which updates
// and what failed. It stores nothing; the caller remembers what was accepted and calls again for
// the rest.
package notify

import (
	"context"
	"net/http"
	"sync"
	"time"

	"settler.io/crier/internal/httpclient"
	"settler.io/crier/internal/publish"
)

// Limits of one run. The next run continues with the rest.
const (
	maxUpdates     = 50 // per recipient
	requestTimeout = 10 * time.Second
)

// NewsFor is how long an update is news. An update that has been public for longer is no longer
// announced, whether it is from a history that is published for the first time or a channel has
// refused it for that long.
const NewsFor = 72 * time.Hour

// Channels are all who are told of updates.
type Channels struct {
	Hub        string // URL of a WebSub hub; "" if there is none
	Recipients []Recipient
}

// HubName is the hub's channel name. No recipient can have it.
const HubName = "(hub)"

func (c Channels) Names() []string {
	var names []string
	if c.Hub != "" {
		names = append(names, HubName)
	}
	for _, r := range c.Recipients {
		names = append(names, r.Name)
	}
	return names
}

// Result is what a run did for one channel.
type Result struct {
	Channel string
	Told    []string // ids of the updates that the channel accepted
	Waiting int      // number of updates not yet accepted
	Err     error    // why some were not accepted; contains no URLs and no secrets
}

// Announce sends each channel the updates it has not accepted yet, oldest first, and waits for all
// channels. It takes no longer than the context allows, so give it a deadline. A nil transport
// means the default one.
func Announce(ctx context.Context, transport http.RoundTripper, channels Channels, news []Update, told func(id, channel string) bool, patience publish.Patience) []Result {
	now := patience.Now()
	pending := func(channel string, wants func(Update) bool) []Update {
		var list []Update
		for _, u := range news {
			if now.Sub(u.Public) <= NewsFor && !told(u.ID, channel) && wants(u) {
				list = append(list, u)
			}
		}
		return list
	}
	client := newClient(transport)
	var jobs []func() Result
	if list := pending(HubName, func(Update) bool { return true }); channels.Hub != "" && len(list) > 0 {
		jobs = append(jobs, func() Result { return ping(ctx, client, channels.Hub, list) })
	}
	for _, r := range channels.Recipients {
		if list := pending(r.Name, r.Wants); len(list) > 0 {
			jobs = append(jobs, func() Result { return r.deliver(ctx, client, &patience, list) })
		}
	}
	results := make([]Result, len(jobs))
	var wait sync.WaitGroup
	for n, job := range jobs {
		wait.Go(func() { results[n] = job() })
	}
	wait.Wait()
	return results
}

// newClient returns a client that follows no redirect, because a secret URL and a signature must
// not be sent anywhere else.
func newClient(transport http.RoundTripper) *http.Client {
	return httpclient.New(httpclient.Options{Transport: transport, Timeout: requestTimeout, Redirects: httpclient.NoRedirects})
}
