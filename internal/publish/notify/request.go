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

// failure is why a recipient did not accept an update. It contains no URL and nothing that the
// receiver wrote, because both may contain secrets.
type failure struct {
	text    string
	final   bool          // the same message would be refused again
	partial bool          // some of the e-mails were accepted, and the others would be refused again
	after   time.Duration // how long the receiver asks to wait
}

func (f failure) Error() string { return f.text }

// exchange sends a request with a JSON body and returns the response, or an error unless it is a
// success. prepare may be nil.
func exchange(ctx context.Context, client *http.Client, method, to string, body []byte, prepare func(*http.Request)) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, to, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("its URL can't be used")
	}
	request.Header.Set("User-Agent", "crier")
	request.Header.Set("Content-Type", "application/json")
	if prepare != nil {
		prepare(request)
	}
	response, err := client.Do(request)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) && wrapped.Timeout() {
			return nil, errors.New("no answer in time")
		}
		return nil, errors.New("the request failed")
	}
	defer response.Body.Close()
	const most = 1 << 20
	answer, _ := io.ReadAll(io.LimitReader(response.Body, most)) // the status alone counts
	if status := response.StatusCode; status < 200 || status > 299 {
		seconds, _ := strconv.ParseFloat(response.Header.Get("Retry-After"), 64) // Discord sends fractions
		return nil, failure{
			text:  fmt.Sprint("it answered ", status, " ", http.StatusText(status)),
			final: status < 500 && status != http.StatusTooManyRequests && status != http.StatusRequestTimeout,
			after: time.Duration(min(max(seconds, 0), 3600) * float64(time.Second)),
		}
	}
	return answer, nil
}
