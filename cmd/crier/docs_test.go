package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")
	hash         = regexp.MustCompile(`\b[0-9a-f]{7,40}\b`)
	moment       = regexp.MustCompile(`(\d{4}-\d{2}-\d{2}[ T])?\d{2}:\d{2}(:\d{2}Z)?( UTC)?`)
	digits       = regexp.MustCompile(`\d+`)
)

// TestTheStoriesOfTheDocs runs the commands that documents show, one after the other in one site,
// and compares their output with what the documents show, except for times and hashes.
func TestTheStoriesOfTheDocs(t *testing.T) {
	needShell(t)
	t.Parallel()
	like := func(text string) string {
		return digits.ReplaceAllString(moment.ReplaceAllString(hash.ReplaceAllString(text, "HASH"), "TIME"), "N")
	}
	for _, name := range []string{"docs/writing.md", "README.md"} {
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join("..", "..", name))
			if err != nil {
				t.Fatal(err)
			}
			site := filepath.Join(prepared(t), "site")
			shell(t, site, "git rm -q -r content/incidents && git commit -q -m none")
			shell(t, site, "git push -q 2>&1")
			commands := 0
			for _, m := range consoleBlock.FindAllStringSubmatch(string(raw), -1) {
				for i, part := range strings.Split("\n"+m[1], "\n$ ") {
					command, shown, _ := strings.Cut(part, "\n")
					if i == 0 || name == "README.md" && !strings.HasPrefix(command, "crier new") {
						continue // other tests cover the README's other commands
					}
					commands++
					printed := shell(t, site, command+" 2>&1")
					if d := cmp.Diff(like(strings.TrimSpace(shown)), like(strings.TrimSpace(printed))); d != "" {
						t.Errorf("%s\n%s", command, d)
					}
				}
			}
			if commands == 0 {
				t.Error("it shows no command")
			}
		})
	}
}

// blockOf returns the block of a document that begins with ```sh and a word.
func blockOf(t *testing.T, document, word string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", document))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(raw), "```sh "+word+"\n")
	block, _, ends := strings.Cut(rest, "```")
	if !found || !ends {
		t.Fatalf("%s has no block %s", document, word)
	}
	return block
}

// TestPutItOnline checks that the README shows the commands that crier init prints, and that they
// lead to a branch with the site.
func TestPutItOnline(t *testing.T) {
	needShell(t)
	t.Parallel()
	dir := t.TempDir()
	site := filepath.Join(dir, "my-status")
	printed := shell(t, dir, "git init -q --bare remote.git && crier init my-status --action settler/crier@v1")
	for line := range strings.Lines(blockOf(t, "README.md", "online")) {
		line = strings.TrimSpace(line)
		if !strings.Contains(printed, "\n  "+line+"  ") {
			t.Errorf("crier init does not print %q:\n%s", line, printed)
		}
		if !strings.HasPrefix(line, "gh ") { // GitHub itself
			shell(t, site, strings.Replace(line, "git@github.com:OWNER/REPO.git", "../remote.git", 1)+" 2>&1")
		}
	}
	shell(t, site, "crier publish --to git:origin#gh-pages --no-wait")
	if page := shell(t, dir, "git --git-dir remote.git show gh-pages:index.html"); !strings.Contains(page, "Example Status") {
		t.Error(page)
	}
}

// TestTheSecondHost sets up the second host of docs/hosting.md and publishes to it twice: what is
// served is always a whole build.
func TestTheSecondHost(t *testing.T) {
	needShell(t)
	t.Parallel()
	dir := t.TempDir()
	shell(t, dir, strings.ReplaceAll(blockOf(t, "docs/hosting.md", "second-host"), "/srv/", dir+"/"))
	site := filepath.Join(dir, "site")
	shell(t, dir, "crier init site --component API && git init -q --bare remote.git")
	commit := "git add -A && git commit -q -m next && git push -q -u origin main 2>&1 && crier publish --no-wait --to git:" + dir + "/status.git#pages"
	shell(t, site, "git init -q -b main && git remote add origin ../remote.git && "+commit)
	first := shell(t, dir, "readlink status/current")
	shell(t, site, "crier new 'API down' -s P0 -m 'We look.' && "+commit+" --to dir:../folder")
	if second := shell(t, dir, "readlink status/current"); second == first {
		t.Error(second)
	}
	shell(t, dir, "diff -r --exclude .crier folder status/current/")
	if folders := shell(t, dir, "ls status"); strings.Count(folders, "\n") != 3 {
		t.Errorf("the folder holds\n%s", folders) // the two builds, and current
	}
}

// TestAP0TakesFewKeys checks that docs/writing.md starts with a command of at most 45 characters
// that opens a P0 whose update lacks nothing of the status template.
func TestAP0TakesFewKeys(t *testing.T) {
	needShell(t)
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "writing.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(raw), "\n$ ")
	command, _, _ := strings.Cut(example, "\n")
	if len(command) > 45 || !strings.HasPrefix(command, "crier new ") || !strings.HasSuffix(command, " --push") {
		t.Errorf("%q has %d characters", command, len(command))
	}
	site := filepath.Join(prepared(t), "site")
	shell(t, site, "git rm -q -r content/incidents && git commit -q -m none && git push -q 2>&1")
	shell(t, site, command)
	shell(t, site, "crier check --strict && crier build && git fetch -q && git diff --exit-code origin/main")
	page := shell(t, site, "cat public/incidents/*/index.md")
	for _, want := range []string{"[Investigating] API returning errors", "- Severity: Critical", "- API: Major outage", "- Webhooks: Major outage", "We're currently investigating elevated error rates on the API.", "Impact: All API requests fail.", "ETA: "} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in\n%s", want, page)
		}
	}
}
