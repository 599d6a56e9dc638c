// Package release tests that the archives of a release are all that a site needs.
package release

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"settler.io/crier/internal/testsite/testenv"
)

// TestInstalling builds an archive of this commit as the version 0.1.0, and runs the commands of
// README.md with a server of our own, without Go: verify, make a site, build it, publish it
// to a folder. A damaged archive must not get further than its checksum.
func TestInstalling(t *testing.T) {
	if !testenv.Long() || runtime.GOOS != "linux" {
		t.Skip("it compiles the program; CRIER_LONG=1 runs it on Linux")
	}
	testenv.Need(t, "git", "curl", "sha256sum", "tar", "gzip", "bash")
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	clone, archives := testenv.MemoryDir(t), t.TempDir()
	testenv.Git(t, clone, "clone", "--quiet", root, ".")
	testenv.Git(t, clone, "tag", "v0.1.0")
	if out, err := exec.Command(filepath.Join(clone, ".ci/release"), archives, "linux/"+runtime.GOARCH).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(archives)))
	defer server.Close()
	raw, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```sh install\n(.*?)```").FindSubmatch(raw)
	if block == nil {
		t.Fatal("README.md has no commands")
	}
	script := strings.NewReplacer("https://github.com/settler/crier/releases/download/v0.1.0", server.URL, "linux_amd64", "linux_"+runtime.GOARCH).Replace(string(block[1]))
	run := func() (dir, said string, err error) {
		dir = t.TempDir()
		c := exec.Command("bash", "-euo", "pipefail", "-c", script)
		c.Dir, c.Env = dir, []string{"PATH=/usr/bin:/bin", "HOME=" + dir}
		out, err := c.CombinedOutput()
		return dir, string(out), err
	}
	dir, said, err := run()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, name := range []string{"my-status/public/index.html", "served/index.html", "served/.crier/source"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%v\n%s", err, said)
		}
	}
	if !strings.Contains(said, "crier v0.1.0 ") {
		t.Errorf("the version is another\n%s", said)
	}
	names, err := filepath.Glob(filepath.Join(archives, "*.tar.gz"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	f, err := os.OpenFile(names[0], os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString("more")
	f.Close()
	if dir, said, err = run(); err == nil || !strings.Contains(said, "FAILED") {
		t.Errorf("a damaged archive is used: %s", said)
	}
	if _, err := os.Stat(filepath.Join(dir, "my-status")); err == nil {
		t.Error("the program of a damaged archive ran")
	}
}
