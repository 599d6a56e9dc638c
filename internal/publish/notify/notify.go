// Package notify tells people and programs that updates are live: a WebSub hub, webhooks, chats and
// e-mail. It takes a site's plan and an instant, and returns which recipient accepted which updates
// and what failed.
package notify

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"settler.io/crier/internal/httpclient"
	"settler.io/crier/internal/publish"
)

// Limits of one run. The next run continues with the rest.
const (
	maxUpdates     = 50 // per recipient
	maxAttempts    = 4  // per update
	requestTimeout = 10 * time.Second
	timeout        = time.Minute // for everything
)

// NewsFor is how long an update is news. An update that has been public for longer is no longer
// announced, whether it is from a history that is published for the first time or a recipient could
// not be reached for that long.
const NewsFor = 72 * time.Hour

// Result is what a run did for one recipient.
type Result struct {
	Channel string
	Told    []Update // accepted
	Refused []Update // refused for good, while a later one was accepted
	Waiting int      // number of updates that the next run tries again
	Err     error    // why some were not accepted; contains no URLs and no secrets
}

// announce sends each recipient the updates that are not settled, oldest first, and waits for all
// recipients. It takes no longer than the context allows, so give it a deadline. A nil transport
// means the default one.
func announce(ctx context.Context, transport http.RoundTripper, recipients []Recipient, news []Update, settled func(u Update, channel string) bool, patience publish.Patience) []Result {
	client, now := newClient(transport), patience.Now()
	results := make([]Result, len(recipients))
	var wait sync.WaitGroup
	for n, r := range recipients {
		var list []Update
		for _, u := range news {
			if now.Sub(u.Public) <= NewsFor && !settled(u, r.Name) && r.Wants(u) {
				list = append(list, u)
			}
		}
		if len(list) > 0 {
			wait.Go(func() { results[n] = r.deliver(ctx, client, &patience, list) })
		}
	}
	wait.Wait()
	return slices.DeleteFunc(results, func(r Result) bool { return r.Channel == "" })
}

// deliver tells a recipient of updates, oldest first. If the recipient can't be reached, the rest
// waits for the next run, so that updates arrive in order. An update that is refused, although the
// recipient accepts a later one, is given up. If all are refused, the recipient's URL or secret is
// probably wrong, and they wait.
func (r Recipient) deliver(ctx context.Context, client *http.Client, patience *publish.Patience, list []Update) Result {
	if r.Form == websub {
		return r.ping(ctx, client, list)
	}
	result := Result{Channel: r.Name, Waiting: len(list)}
	var refused []Update
	for _, u := range list[:min(len(list), maxUpdates)] {
		err := r.persist(ctx, client, patience, u)
		if err != nil {
			result.Err = err
		}
		why := failure{}
		switch errors.As(err, &why); {
		case err == nil || why.partial:
			result.Told = append(result.Told, u)
			result.Refused, refused = append(result.Refused, refused...), nil
			result.Waiting = len(list) - len(result.Told) - len(result.Refused)
		case why.final:
			refused = append(refused, u)
		default:
			return result
		}
	}
	return result
}

// persist sends an update and repeats what fails for a while.
func (r Recipient) persist(ctx context.Context, client *http.Client, patience *publish.Patience, u Update) error {
	send, err := r.sender(ctx, client, u, patience.Now)
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		err := send()
		why := failure{}
		if errors.As(err, &why); err == nil || why.final || attempt == maxAttempts || patience.Again(ctx, attempt-1, why.after, r.Name+": "+err.Error()) != nil {
			return err
		}
	}
}

// newClient returns a client that follows no redirect, because a secret URL and a signature must
// not be sent anywhere else.
func newClient(transport http.RoundTripper) *http.Client {
	return httpclient.New(httpclient.Options{Transport: transport, Timeout: requestTimeout, NoRedirects: true})
}
