package workflows

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"settler.io/crier/internal/githubissue/githubissuetest"
	"settler.io/crier/internal/publish/githubtest"
	"settler.io/crier/internal/testsite/testenv"
)

// gh is a double of GitHub's program, which verifies nothing. Its exit status is $VERIFIED.
const gh = "#!/bin/sh\n[ \"$1 $2\" = 'attestation verify' ] && [ -f \"$3\" ] && exit \"$VERIFIED\"\nexit 9\n"

// writeProgram writes a script that can be run.
func writeProgram(t *testing.T, dir, name, script string) {
	t.Helper()
	testenv.Write(t, dir, name, script)
	if err := os.Chmod(filepath.Join(dir, name), 0o755); err != nil {
		t.Fatal(err)
	}
}

// releaseHost serves a repository and the files of its release v0.1.0 as github.com does: git lists
// its tags, and curl downloads the files.
func releaseHost(t *testing.T, repository, archives string) string {
	t.Helper()
	host := t.TempDir()
	bare := filepath.Join(host, "settler/crier")
	testenv.Git(t, host, "clone", "--quiet", "--bare", repository, bare)
	testenv.Git(t, bare, "update-server-info")
	if err := os.CopyFS(filepath.Join(bare, "releases/download/v0.1.0"), os.DirFS(archives)); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(host)))
	t.Cleanup(server.Close)
	return server.URL
}

// TestTheActionDownloadsARelease runs the action as used by a commit. A program that is not what it
// should be must never run.
func TestTheActionDownloadsARelease(t *testing.T) {
	testenv.Need(t, "git", "curl", "sha256sum", "tar", "gzip", "bash")
	annotated := []string{"tag", "-a", "-m", "The first", "v0.1.0"}
	for name, c := range map[string]struct {
		tag      []string
		revision string // of the program; "": of the commit
		verified string
		sums     string // "": those of the archive; "none": no file
		fails    string
		builds   string // why
	}{
		"a lightweight tag":      {tag: []string{"tag", "v0.1.0"}},
		"an annotated tag":       {tag: annotated},
		"no provenance":          {tag: annotated, verified: "1", fails: "was not built by the release workflow of settler/crier"},
		"of another commit":      {tag: annotated, revision: strings.Repeat("f", 40), fails: "is not of the commit "},
		"another checksum":       {tag: annotated, sums: strings.Repeat("0", 64) + "  crier_0.1.0_linux_amd64.tar.gz\n", fails: "is not the file that SHA256SUMS lists"},
		"no checksum":            {tag: annotated, sums: strings.Repeat("0", 64) + "  crier_0.1.0_linux_arm64.tar.gz\n", fails: "is not the file that SHA256SUMS lists"},
		"no SHA256SUMS":          {tag: annotated, sums: "none", builds: "SHA256SUMS of v0.1.0 cannot be downloaded"},
		"a release without it":   {tag: []string{"tag", "v0.2.0"}, builds: "crier_0.2.0_linux_amd64.tar.gz of v0.2.0 cannot be downloaded"},
		"a commit without a tag": {tag: []string{"tag", "other"}, builds: "this commit is not a release"},
	} {
		t.Run(name, func(t *testing.T) {
			server := githubissuetest.New()
			defer server.Close()
			r := newRunner(t, newSite(t), server)
			source, archives, bin := testenv.Repository(t), t.TempDir(), t.TempDir()
			testenv.Write(t, source, "README.md", "x")
			testenv.Commit(t, source, "Begin")
			commit := testenv.Git(t, source, "rev-parse", "HEAD")
			testenv.Git(t, source, c.tag...)
			if c.revision == "" {
				c.revision = commit
			}
			writeProgram(t, bin, "crier_0.1.0_linux_amd64/crier",
				"#!/bin/sh\n[ \"$1 $3\" != 'version json' ] || { echo '  \"commit\": \""+c.revision+"\"'; exit; }\nexec "+r.env["CRIER_TEST_BINARY"]+" \"$@\"\n")
			delete(r.env, "CRIER_TEST_BINARY")
			archive := filepath.Join(archives, "crier_0.1.0_linux_amd64.tar.gz")
			if out, err := exec.Command("sh", "-c", "tar -C "+bin+" -czf "+archive+" crier_0.1.0_linux_amd64 && cd "+archives+" && sha256sum * > SHA256SUMS").CombinedOutput(); err != nil {
				t.Fatal(string(out))
			}
			switch c.sums {
			case "":
			case "none":
				os.Remove(filepath.Join(archives, "SHA256SUMS"))
			default:
				testenv.Write(t, archives, "SHA256SUMS", c.sums)
			}
			writeProgram(t, bin, "gh", gh)
			r.env["VERIFIED"] = "0" + c.verified
			r.context["github.action_ref"], r.context["github.server_url"] = commit, releaseHost(t, source, archives)
			if c.builds != "" {
				r.env["GOPROXY"] = "off"
				for _, name := range []string{"GOFLAGS", "GOCACHE", "GOMODCACHE", "CGO_ENABLED"} {
					r.env[name] = goEnv(t, name)
				}
			}
			ok := r.job(job{Steps: []step{{Run: "echo " + bin + " >> $GITHUB_PATH"}, {Uses: "./", With: map[string]string{"args": "build --dry-run --format json"}}}})
			if ok != (c.fails == "") || !strings.Contains(r.log, c.fails) || !strings.Contains(r.log, c.builds) || slices.Contains(r.ran, "Build crier") != (c.builds != "") || ok != strings.Contains(r.log, `"written": false`) {
				t.Errorf("%v %s\n%s", ok, r.ran, r.log)
			}
		})
	}
}

