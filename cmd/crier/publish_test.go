package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"settler.io/crier/internal/publish/githubtest"
)

// TestTheExamplesOfPublish runs them in the site of TestExamples, with a fake of GitHub's API and a
// web server that serves the folder that they publish to.
func TestTheExamplesOfPublish(t *testing.T) {
	needShell(t)
	lines := examplesOfHelp(t, "publish")["publish"]
	if len(lines) < 3 {
		t.Fatalf("only %d examples were found", len(lines))
	}
	whole := prepared(t)
	for _, line := range lines {
		t.Run(strings.ReplaceAll(line, "/", "-"), func(t *testing.T) {
			root := t.TempDir()
			if err := os.CopyFS(root, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			web := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(root, "status"))))
			t.Cleanup(web.Close)
			t.Setenv("GITHUB_API_URL", githubtest.Start(t, t.TempDir()).URL)
			t.Setenv("GITHUB_TOKEN", githubtest.Token)
			site := filepath.Join(root, "site")
			config, err := os.ReadFile(filepath.Join(site, "config.toml"))
			if err != nil {
				t.Fatal(err)
			}
			settings := strings.Replace(string(config), "https://status.example.com/", web.URL+"/", 1) + "\n[publish]\nto = [\"dir:../status\"]\n"
			if err := os.WriteFile(filepath.Join(site, "config.toml"), []byte(settings), 0o644); err != nil {
				t.Fatal(err)
			}
			shell(t, site, "git commit -q -a -m settings && git push -q 2>&1")
			shell(t, site, line)
		})
	}
}
