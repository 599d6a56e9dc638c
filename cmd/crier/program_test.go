package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"settler.io/crier/internal/testsite/testenv"
)

// TestAnotherProgramTrustsNothingThatWasKept replaces the program after a build. The new program
// must not use what the old one cached about the outputs.
func TestAnotherProgramTrustsNothingThatWasKept(t *testing.T) {
	site, out := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		"config.toml": "title = \"Example Status\"\nbase_url = \"https://status.example.com/\"\n[[components]]\nid = \"api\"\nname = \"API\"\n",
		"content/incidents/2026-10-02-down/01.md": "---\ntitle: Down\nseverity: P0\nstatus: investigating\ncomponents: [api]\ndate: 2026-10-02T10:00:00Z\n" +
			"impact: All fails.\neta: 2026-10-02T11:00:00Z\n---\nWe look into it.\n",
	} {
		testenv.Write(t, site, name, text)
	}
	build := func(program, out string) (keys []string, page []byte) {
		t.Helper()
		if said, err := exec.Command(program, "build", "--site", site, "--out", out, "--at", "2026-10-02T10:30:00Z").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		kept, err := os.ReadFile(filepath.Join(out, ".crier/manifest/files"))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(kept)) { // hash, path, key, size, time
			if fields := strings.Fields(line); len(fields) == 5 {
				keys = append(keys, fields[1]+" "+fields[2])
			}
		}
		if page, err = os.ReadFile(filepath.Join(out, "incidents/2026-10-02-down/index.html")); err != nil {
			t.Fatal(err)
		}
		return keys, page
	}
	one, another := program(t, ""), program(t, "another")
	keys, page := build(one, filepath.Join(out, "1"))
	if again, _ := build(one, filepath.Join(out, "2")); len(keys) == 0 || !slices.Equal(again, keys) {
		t.Errorf("the same program asks for other keys: %q, then %q", keys, again)
	}
	anew, same := build(another, filepath.Join(out, "3"))
	if slices.Equal(anew, keys) {
		t.Error("another program uses what this one kept")
	}
	if !bytes.Equal(same, page) {
		t.Error("what is kept makes another page")
	}
}

// program returns a copy of this program that runs crier. It ends with the given text, which has no
// effect.
func program(t *testing.T, end string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "crier")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if err := os.WriteFile(name, append(binary, end...), 0o755); err != nil {
		t.Fatal(err)
	}
	return name
}
