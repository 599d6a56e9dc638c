package cli

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"
	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/httpclient"
)

type githubOptions struct {
	*app.App
	api, tokenFile string
}

func (o *githubOptions) flags(command *cobra.Command) {
	command.Flags().StringVar(&o.api, "api", "", "root `URL` of GitHub's API; default: GITHUB_API_URL, which workflows set, or https://api.github.com")
	command.Flags().StringVar(&o.tokenFile, "token-file", "", "`file` that contains the token for GitHub; default: GITHUB_TOKEN contains it")
}

// root returns the root URL of GitHub's API; "" means that of github.com.
func (o *githubOptions) root() string { return cmp.Or(o.api, o.Getenv("GITHUB_API_URL")) }

// token reads the GitHub token from a file or, if none is named, from the environment, where it may
// be missing.
func (o *githubOptions) token() (string, error) {
	token := strings.TrimSpace(o.Getenv("GITHUB_TOKEN"))
	if o.tokenFile != "" {
		var err error
		if token, err = httpclient.ReadToken(o.Path(o.tokenFile), o.tokenFile); err != nil {
			return "", err
		}
	}
	o.Secrets.Add(token)
	return token, nil
}

// client returns a client for issues and comments.
func (o *githubOptions) client() (*github.Client, error) {
	token, err := o.token()
	if err != nil {
		return nil, err
	}
	if token == "" {
		return nil, diag.Hinted(errors.New("there is no token for GitHub"), "set GITHUB_TOKEN, in a workflow to ${{ github.token }}, or name a file with --token-file")
	}
	// 32 MiB are enough for 100 issues or comments of 64 KiB encoded as JSON.
	client, err := httpclient.GitHub(o.root(), httpclient.Options{Transport: o.Transport, Timeout: 30 * time.Second, MaxBody: 32 << 20, Token: token})
	if err != nil {
		return nil, diag.Usage(fmt.Errorf("--api: %w", err), "write it like --api https://github.example.com/api/v3")
	}
	return client, nil
}
