package githubpages

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"settler.io/crier/internal/httpclient"
)

// Limits for requests that create content: GitHub's documented 80 per minute and 500 per hour, less
// a margin.
const (
	perMinute = 70
	perHour   = 450
)

// retryTransport retries transient failures and reports each retry in one line: lost
// connections, timeouts, 5xx, 429, and 403 if it means a rate limit. It removes the rate limit
// headers, because go-github does not treat 429 as a rate limit and would refuse requests by its
// own clock.
type retryTransport struct {
	options Options
	next    http.RoundTripper
	mutex   sync.Mutex
	made    []time.Time // when requests that create content were made, in the last hour
}

func (w *retryTransport) wrap(next http.RoundTripper) http.RoundTripper {
	w.next = next
	return w
}

// onceKey marks the context of a request that is not retried, because its content would be out of
// date.
type onceKey struct{}

func once(ctx context.Context) context.Context { return context.WithValue(ctx, onceKey{}, true) }

// transientError reports that a request that is made only once may work later.
type transientError struct {
	why   string
	asked time.Duration
}

func (e *transientError) Error() string { return e.why }

// RoundTrip makes a request, with retries where they may help.
func (w *retryTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	refused := 0
	for attempt := 0; ; attempt++ {
		if err := w.pace(ctx, request.Method); err != nil {
			return nil, err
		}
		response, body, err := w.try(request)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var tooLarge *httpclient.TooLargeError
		if errors.As(err, &tooLarge) {
			return nil, err
		}
		why, asked := w.judge(response, body, err)
		if why == "" && refused < fewTimes {
			why = unexpected(response, body)
			refused++
		}
		if why == "" {
			response.Body = io.NopCloser(bytes.NewReader(body))
			return response, nil
		}
		if ctx.Value(onceKey{}) != nil {
			return nil, &transientError{why, asked}
		}
		if err := w.options.Patience.Again(ctx, attempt, asked, why); err != nil {
			return nil, err
		}
	}
}

// try makes one request and reads the whole response, so that a truncated response counts as lost.
func (w *retryTransport) try(request *http.Request) (*http.Response, []byte, error) {
	clone := request.Clone(request.Context())
	if request.GetBody != nil {
		var err error
		if clone.Body, err = request.GetBody(); err != nil {
			return nil, nil, err
		}
	}
	response, err := w.next.RoundTrip(clone)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	response.Request = request
	body, err := io.ReadAll(response.Body)
	return response, body, err
}

// judge returns why a request has to be retried and the minimum time to wait. why is "" if the
// response counts.
func (w *retryTransport) judge(response *http.Response, body []byte, err error) (why string, asked time.Duration) {
	if err != nil {
		var timeout interface{ Timeout() bool }
		if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
			return fmt.Sprintf("GitHub did not answer within %s", w.options.Timeout), 0
		}
		return "the connection to GitHub failed: " + w.scrub(err), 0
	}
	limit := response.Header.Get("X-RateLimit-Remaining") == "0"
	reset := response.Header.Get("X-RateLimit-Reset")
	after := response.Header.Get("Retry-After")
	for _, name := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"} {
		response.Header.Del(name)
	}
	code := response.StatusCode
	said := strings.ToLower(string(body))
	secondary := strings.Contains(said, "secondary rate limit") || strings.Contains(said, "abuse detection")
	switch {
	case code == http.StatusTooManyRequests, code == http.StatusForbidden && (limit || secondary || after != ""):
		why = "GitHub's rate limit is reached"
		switch {
		case after != "":
			asked = w.until(after)
		case limit:
			if at, err := strconv.ParseInt(reset, 10, 64); err == nil {
				asked = max(0, time.Unix(at, 0).Sub(w.options.Patience.Now())+time.Second)
			}
		default:
			asked = time.Minute // as GitHub's documentation recommends
		}
		return why, asked
	case code >= 500:
		return fmt.Sprintf("GitHub answered %d", code), w.until(after)
	}
	return "", 0
}

// fewTimes is how many times to retry a refusal that may be GitHub's mistake.
const fewTimes = 3

// unexpected returns why a refusal may be GitHub's mistake, or "". GitHub's servers learn of new
// objects at different times, and reject requests that depend on an object they don't know yet. For
// refs, a refusal instead means that someone else has moved one. An empty repository answers 409.
func unexpected(response *http.Response, body []byte) string {
	code, method, path := response.StatusCode, response.Request.Method, response.Request.URL.Path
	switch {
	case code != http.StatusConflict && code != http.StatusUnprocessableEntity, strings.Contains(path, "/contents/"):
		return ""
	case strings.Contains(path, "/git/refs") && (method != "DELETE" || code != http.StatusConflict):
		return ""
	}
	if strings.Contains(strings.ToLower(string(body)), "empty") {
		return ""
	}
	return fmt.Sprintf("GitHub refused a request: %d", code)
}

// until parses Retry-After (RFC 9110, section 10.2.3), which is a number of seconds or a date.
func (w *retryTransport) until(after string) time.Duration {
	if seconds, err := strconv.Atoi(after); err == nil {
		return time.Duration(max(0, min(seconds, 24*3600))) * time.Second
	}
	if at, err := http.ParseTime(after); err == nil {
		return max(0, at.Sub(w.options.Patience.Now()))
	}
	return 0
}

// scrub removes secrets from the text of an error.
func (w *retryTransport) scrub(err error) string {
	text := err.Error()
	if w.options.Token != "" {
		text = strings.ReplaceAll(text, w.options.Token, "***")
	}
	return text
}

// pace delays requests that create content so that they stay within GitHub's documented limits.
func (w *retryTransport) pace(ctx context.Context, method string) error {
	if method == "GET" || method == "HEAD" {
		return nil
	}
	for {
		w.mutex.Lock()
		now := w.options.Patience.Now()
		for len(w.made) > 0 && now.Sub(w.made[0]) >= time.Hour {
			w.made = w.made[1:]
		}
		var wait time.Duration
		if n := len(w.made); n >= perHour {
			wait = time.Hour - now.Sub(w.made[n-perHour])
		} else if n >= perMinute {
			wait = time.Minute - now.Sub(w.made[n-perMinute])
		}
		if wait <= 0 {
			w.made = append(w.made, now)
			w.mutex.Unlock()
			return nil
		}
		w.mutex.Unlock()
		if err := w.options.Patience.Again(ctx, 0, wait, "waiting to stay within GitHub's rate limit"); err != nil {
			return err
		}
	}
}
