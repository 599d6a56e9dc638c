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
	gitHome(t)
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
