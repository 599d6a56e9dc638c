package notify

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"settler.io/crier/internal/source/config"
)

const websub = "websub" // the form of a hub

// Hub returns the recipient for a WebSub hub. No other recipient can have its name.
func Hub(url string) Recipient {
	return Recipient{Notify: config.Notify{Name: "(hub)", Form: websub}, URL: url}
}

// ping tells a hub which feeds have changed, each one once. The request is the one that hubs have
// in common, because WebSub (section 5, "Publishing") leaves it to the hub. After a failure the
// next run repeats all feeds; the hub then finds nothing new in those it has already fetched.
func (r Recipient) ping(ctx context.Context, client *http.Client, list []Update) Result {
	var topics []string
	for _, u := range list {
		topics = append(topics, u.Topics...)
	}
	slices.Sort(topics)
	for _, topic := range slices.Compact(topics) {
		form := url.Values{"hub.mode": {"publish"}, "hub.url": {topic}, "hub.topic": {topic}}
		_, err := exchange(ctx, client, http.MethodPost, r.URL, []byte(form.Encode()), func(request *http.Request) {
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		})
		if err != nil {
			return Result{Channel: r.Name, Waiting: len(list), Err: err}
		}
	}
	return Result{Channel: r.Name, Told: list}
}