// TestARelease builds an archive of this commit as the version 0.1.0, and uses it as a reader of
// README.md and as the action do, with a server of our own in place of github.com.
func TestARelease(t *testing.T) {
	if !testenv.Long() || runtime.GOOS != "linux" {
		t.Skip("it compiles the program; CRIER_LONG=1 runs it on Linux")
	}
	testenv.Need(t, "git", "curl", "sha256sum", "tar", "gzip", "bash")
	clone, archives := testenv.MemoryDir(t), t.TempDir()
	testenv.Git(t, clone, "clone", "--quiet", root(t), ".")
	testenv.Git(t, clone, "tag", "-a", "-m", "The first", "v0.1.0")
	if out, err := exec.Command(filepath.Join(clone, ".ci/release"), archives, "linux/"+runtime.GOARCH).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	host, commit := releaseHost(t, clone, archives), testenv.Git(t, clone, "rev-parse", "HEAD")
	t.Run("README", func(t *testing.T) { install(t, host, commit) })
	t.Run("action", func(t *testing.T) { publishFromBinary(t, host, commit) })
}

// install runs the commands of README.md without Go: verify, make a site, build it, publish it to a
// folder. The workflows of the site use the commit of the release. An archive with another checksum
// must not get further.
func install(t *testing.T, host, commit string) {
	raw, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```sh install\n(.*?)```").FindSubmatch(raw)
	if block == nil {
		t.Fatal("README.md has no commands")
	}
	script := strings.NewReplacer("https://github.com", host, "linux_amd64", "linux_"+runtime.GOARCH).Replace(string(block[1]))
	run := func(script string) (dir, said string, err error) {
		dir = t.TempDir()
		c := exec.Command("bash", "-euo", "pipefail", "-c", script)
		c.Dir, c.Env = dir, []string{"PATH=/usr/bin:/bin", "HOME=" + dir}
		out, err := c.CombinedOutput()
		return dir, string(out), err
	}
	dir, said, err := run(script)
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, name := range []string{"my-status/public/index.html", "served/index.html", "served/.crier/source"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%v\n%s", err, said)
		}
	}
	if !strings.Contains(said, "crier v0.1.0 "+commit) {
		t.Errorf("the version is another\n%s", said)
	}
	if workflow, err := os.ReadFile(filepath.Join(dir, "my-status/.github/workflows/publish.yml")); err != nil || strings.Count(string(workflow), "uses: settler/crier@"+commit+" # v0.1.0\n") != 3 {
		t.Errorf("%v\n%s", err, workflow)
	}
	damaged := strings.Replace(script, "sha256sum", "echo more >> crier_0.1.0_linux_"+runtime.GOARCH+".tar.gz\nsha256sum", 1)
	if dir, said, err = run(damaged); err == nil || !strings.Contains(said, "FAILED") {
		t.Errorf("a damaged archive is used: %s", said)
	}
	if _, err := os.Stat(filepath.Join(dir, "my-status")); err == nil {
		t.Error("the program of a damaged archive ran")
	}
}

