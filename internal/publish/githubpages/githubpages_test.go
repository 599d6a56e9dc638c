package githubpages_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/githubpages"
	"settler.io/crier/internal/publish/githubtest"
	"settler.io/crier/internal/publish/publishtest"
	"settler.io/crier/internal/testsite/testenv"
)

func place(t testing.TB, github *githubtest.Server, patience *publish.Patience, change ...func(*githubpages.Options)) *githubpages.Branch {
	t.Helper()
	options := githubpages.Options{Owner: "settler", Repository: "status", Branch: "gh-pages", API: github.URL, Token: githubtest.Token,
		Timeout: 2 * time.Minute, Patience: patience}
	for _, c := range change {
		c(&options)
	}
	b, err := githubpages.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheSuite(t *testing.T) {
	publishtest.Run(t, func(t *testing.T) publishtest.Fixture {
		github := githubtest.Start(t, testenv.MemoryDir(t))
		github.Limits = githubtest.Documented
		github.Now = func() time.Time { return publishtest.Start }
		t.Cleanup(func() { github.Git(t, "fsck", "--strict", "--no-dangling") })
		return publishtest.Fixture{
			Thorough: testenv.Long(),
			Place:    func(t testing.TB, patience *publish.Patience) publish.Target { return place(t, github, patience) },
			Files: func(t testing.TB) map[string]string {
				if github.Moves("gh-pages") == 0 {
					return map[string]string{}
				}
				return github.Files(t, "gh-pages")
			},
			Write: func(_ testing.TB, name string, content []byte) {
				github.Commit("gh-pages", "Mine\n", map[string][]byte{name: content})
			},
		}
	})
}

var small = map[string]string{"index.html": "one", "incidents/x/index.html": "x", "assets/a.png": "\x89PNG\xff"}

// attempt publishes a small build and returns the messages.
func attempt(t *testing.T, github *githubtest.Server, change ...func(*githubpages.Options)) (told string, err error) {
	t.Helper()
	clock := publishtest.NewClock(publishtest.Start)
	var lines []string
	patience := clock.Patience(func(line string) { lines = append(lines, line) })
	_, err = publish.Run(t.Context(), place(t, github, patience, change...), publishtest.Build(publishtest.Revision(0, 1), publishtest.Start, small, "x/01"), publishtest.Options(patience))
	told = strings.Join(lines, "\n")
	if strings.Contains(told, githubtest.Token) || err != nil && strings.Contains(err.Error(), githubtest.Token) {
		t.Errorf("the token was told: %s %v", told, err)
	}
	return told, err
}

// TestWhatCannotBeRetried checks that such errors end the publish immediately and say what to do.
func TestWhatCannotBeRetried(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*githubtest.Server)
		option func(*githubpages.Options)
		err    string
		hint   string
	}{
		"a bad token":          {nil, func(o *githubpages.Options) { o.Token = "ghp_wrong" }, "401: Bad credentials", "the token is not valid, or has expired"},
		"no such repository":   {nil, func(o *githubpages.Options) { o.Repository = "other" }, "404: Not Found", "there is no repository settler/other, or the token may not see it"},
		"no permission":        {func(s *githubtest.Server) { s.ReadOnly = true }, nil, "403: Resource not accessible by integration", `"permissions: contents: write"`},
		"a folder of a branch": {func(s *githubtest.Server) { s.Commit("gh-pages/live", "Begin", nil) }, nil, "the branch gh-pages cannot be created: the branch gh-pages/live exists", "name another branch in --to"},
		"a branch as a folder": {nil, func(o *githubpages.Options) { o.Branch = "main/pages/live" }, "the branch main/pages/live cannot be created: the branch main exists", "name another branch in --to"},
		"a protected branch":   {func(s *githubtest.Server) { s.Protected = "gh-pages" }, nil, "422: Repository rule violations found", "the branch gh-pages is protected"},
	} {
		t.Run(name, func(t *testing.T) {
			github := githubtest.Start(t, testenv.MemoryDir(t))
			github.Commit("main", "Begin", map[string][]byte{"README.md": []byte("x")})
			if c.change != nil {
				c.change(github)
			}
			var options []func(*githubpages.Options)
			if c.option != nil {
				options = append(options, c.option)
			}
			told, err := attempt(t, github, options...)
			if err == nil || !strings.Contains(err.Error(), c.err) || diag.HintOf(err) == "" || !strings.Contains(diag.HintOf(err), c.hint) {
				t.Errorf("error %v", err)
			}
			if strings.Contains(told, "next attempt") || github.Moves("gh-pages") > 0 {
				t.Errorf("told %s", told)
			}
		})
	}
}

