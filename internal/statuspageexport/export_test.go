package statuspageexport

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"settler.io/crier/internal/diag"
)

// TestWhatIsNotDownloaded checks that nothing is asked for, and no folder is made, if the export
// could get into a repository, or lacks a key.
func TestWhatIsNotDownloaded(t *testing.T) {
	root := t.TempDir()
	site, repository := filepath.Join(root, "site"), filepath.Join(root, "repository")
	for _, dir := range []string{site, filepath.Join(repository, ".git")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(repository, filepath.Join(root, "link")); err != nil {
		t.Fatal(err)
	}
	for folder, c := range map[string]struct{ page, key, want string }{
		filepath.Join(root, "export"):          {"a/b", "key", "is not the id of a page"},
		filepath.Join(root, "export2"):         {"abc", "", "there is no API key"},
		filepath.Join(site, "export"):          {"abc", "key", "is in the site or in a git repository"},
		filepath.Join(repository, "a", "b"):    {"abc", "key", "is in the site or in a git repository"},
		filepath.Join(root, "link", "a", "b"):  {"abc", "key", "is in the site or in a git repository"},
		filepath.Join(site, "..", "site", "x"): {"abc", "key", "is in the site or in a git repository"},
	} {
		e := Export{Folder: folder, Site: site, Page: c.page, Key: c.key, Transport: refusing{t}}
		if _, err := e.Download(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) || diag.HintOf(err) == "" {
			t.Errorf("%s: %v", folder, err)
		}
		if _, err := os.Stat(folder); err == nil {
			t.Errorf("%s was made", folder)
		}
	}
}

type refusing struct{ *testing.T }

func (r refusing) RoundTrip(request *http.Request) (*http.Response, error) {
	r.Errorf("asked for %s", request.URL)
	return nil, http.ErrNotSupported
}