// publishFromBinary runs the action as used by the commit of the release where nothing can be
// compiled or downloaded by Go, and publishes a site with it.
func publishFromBinary(t *testing.T, host, commit string) {
	branches, issues, api := github(t)
	s := site{t: t, origin: branches.Dir, folder: testenv.Repository(t)}
	s.begin("https://status.example.com/")
	r := newRunner(t, s, issues)
	delete(r.env, "CRIER_TEST_BINARY")
	bin := t.TempDir()
	writeProgram(t, bin, "gh", gh)
	r.env["VERIFIED"], r.env["GOPROXY"], r.env["GOMODCACHE"], r.env["GOCACHE"] = "0", "off", t.TempDir(), t.TempDir()
	r.env["GITHUB_API_URL"], r.context["github.token"] = api, githubtest.Token
	r.context["github.action_ref"], r.context["github.server_url"] = commit, host
	r.context["runner.arch"] = map[string]string{"amd64": "X64", "arm64": "ARM64"}[runtime.GOARCH]
	publish := step{Uses: "./", With: map[string]string{"args": "publish --to github:settler/status#gh-pages --no-wait"}}
	if !r.job(job{Steps: []step{{Run: "echo " + bin + " >> $GITHUB_PATH"}, publish}}) || slices.Contains(r.ran, "Build crier") {
		t.Fatalf("%s\n%s", r.ran, r.log)
	}
	if page := branches.Files(t, "gh-pages")["incidents/api-down/index.html"]; !strings.Contains(page, "API returning errors") {
		t.Errorf("the page of the incident is %q\n%s", page, r.log)
	}
}

// TestTheNotesOfARelease runs the steps of release.yml that read and use the changelog.
func TestTheNotesOfARelease(t *testing.T) {
	var w workflow
	read(t, ".github/workflows/release.yml", &w)
	steps := slices.DeleteFunc(w.Jobs["release"].Steps, func(s step) bool { return s.Name != "Read the notes" && s.Name != "Create the release" })
	if len(steps) != 2 {
		t.Fatalf("the steps are %v", steps)
	}
	server := githubissuetest.New()
	defer server.Close()
	r := newRunner(t, newSite(t), server)
	bin := t.TempDir()
	writeProgram(t, bin, "gh", "#!/bin/sh\necho \"$@\"\ncat \"$RUNNER_TEMP/notes.md\"\n")
	r.env["GITHUB_SERVER_URL"], r.env["GITHUB_REPOSITORY"], r.env["GITHUB_REF_NAME"] = "https://github.com", "settler/crier", "v0.1.0"
	changelog := "# Changelog\n\n## 0.2.0 (2026-12-24)\n\n- A\n\n## 0.1.0 (DAY)\n\n### Added\n\n- B ![C](docs/images/c.png)\n\n## 0.0.1 (2026-01-01)\n\n- D\n"
	for day, want := range map[string]string{
		"2026-12-01":       "release create v0.1.0 --verify-tag --title v0.1.0 --notes-file " + r.temp + "/notes.md " + r.temp + "/archives/*\n\n### Added\n\n- B ![C](https://github.com/settler/crier/raw/v0.1.0/docs/images/c.png)\n\n",
		"not released yet": "::error::CHANGELOG.md has no section of 0.1.0 with its day\n",
	} {
		testenv.Write(t, r.workspace, "CHANGELOG.md", strings.Replace(changelog, "DAY", day, 1))
		if ok := r.job(job{Steps: append([]step{{Run: "echo " + bin + " >> $GITHUB_PATH"}}, steps...)}); ok == strings.Contains(want, "::error") || !strings.Contains(r.log, want) {
			t.Errorf("%s: %v\n%s", day, ok, r.log)
		}
	}
	raw, err := os.ReadFile(filepath.Join(root(t), "CHANGELOG.md"))
	if err != nil || !strings.Contains(string(raw), "\n## 0.1.0 (") {
		t.Errorf("CHANGELOG.md has no section of 0.1.0 in the form that the step reads: %v", err)
	}
}