// TestEveryFaultAtEveryStep injects one fault of each kind at each request of a first publish and
// of a second one. Without CRIER_LONG, each kind is injected only at every third request, so that
// each request still gets several kinds.
func TestEveryFaultAtEveryStep(t *testing.T) {
	faults := map[string]githubtest.Fault{
		"500": {Kind: githubtest.Answer, Status: 500}, "502": {Kind: githubtest.Answer, Status: 502, RetryAfter: 3},
		"429": {Kind: githubtest.Answer, Status: 429}, "429 with Retry-After": {Kind: githubtest.Answer, Status: 429, RetryAfter: 90},
		"403 with Retry-After": {Kind: githubtest.Answer, Status: 403, RetryAfter: 60}, "secondary": {Kind: githubtest.Secondary}, "primary": {Kind: githubtest.Primary},
		"reset": {Kind: githubtest.Reset}, "lost": {Kind: githubtest.Lost}, "cut": {Kind: githubtest.Cut}, "truncated": {Kind: githubtest.Truncated},
	}
	second := map[string]string{"index.html": "two", "incidents/x/index.html": "x", "incidents/y/index.html": "y"}
	for n, name := range slices.Sorted(maps.Keys(faults)) {
		fault, begin, stride := faults[name], 0, 1
		if !testenv.Long() {
			begin, stride = n%3, 3
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for step := begin; ; step += stride {
				github := githubtest.Start(t, testenv.MemoryDir(t))
				clock := publishtest.NewClock(publishtest.Start)
				github.Now = clock.Now
				github.Faults[step] = fault
				told := ""
				publishOne := func(b *publish.Build) {
					t.Helper()
					patience := clock.Patience(func(line string) { told += line + "\n" })
					plan, err := publish.Run(t.Context(), place(t, github, patience), b, publishtest.Options(patience))
					if err != nil {
						t.Fatalf("step %d: %v\n%s", step, err, told)
					}
					if head := github.Git(t, "rev-parse", "gh-pages"); plan.Commit != head || len(plan.Fresh) != 1 {
						t.Errorf("step %d: the commit is %s, and the run says %s and %v", step, head, plan.Commit, plan.Fresh)
					}
				}
				publishOne(publishtest.Build(publishtest.Revision(0, 1), publishtest.Start, small, "x/01"))
				clock.Wait(t.Context(), time.Hour)
				publishOne(publishtest.Build(publishtest.Revision(0, 2), publishtest.Start.Add(time.Hour), second, "x/01", "y/01"))
				files := github.Files(t, "gh-pages")
				for path, want := range second {
					if files[path] != want {
						t.Fatalf("step %d: %s is %q", step, path, files[path])
					}
				}
				if _, there := files["assets/a.png"]; there {
					t.Errorf("step %d: a file stayed", step)
				}
				rec, err := publishtest.Record(files)
				if err != nil || rec.Len() != 2 {
					t.Errorf("step %d: %v", step, err)
				}
				if strings.Contains(told, githubtest.Token) {
					t.Error("the token was told")
				}
				// Package net/http itself retries reads whose connection was closed.
				all := github.Requests()
				if told == "" && fault.Kind != githubtest.Truncated && step < len(all) && (all[step].Method != "GET" || fault.Kind == githubtest.Answer) {
					t.Errorf("step %d: the fault did not go off", step)
				}
				if n := github.Moves("gh-pages"); n != 2 {
					t.Errorf("step %d: the branch moved %d times", step, n)
				}
				if step > len(all) {
					break
				}
			}
		})
	}
}

// TestTimeouts checks that a request without a response is retried.
func TestTimeouts(t *testing.T) {
	github := githubtest.Start(t, testenv.MemoryDir(t))
	github.Faults[1] = githubtest.Fault{Kind: githubtest.Hang}
	told, err := attempt(t, github, func(o *githubpages.Options) { o.Timeout = 300 * time.Millisecond })
	if err != nil || !strings.Contains(told, "GitHub did not answer within 300ms; next attempt in 500ms") {
		t.Error(told, err)
	}
}

// TestTheTimeLimit checks that lasting failures and conflicts end a run, with the reason, and that
// the branch does not change.
func TestTheTimeLimit(t *testing.T) {
	for name, c := range map[string]struct {
		fault func(*githubtest.Server) githubtest.Fault
		why   string
	}{
		"503": {func(*githubtest.Server) githubtest.Fault {
			return githubtest.Fault{Kind: githubtest.Answer, Status: 503}
		}, "GitHub answered 503"},
		"conflict": {func(github *githubtest.Server) githubtest.Fault {
			return githubtest.Fault{Kind: githubtest.Other, Do: func() {
				github.Commit("gh-pages", "Theirs\n", map[string][]byte{"theirs.txt": []byte(fmt.Sprint(len(github.Requests())))})
			}}
		}, "someone else published at the same time"},
	} {
		t.Run(name, func(t *testing.T) {
			github := githubtest.Start(t, testenv.MemoryDir(t))
			github.Commit("gh-pages", "Begin\n", map[string][]byte{"README.md": []byte("x")})
			for n := range 2000 {
				github.Faults[n] = c.fault(github)
			}
			lines := 0
			patience := publishtest.NewClock(publishtest.Start).Patience(func(string) { lines++ })
			patience.Limit = publish.RetryLimit(incident.P0)
			options := publishtest.Options(patience)
			options.Limit = publish.RetryLimit
			build := publishtest.Build(publishtest.Revision(0, 1), publishtest.Start, small, "x/01")
			build.Updates[0].Severity = incident.P0
			_, err := publish.Run(t.Context(), place(t, github, patience), build, options)
			var gaveUp *publish.GaveUpError
			if !errors.As(err, &gaveUp) || gaveUp.After > 30*time.Minute || gaveUp.After < 25*time.Minute || !strings.Contains(gaveUp.Why, c.why) {
				t.Errorf("after %d lines: %v", lines, err)
			}
			if lines > 100 || lines < 25 {
				t.Errorf("%d lines", lines)
			}
			if _, published := github.Files(t, "gh-pages")["index.html"]; published {
				t.Error("it was published")
			}
		})
	}
}

