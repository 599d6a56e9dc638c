package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/go-github/v60/github"
	"github.com/spf13/cobra"

	"settler.io/crier/internal/githubissue"
	"settler.io/crier/internal/httpclient"
	"settler.io/crier/internal/sitefs/regularfile"
)

// account holds the flags for access to GitHub.
type account struct{ api, tokenFile string }

func (c *account) flags(command *cobra.Command) {
	command.Flags().StringVar(&c.api, "api", "", "root `address` of GitHub's API; otherwise GITHUB_API_URL, which a workflow sets, or https://api.github.com")
	command.Flags().StringVar(&c.tokenFile, "token-file", "", "`file` that holds the token; otherwise GITHUB_TOKEN does")
}

// apiRoot returns the root URL of GitHub's API from --api or else from GITHUB_API_URL. An empty URL
// means the API of github.com.
func (a *app) apiRoot(flag string) string {
	if flag != "" {
		return flag
	}
	return a.getenv("GITHUB_API_URL")
}

// token reads the GitHub token from a file or, if file is empty, from the environment, where it may
// be missing.
func (a *app) token(file string) (string, error) {
	if file == "" {
		token := strings.TrimSpace(a.getenv("GITHUB_TOKEN"))
		a.secrets.add(token)
		return token, nil
	}
	const hint = "name a file that holds the token and nothing else"
	raw, err := regularfile.ReadPath(a.path(file), regularfile.Text)
	if err != nil {
		return "", hinted{fmt.Errorf("cannot read the token: %w", err), hint}
	}
	token := strings.TrimSpace(string(raw))
	if token == "" || strings.ContainsAny(token, " \t\r\n") {
		return "", hinted{fmt.Errorf("%s holds no token", file), hint}
	}
	a.secrets.add(token)
	return token, nil
}

func (a *app) client(c account) (*github.Client, error) {
	token, err := a.token(c.tokenFile)
	if err != nil {
		return nil, err
	}
	if token == "" {
		return nil, hinted{errors.New("there is no token for GitHub"), "set GITHUB_TOKEN, in a workflow to ${{ github.token }}, or name a file with --token-file"}
	}
	client, err := httpclient.GitHub(a.apiRoot(c.api), httpclient.Options{Transport: a.Transport, Timeout: noticeTimeout, MaxBody: noticeAnswer, Token: token})
	if err != nil {
		return nil, usageError{fmt.Errorf("--api: %w", err), "write it like --api https://github.example.com/api/v3"}
	}
	return client, nil
}

// denied adds a hint to an error if GitHub refused or redirected a request.
func denied(err error) error {
	var refused *githubissue.DeniedError
	var redirect *httpclient.RedirectError
	if errors.As(err, &redirect) {
		return hinted{err, "the token is sent to the host of --api or GITHUB_API_URL only: see that it is the API's"}
	}
	if errors.As(err, &refused) {
		return hinted{err, "give the job of the workflow \"permissions: " + refused.Permission + "\"; a pull request from a fork never has it"}
	}
	return err
}
