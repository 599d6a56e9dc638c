package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// refusal is a response whose status is not a success.
type refusal struct {
	status int
	word   string
	after  time.Duration // how long the receiver asks to wait
}

func (r refusal) Error() string { return "it answered " + r.word }

// final reports whether the same request would be refused again, so that it makes sense to try
// other updates.
func (r refusal) final() bool {
	return r.status < 500 && r.status != http.StatusTooManyRequests && r.status != http.StatusRequestTimeout
}

func jsonRequest(method, to string, body []byte) (*http.Request, error) {
	request, err := http.NewRequest(method, to, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("its URL can't be used")
	}
	request.Header.Set("Content-Type", "application/json")
	return request, nil
}

func post(ctx context.Context, client *http.Client, request *http.Request) error {
	_, err := exchange(ctx, client, request)
	return err
}

// exchange sends a request and returns the response, or an error unless it is a success. The error
// contains no URL and nothing that the receiver wrote, because both may contain secrets.
func exchange(ctx context.Context, client *http.Client, request *http.Request) ([]byte, error) {
	request.Header.Set("User-Agent", "crier")
	response, err := client.Do(request.WithContext(ctx))
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) && wrapped.Timeout() {
			return nil, errors.New("no answer in time")
		}
		return nil, errors.New("the request failed")
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20)) // read on, so that the connection can be reused
	if response.StatusCode < 200 || response.StatusCode > 299 {
		seconds, _ := strconv.ParseFloat(response.Header.Get("Retry-After"), 64) // Discord sends fractions
		return nil, refusal{response.StatusCode, fmt.Sprint(response.StatusCode, " ", http.StatusText(response.StatusCode)), time.Duration(min(max(seconds, 0), 3600) * float64(time.Second))}
	}
	return body, err
}
