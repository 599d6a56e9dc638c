package notify

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// ping tells a hub which feeds have changed, each one once. The request is the one that hubs have
// in common, because WebSub (section 5, "Publishing") leaves it to the hub. After a failure the
// next run repeats all feeds; the hub then finds nothing new in those it has already fetched.
func ping(ctx context.Context, client *http.Client, hub string, list []Update) Result {
	result := Result{Channel: HubName, Waiting: len(list)}
	var topics []string
	for _, u := range list {
		for _, topic := range u.Topics {
			if !slices.Contains(topics, topic) {
				topics = append(topics, topic)
			}
		}
	}
	for _, topic := range topics {
		form := url.Values{"hub.mode": {"publish"}, "hub.url": {topic}, "hub.topic": {topic}}
		request, err := http.NewRequest(http.MethodPost, hub, strings.NewReader(form.Encode()))
		if err == nil {
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			err = post(ctx, client, request)
		}
		if err != nil {
			result.Err = err
			return result
		}
	}
	for _, u := range list {
		result.Told = append(result.Told, u.ID)
	}
	result.Waiting = 0
	return result
}
