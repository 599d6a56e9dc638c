package githubissue_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-github/v60/github"

	"settler.io/crier/internal/githubissue"
	"settler.io/crier/internal/githubissue/githubissuetest"
	"settler.io/crier/internal/httpclient"
)

var repository = githubissue.Repository{Owner: "example", Name: "status"}

func double(t *testing.T) (*githubissuetest.Server, *github.Client) {
	t.Helper()
	server := githubissuetest.New()
	t.Cleanup(server.Close)
	client, err := httpclient.GitHub(server.URL, httpclient.Options{Token: githubissuetest.Token})
	if err != nil {
		t.Fatal(err)
	}
	return server, client
}

func deadlines(body string) githubissue.Issue {
	return githubissue.Issue{
		Label: "crier-deadlines", Mark: "<!-- crier: deadlines -->", Title: "Deadlines are missed", Body: body, Over: "Nothing is missed any more.",
		News: func(old string) string {
			if strings.Contains(old, body) {
				return ""
			}
			return "New: " + body
		},
	}
}

// TestTheLifeOfAnIssue checks that an issue is opened once, changed in place and closed, and that
// the next problem opens a new one.
func TestTheLifeOfAnIssue(t *testing.T) {
	server, client := double(t)
	for n, step := range []struct {
		body   string
		change githubissue.Change
		number int
		writes int
	}{
		{"", githubissue.Unchanged, 0, 0},
		{"a is late", githubissue.Opened, 1, 1},
		{"a is late", githubissue.Unchanged, 1, 0},
		{"a and b are late", githubissue.Updated, 1, 2}, // with a comment about what is new
		{"a and b are late", githubissue.Unchanged, 1, 0},
		{"", githubissue.Closed, 1, 2},
		{"", githubissue.Unchanged, 0, 0},
		{"c is late", githubissue.Opened, 2, 1},
	} {
		before := len(server.Writes)
		change, number, err := deadlines(step.body).Keep(t.Context(), client, repository)
		if err != nil || change != step.change || number != step.number || len(server.Writes)-before != step.writes {
			t.Errorf("step %d: %s, issue %d, %q, %v", n, change, number, server.Writes[before:], err)
		}
	}
	if open := server.Open("crier-deadlines"); !slices.Equal(open, []int{2}) {
		t.Errorf("open are %d", open)
	}
	first := server.Get(1)
	if first.State != "closed" || first.StateReason != "completed" || len(first.Comments) != 2 || first.Comments[1].Body != "Nothing is missed any more." {
		t.Errorf("%+v", first)
	}
}

// TestOneOfTwoIsKept covers two runs that opened an issue each at the same time: the next run
// closes the younger one.
func TestOneOfTwoIsKept(t *testing.T) {
	server, client := double(t)
	label := []githubissuetest.Label{{Name: "crier-deadlines"}}
	// This issue has the mark but not the label, so an outsider opened it.
	server.Add(githubissuetest.Issue{Title: "Mine", Body: "<!-- crier: deadlines -->", Labels: []githubissuetest.Label{{Name: "bug"}}})
	// This one has the label but not the mark.
	server.Add(githubissuetest.Issue{Title: "Talk", Body: "about deadlines", Labels: label})
	server.Add(githubissuetest.Issue{Body: "<!-- crier: deadlines -->\nold", Labels: label})
	server.Add(githubissuetest.Issue{Body: "<!-- crier: deadlines -->\nold", Labels: label})
	server.Add(githubissuetest.Issue{Body: "<!-- crier: deadlines -->\nold", Labels: label, PullRequest: &struct{}{}})
	change, number, err := deadlines("late").Keep(t.Context(), client, repository)
	if err != nil || change != githubissue.Updated || number != 3 {
		t.Errorf("%s %d %v", change, number, err)
	}
	if open := server.Open("crier-deadlines"); !slices.Equal(open, []int{2, 3, 5}) {
		t.Errorf("open are %d", open)
	}
	if server.Get(1).Body != "<!-- crier: deadlines -->" || server.Get(2).Body != "about deadlines" {
		t.Error("somebody else's issue was changed")
	}
}

