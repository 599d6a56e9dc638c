package httpclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/httpclient"
)

const token = "ghs_0123456789"

// carrier answers requests by URL and records what was sent where.
type carrier struct {
	redirects map[string]string // URL to URL
	status    int
	seen      []string
}

func (c *carrier) RoundTrip(request *http.Request) (*http.Response, error) {
	body := ""
	if request.Body != nil {
		raw, _ := io.ReadAll(request.Body)
		body = string(raw)
	}
	c.seen = append(c.seen, strings.TrimSpace(fmt.Sprint(request.Method, " ", request.URL, " ", request.Header.Get("Authorization"), " ", body)))
	response := &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("ok")), Request: request}
	if to := c.redirects[request.URL.String()]; to != "" {
		response.StatusCode = c.status
		response.Header.Set("Location", to)
	}
	return response, nil
}

// TestRedirects checks, for every status, method and kind of client, that nothing is sent to
// another scheme, host or port.
func TestRedirects(t *testing.T) {
	const from = "https://api.example.com/repos/a"
	for to, follows := range map[string]bool{
		"https://api.example.com/repositories/1":     true,
		"https://API.example.com:443/repositories/1": true,
		"/repositories/1":                            true,
		"http://api.example.com/repositories/1":      false,
		"https://api.example.com:8443/repositories":  false,
		"https://api.example.com.evil.test/":         false,
		"https://evil.test/":                         false,
		"//evil.test/":                               false,
		"https://api.example.com@evil.test/":         false,
		"https://example.com/":                       false,
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			for _, method := range []string{"GET", "POST", "PATCH", "PUT", "DELETE"} {
				for _, given := range []string{token, ""} {
					c := &carrier{redirects: map[string]string{from: to}, status: status}
					root, _ := url.Parse("https://api.example.com/")
					client := httpclient.New(httpclient.Options{Transport: c, Token: given, Root: root})
					request, _ := http.NewRequest(method, from, strings.NewReader("body"))
					response, err := client.Do(request)
					var refused *httpclient.RedirectError
					what := fmt.Sprintf("%d %s to %s: %v, %q", status, method, to, err, c.seen)
					switch {
					case follows && (err != nil || response.StatusCode != 200 || len(c.seen) != 2 || strings.Contains(c.seen[1], "Bearer "+token) != (given != "")):
						t.Error(what)
					case !follows && (!errors.As(err, &refused) || len(c.seen) != 1 || strings.Contains(refused.Error(), "repositor")):
						t.Error(what)
					}
				}
			}
		}
	}
}

// TestFromHTTPToHTTPS checks that such a redirect is followed only without a token.
func TestFromHTTPToHTTPS(t *testing.T) {
	const from, to = "http://status.example.com/a", "https://status.example.com/a"
	root, _ := url.Parse(from)
	for given, follows := range map[string]bool{"": true, token: false} {
		c := &carrier{redirects: map[string]string{from: to}, status: 301}
		_, err := httpclient.New(httpclient.Options{Transport: c, Token: given, Root: root}).Get(from)
		if (err == nil) != follows || len(c.seen) == 2 != follows {
			t.Errorf("token %q: %v, %q", given, err, c.seen)
		}
	}
}

// TestTheTokenIsForItsHost checks that only the token's own host receives it, whatever URL is
// requested.
func TestTheTokenIsForItsHost(t *testing.T) {
	root, _ := url.Parse("https://api.example.com/v3/")
	c := &carrier{}
	client := httpclient.New(httpclient.Options{Transport: c, Token: token, Root: root})
	for address, gets := range map[string]bool{
		"https://api.example.com/v3/x": true, "https://api.example.com:443/": true, "http://api.example.com/": false, "https://api.example.com:444/": false, "https://other.example.com/": false,
	} {
		if _, err := client.Get(address); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(c.seen[len(c.seen)-1], token); got != gets {
			t.Errorf("%s gets the token: %v", address, got)
		}
	}
}

func TestNoRedirects(t *testing.T) {
	c := &carrier{redirects: map[string]string{"https://a.test/": "https://a.test/b"}, status: 307}
	response, err := httpclient.New(httpclient.Options{Transport: c, NoRedirects: true}).Post("https://a.test/", "", strings.NewReader("x"))
	if err != nil || response.StatusCode != 307 || len(c.seen) != 1 {
		t.Errorf("%v %q", err, c.seen)
	}
}

func TestRedirectsInACircle(t *testing.T) {
	c := &carrier{redirects: map[string]string{"https://a.test/": "https://a.test/"}, status: 302}
	if _, err := httpclient.New(httpclient.Options{Transport: c}).Get("https://a.test/"); err == nil || len(c.seen) > 20 {
		t.Errorf("%v after %d requests", err, len(c.seen))
	}
}

func TestLimits(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/slow":
			<-r.Context().Done()
		case "/stalls":
			fmt.Fprint(w, "some")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		default:
			io.WriteString(w, strings.Repeat("x", 1000))
		}
	}))
	defer server.Close()
	read := func(o httpclient.Options, path string) (int, error) {
		response, err := httpclient.New(o).Get(server.URL + path)
		if err != nil {
			return 0, err
		}
		defer response.Body.Close()
		raw, err := io.ReadAll(response.Body)
		return len(raw), err
	}
	for _, path := range []string{"/slow", "/stalls"} {
		if _, err := read(httpclient.Options{Timeout: 50 * time.Millisecond}, path); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if n, err := read(httpclient.Options{MaxBody: 1000}, "/"); n != 1000 || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	var tooLarge *httpclient.TooLargeError
	if n, err := read(httpclient.Options{MaxBody: 999}, "/"); n != 999 || !errors.As(err, &tooLarge) {
		t.Errorf("%d bytes, %v", n, err)
	}
}

func TestTheRootOfTheAPI(t *testing.T) {
	for root, good := range map[string]bool{
		"": true, "https://github.example.com/api/v3": true, "http://127.0.0.1:1/": true,
		"github.example.com": false, "ftp://github.example.com": false, "https://x:y@github.example.com": false, "https://x@github.example.com": false, "http://": false, "%": false,
	} {
		client, err := httpclient.GitHub(root, httpclient.Options{})
		if (err == nil) != good || good && !strings.HasSuffix(client.BaseURL.Path, "/") {
			t.Errorf("%q: %v", root, err)
		}
		if err != nil && strings.Contains(err.Error(), "x:y") {
			t.Error(err)
		}
	}
}
