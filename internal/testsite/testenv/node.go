package testenv

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

// Node runs a script of the current folder, which must have its packages from npm. It sends the
// input as JSON and parses the output.
func Node(t testing.TB, script string, input, output any) {
	t.Helper()
	NeedNode(t)
	in, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "node", script)
	c.Stdin = bytes.NewReader(in)
	var out, log bytes.Buffer
	c.Stdout, c.Stderr = &out, &log
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, log.String())
	}
	if err := json.Unmarshal(out.Bytes(), output); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out.String())
	}
}

// NeedNode skips the test, or fails it in CI, unless Node and the packages of the current folder
// are installed.
func NeedNode(t testing.TB) {
	t.Helper()
	Need(t, "node")
	if _, err := os.Stat("node_modules/.package-lock.json"); err != nil {
		Missing(t, "node_modules (npm ci)")
	}
}

// Chromium returns the path of a browser.
func Chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(t, "Chromium")
	return ""
}