// TestIssuesBehindManyOthers checks that an issue is found on the third page.
func TestIssuesBehindManyOthers(t *testing.T) {
	server, client := double(t)
	label := []githubissuetest.Label{{Name: "crier-deadlines"}}
	server.Add(githubissuetest.Issue{Title: "Deadlines are missed", Body: "<!-- crier: deadlines -->\nlate", Labels: label})
	for n := range 250 {
		server.Add(githubissuetest.Issue{Title: fmt.Sprint(n), Labels: label})
	}
	change, number, err := deadlines("late").Keep(t.Context(), client, repository)
	if err != nil || change != githubissue.Unchanged || number != 1 {
		t.Errorf("%s %d %v", change, number, err)
	}
}

func TestTheLifeOfAComment(t *testing.T) {
	server, client := double(t)
	outsider := githubissuetest.Comment{Body: "<!-- crier: pending -->\nall is well", Association: "NONE", User: githubissuetest.User{Login: "someone", Type: "User"}}
	talk := githubissuetest.Comment{Body: "Why?", Association: "MEMBER", User: githubissuetest.User{Login: "member", Type: "User"}}
	number := server.Add(githubissuetest.Issue{PullRequest: &struct{}{}}, outsider, talk)
	keep := func(body string) (githubissue.Change, error) {
		return githubissue.Comment{Mark: "<!-- crier: pending -->", Body: body, Over: "Nothing changes in public."}.Keep(t.Context(), client, repository, number)
	}
	for n, step := range []struct {
		body   string
		change githubissue.Change
	}{{"", githubissue.Unchanged}, {"a", githubissue.Opened}, {"a", githubissue.Unchanged}, {"b", githubissue.Updated}, {"", githubissue.Updated}, {"", githubissue.Unchanged}, {"c", githubissue.Updated}} {
		if change, err := keep(step.body); err != nil || change != step.change {
			t.Errorf("step %d: %s %v", n, change, err)
		}
	}
	comments := server.Get(number).Comments
	if len(comments) != 3 || comments[0].Body != outsider.Body || comments[1].Body != "Why?" || comments[2].Body != "<!-- crier: pending -->\nc" {
		t.Errorf("%+v", comments)
	}
}

// TestWhatGitHubRefuses checks that the error names the missing permission and not the token.
func TestWhatGitHubRefuses(t *testing.T) {
	server, client := double(t)
	number := server.Add(githubissuetest.Issue{})
	wrong, err := httpclient.GitHub(server.URL, httpclient.Options{Token: "ghs_wrong"})
	if err != nil {
		t.Fatal(err)
	}
	comment := githubissue.Comment{Mark: "<!-- crier -->", Body: "x"}
	for name, try := range map[string]struct {
		denied     string
		permission string
		run        func() error
	}{
		"a wrong token": {"", "issues: write", func() error { _, _, err := deadlines("x").Keep(t.Context(), wrong, repository); return err }},
		"no reading":    {http.MethodGet, "issues: write", func() error { _, _, err := deadlines("x").Keep(t.Context(), client, repository); return err }},
		"no writing":    {http.MethodPost, "issues: write", func() error { _, _, err := deadlines("x").Keep(t.Context(), client, repository); return err }},
		"no commenting": {http.MethodPost, "pull-requests: write", func() error { _, err := comment.Keep(t.Context(), client, repository, number); return err }},
		"no such place": {"", "pull-requests: write", func() error {
			_, err := comment.Keep(t.Context(), client, githubissue.Repository{Owner: "a", Name: "b"}, number)
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			server.Denied = try.denied
			err := try.run()
			var denied *githubissue.DeniedError
			if !errors.As(err, &denied) || denied.Permission != try.permission {
				t.Fatalf("%v", err)
			}
			if strings.Contains(err.Error(), "ghs_") {
				t.Errorf("it tells the token: %v", err)
			}
		})
	}
	server.Close()
	if _, _, err := deadlines("x").Keep(t.Context(), client, repository); err == nil || strings.Contains(err.Error(), "ghs_") {
		t.Error(err)
	}
}

func TestRepositories(t *testing.T) {
	for text, ok := range map[string]bool{"example/status": true, "example": false, "/status": false, "example/": false, "a/b/c": false, "a/b?c": false, "https://github.com/a/b": false} {
		r, err := githubissue.ParseRepository(text)
		if (err == nil) != ok || ok && r.String() != text {
			t.Errorf("%q: %v %v", text, r, err)
		}
	}
}