// TestOthersCommitAtTheSameTime checks that what someone else commits after the branch was read is
// kept.
func TestOthersCommitAtTheSameTime(t *testing.T) {
	for step := range 12 {
		github := githubtest.Start(t, testenv.MemoryDir(t))
		github.Commit("gh-pages", "Begin\n", map[string][]byte{"theirs.txt": []byte("1")})
		github.Faults[step] = githubtest.Fault{Kind: githubtest.Other, Do: func() {
			github.Commit("gh-pages", "More\n", map[string][]byte{"theirs.txt": []byte("2"), "more/theirs.txt": []byte("3")})
		}}
		if _, err := attempt(t, github); err != nil {
			t.Fatal(step, err)
		}
		files := github.Files(t, "gh-pages")
		if files["index.html"] != "one" || files["theirs.txt"] != "2" && step < len(github.Requests()) {
			t.Errorf("step %d: %q", step, files)
		}
	}
}

// TestPages checks the explanation from the state of Pages when a build does not go live.
func TestPages(t *testing.T) {
	for name, c := range map[string]struct {
		pages, build map[string]any
		says, err    string
	}{
		"not enabled":    {nil, nil, "", "GitHub Pages is not enabled"},
		"another branch": {map[string]any{"source": map[string]any{"branch": "main"}}, nil, "", "GitHub Pages shows the branch main"},
		"errored":        {map[string]any{"source": map[string]any{"branch": "gh-pages"}}, map[string]any{"status": "errored", "error": map[string]any{"message": "Page build failed."}}, "", "could not build it: Page build failed."},
		"building":       {map[string]any{"source": map[string]any{"branch": "gh-pages"}}, map[string]any{"status": "building"}, "GitHub Pages says: building", ""},
	} {
		github := githubtest.Start(t, testenv.MemoryDir(t))
		github.Pages, github.Build = c.pages, c.build
		says, err := place(t, github, publishtest.NewClock(publishtest.Start).Patience(func(string) {})).Deployment(t.Context())
		if says != c.says || (c.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %q, %v", name, says, err)
		}
	}
}

// TestRedirectsElsewhere checks that no request of a publish follows a redirect to another host, so
// that neither the token nor content is sent there.
func TestRedirectsElsewhere(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s arrived elsewhere", r.Method, r.URL)
	}))
	defer elsewhere.Close()
	for _, method := range []string{"GET", "POST", "PATCH"} {
		for _, status := range []int{301, 302, 307, 308} {
			github := githubtest.Start(t, testenv.MemoryDir(t))
			github.Commit("gh-pages", "Begin\n", map[string][]byte{"theirs.txt": []byte("1")})
			real, _ := url.Parse(github.URL)
			forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(real) }}
			leading := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == method {
					http.Redirect(w, r, elsewhere.URL+r.URL.Path, status)
					return
				}
				forward.ServeHTTP(w, r)
			}))
			told, err := attempt(t, github, func(o *githubpages.Options) { o.API = leading.URL })
			leading.Close()
			if err == nil || !strings.Contains(err.Error(), "GitHub's API: refused a redirect to "+elsewhere.URL) || diag.HintOf(err) == "" || told != "" {
				t.Errorf("%s %d: %v; told %q", method, status, err, told)
			}
		}
	}
}

func TestTheAddressOfTheAPI(t *testing.T) {
	for _, api := range []string{"github.example.com", "ftp://github.example.com", "https://x:y@github.example.com", "http://"} {
		if _, err := githubpages.New(githubpages.Options{API: api, Patience: &publish.Patience{}}); err == nil {
			t.Errorf("%s is taken", api)
		}
	}
}

// methods counts reads and writes.
func methods(requests []githubtest.Request) (reads, writes int) {
	writes = len(slices.DeleteFunc(slices.Clone(requests), func(r githubtest.Request) bool { return r.Method == "GET" }))
	return len(requests) - writes, writes
}
