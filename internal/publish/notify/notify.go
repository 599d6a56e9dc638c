// Package notify announces that updates are live: to a WebSub hub, which notifies the subscribers
// of feeds, and to webhooks. It takes a site's plan and an instant, and returns which channel
// accepted which updates and what failed. It stores nothing and tries everything once; the caller
// remembers what was accepted and calls again for the rest.
package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"settler.io/crier/internal/httpclient"
)

// Limits of one run. The next run continues with the rest.
const (
	maxUpdates     = 50 // per webhook
	requestTimeout = 10 * time.Second
)

// NewsFor is how long an update is news. An update that has been public for longer is no longer
// announced, whether it is from a history that is published for the first time or a channel has
// refused it for that long.
const NewsFor = 72 * time.Hour

// Channels are the recipients of announcements.
type Channels struct {
	Hub      string // URL of a WebSub hub; "" if there is none
	Webhooks []Webhook
}

// HubName is the hub's channel name. No webhook can have it.
const HubName = "(hub)"

func (c Channels) Names() []string {
	var names []string
	if c.Hub != "" {
		names = append(names, HubName)
	}
	for _, w := range c.Webhooks {
		names = append(names, w.Name)
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
func Announce(ctx context.Context, transport http.RoundTripper, channels Channels, news []Update, told func(id, channel string) bool, now time.Time) []Result {
	pending := func(channel string) []Update {
		var list []Update
		for _, u := range news {
			if now.Sub(u.Public) <= NewsFor && !told(u.ID, channel) {
				list = append(list, u)
			}
		}
		return list
	}
	// A secret URL and a signature must not be sent anywhere else.
	client := httpclient.New(httpclient.Options{Transport: transport, Timeout: requestTimeout, Redirects: httpclient.NoRedirects})
	var jobs []func() Result
	if list := pending(HubName); channels.Hub != "" && len(list) > 0 {
		jobs = append(jobs, func() Result { return ping(ctx, client, channels.Hub, list) })
	}
	for _, w := range channels.Webhooks {
		if list := pending(w.Name); len(list) > 0 {
			jobs = append(jobs, func() Result { return w.deliver(ctx, client, list, now) })
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

// refusal is a response whose status is not a success.
type refusal struct {
	status int
	word   string
}

func (r refusal) Error() string { return fmt.Sprintf("it answered %s", r.word) }

// final reports whether the same request would be refused again, so that it makes sense to try
// other updates.
func (r refusal) final() bool {
	return r.status < 500 && r.status != http.StatusTooManyRequests && r.status != http.StatusRequestTimeout
}

// post sends a request and returns an error unless the response is a success. The error contains no
// URL, because URLs may contain secrets.
func post(ctx context.Context, client *http.Client, request *http.Request) error {
	request.Header.Set("User-Agent", "crier")
	response, err := client.Do(request.WithContext(ctx))
	if err != nil {
		var wrapped *url.Error
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return errors.New("no answer in time")
		case errors.As(err, &wrapped) && !strings.Contains(wrapped.Err.Error(), request.URL.Path):
			return wrapped.Err
		case errors.As(err, &wrapped):
			return errors.New("the request failed")
		}
		return err
	}
	defer response.Body.Close()
	// Read the body so that the connection can be reused.
	io.Copy(io.Discard, io.LimitReader(response.Body, 1<<16))
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return refusal{response.StatusCode, response.Status}
	}
	return nil
}
