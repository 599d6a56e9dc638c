// Package announce tells others that updates are live: WebSub hubs, which tell the subscribers of feeds, and webhooks. It takes
// what the plan of a site says and an instant, and gives what was told to whom and what failed. It keeps nothing, tries each
// thing once and never again by itself: who calls it remembers what is done, and calls again for the rest.
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

// Limits of one run. What does not fit is told by the next.
const (
	maxUpdates     = 50 // to one webhook
	requestTimeout = 10 * time.Second
)

// NewsFor is how long an update is news. What has been public for longer is not announced any more: neither a history that
// is published for the first time, nor what a channel has refused for so long.
const NewsFor = 72 * time.Hour

// Channels are those who are told.
type Channels struct {
	Hub      string // address of a WebSub hub; "" for none
	Webhooks []Webhook
}

// HubName is the name of the hub among the channels. No webhook can have it.
const HubName = "(hub)"

// Names lists the channels.
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

// Result is what became of a channel in a run.
type Result struct {
	Channel string
	Told    []string // ids of the updates that it took
	Waiting int      // updates that it has not been told of
	Err     error    // why; it names neither addresses nor secrets
}

// Announce tells each channel what it has not been told, oldest first, and waits for all of them. It never takes longer than
// the context allows: give it a deadline. The transport carries the requests; nil is the usual one.
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
	// A secret URL and a signature go to one place only.
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

// refusal is an answer that is no success.
type refusal struct {
	status int
	word   string
}

func (r refusal) Error() string { return fmt.Sprintf("it answered %s", r.word) }

// final reports whether the same request would be refused again, so that others may be tried.
func (r refusal) final() bool {
	return r.status < 500 && r.status != http.StatusTooManyRequests && r.status != http.StatusRequestTimeout
}

// post sends a request and wants a success. Its errors hold no address: one may hold a secret.
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
	io.Copy(io.Discard, io.LimitReader(response.Body, 1<<16)) // so that the connection can be used again
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return refusal{response.StatusCode, response.Status}
	}
	return nil
}
