package cli

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// browser finds Chromium. Without one a test skips, in CI it fails.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CRIER_CI") != "" {
		t.Fatal("there is no Chromium")
	}
	t.Skip("there is no Chromium")
	return ""
}

// TestPagesInABrowser opens pages of Settler's site straight from the disk: nothing is refused by the page's own policy, the
// stylesheet is found, and every link leads to a file.
func TestPagesInABrowser(t *testing.T) {
	chromium := browser(t)
	out := t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	status, _, stderr := run(t, root, autumn.Add(22*time.Hour+30*time.Minute), "build", "--out", out)
	if status != 0 {
		t.Fatal(stderr)
	}
	for _, page := range []string{"index.html", "incidents/2026-10-02-api-down/index.html", "components/api/index.html", "history/index.html"} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		c := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
			"--disable-sync", "--no-first-run", "--enable-logging=stderr", "--user-data-dir="+t.TempDir(), "--dump-dom", "file://"+filepath.Join(out, page))
		var dom, log bytes.Buffer
		c.Stdout, c.Stderr = &dom, &log
		if err := c.Run(); err != nil {
			t.Fatalf("%v\n%s", err, log.String())
		}
		if strings.Contains(log.String(), "CONSOLE") {
			t.Errorf("%s: the console says\n%s", page, log.String())
		}
		document, err := goquery.NewDocumentFromReader(&dom)
		if err != nil {
			t.Fatal(err)
		}
		if document.Find("h1").Length() != 1 {
			t.Errorf("%s has %d headings of the first level", page, document.Find("h1").Length())
		}
		document.Find("a[href], link[rel=stylesheet]").Each(func(_ int, s *goquery.Selection) {
			href, _, _ := strings.Cut(s.AttrOr("href", ""), "#")
			if href == "" || strings.Contains(href, "://") {
				return
			}
			if info, err := os.Stat(filepath.Join(out, filepath.Dir(page), href)); err != nil || info.IsDir() {
				t.Errorf("%s links to %s, which is no file", page, href)
			}
		})
	}
}
