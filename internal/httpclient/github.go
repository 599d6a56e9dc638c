package httpclient

import (
	"errors"
	"net/url"
	"strings"

	"github.com/google/go-github/v60/github"
)

// ErrRoot reports that the API's root is not a usable URL.
var ErrRoot = errors.New("the root of GitHub's API is not an http or https URL")

// GitHub returns a client for GitHub's API at a root such as https://github.example.com/api/v3; ""
// means github.com. The token in the options is sent only there.
func GitHub(root string, o Options) (*github.Client, error) {
	if root == "" {
		root = "https://api.github.com"
	}
	u, err := url.Parse(strings.TrimSuffix(root, "/") + "/")
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return nil, ErrRoot
	}
	o.Root = u
	client := github.NewClient(New(o))
	client.BaseURL, client.UserAgent = u, "crier"
	return client, nil
}
