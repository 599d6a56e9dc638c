// Package httpclient creates all of Crier's HTTP clients, so every request has a time limit and
// every response a size limit, a token is sent only to the host it is for, and no redirect leads to
// another host. Of the environment, it reads only the usual proxy variables.
package httpclient

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

type Options struct {
	Transport http.RoundTripper                         // sends the requests; nil: a new one
	Wrap      func(http.RoundTripper) http.RoundTripper // adds retries and the like; may be nil
	Timeout   time.Duration                             // for the whole response; 0: 30 seconds
	MaxBody   int64                                     // of a response, in bytes; 0: 1 MiB
	// NoRedirects returns a redirect itself as the response. Otherwise the client follows a
	// redirect to the same scheme and host or, without a token, from http to https on the same
	// host. Any other redirect fails with a RedirectError.
	NoRedirects bool

	// Token is a bearer token, sent only to the scheme and host of Root. Set both or neither.
	Token string
	Root  *url.URL
}

const (
	defaultTimeout = 30 * time.Second
	defaultBody    = int64(1 << 20)
	maxRedirects   = 10
)

func New(o Options) *http.Client {
	if o.Transport == nil {
		o.Transport = newTransport()
	}
	o.Timeout, o.MaxBody = cmp.Or(o.Timeout, defaultTimeout), cmp.Or(o.MaxBody, defaultBody)
	var transport http.RoundTripper = bound{o}
	if o.Wrap != nil {
		transport = o.Wrap(transport)
	}
	client := &http.Client{Transport: transport, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		from := via[0].URL
		switch {
		case len(via) > maxRedirects:
			return fmt.Errorf("more than %d redirects", maxRedirects)
		case sameOrigin(from, next.URL), o.Token == "" && upgrade(from, next.URL):
			return nil
		}
		return &RedirectError{origin(next.URL)}
	}}
	if o.NoRedirects {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return client
}

// RedirectError reports a redirect to another host. It was not followed.
type RedirectError struct{ To string } // scheme and host

func (e *RedirectError) Error() string { return "refused a redirect to " + e.To }

// TooLargeError reports a response that is larger than the client's limit.
type TooLargeError struct{ Limit int64 }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the response is larger than %d bytes", e.Limit)
}

// StatusError reports a response with another status than 200.
type StatusError struct {
	Code   int
	Status string // such as "404 Not Found"
}

func (e *StatusError) Error() string { return "the site answered " + e.Status }

// Get returns the body of a URL, and asks caches on the way not to answer. A status other than 200
// is a *StatusError. Errors don't contain the URL.
func Get(ctx context.Context, client *http.Client, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Cache-Control", "no-cache")
	request.Header.Set("User-Agent", "crier")
	response, err := client.Do(request)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, &StatusError{response.StatusCode, response.Status}
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	return content, nil
}

func origin(u *url.URL) string { return strings.ToLower(u.Scheme) + "://" + strings.ToLower(u.Host) }

func sameOrigin(a, b *url.URL) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

// upgrade reports whether a redirect leads from http to https on the same host, both on the default
// port.
func upgrade(from, to *url.URL) bool {
	return strings.EqualFold(from.Scheme, "http") && strings.EqualFold(to.Scheme, "https") && strings.EqualFold(from.Hostname(), to.Hostname()) &&
		port(from) == "80" && port(to) == "443"
}

func port(u *url.URL) string {
	return cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[strings.ToLower(u.Scheme)])
}

// bound is a transport that enforces the limits and adds the token.
type bound struct{ Options }

func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: 10 * time.Second, IdleConnTimeout: 30 * time.Second, MaxIdleConns: 10, MaxResponseHeaderBytes: 1 << 18,
	}
}

// RoundTrip sends one request.
func (b bound) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Context(), b.Timeout)
	clone := request.Clone(ctx)
	if b.Token != "" && b.Root != nil && sameOrigin(b.Root, request.URL) {
		clone.Header.Set("Authorization", "Bearer "+b.Token)
	}
	response, err := b.Transport.RoundTrip(clone)
	if err != nil {
		cancel()
		return nil, err
	}
	response.Request = request
	response.Body = &body{response.Body, cancel, b.MaxBody, b.MaxBody}
	return response, nil
}

// body is a response's body that returns an error after limit bytes.
type body struct {
	io.ReadCloser
	cancel      context.CancelFunc
	left, limit int64
}

func (b *body) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if int64(n) > b.left {
		n, err = int(b.left), &TooLargeError{b.limit}
	}
	b.left -= int64(n)
	return n, err
}

func (b *body) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
