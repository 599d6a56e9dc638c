package workflows

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"settler.io/crier/internal/githubissue/githubissuetest"
)

// document returns the fenced blocks of a document by info string, without the indentation of
// lists.
func document(t *testing.T, name string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root(t), name))
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string]string{}
	for _, m := range regexp.MustCompile("(?ms)^( *)```([^`\n]+)\n(.*?)^ *```$").FindAllStringSubmatch(string(raw), -1) {
		var lines []string
		for line := range strings.Lines(m[3]) {
			lines = append(lines, strings.TrimPrefix(line, m[1]))
		}
		blocks[m[2]] += strings.Join(lines, "")
	}
	return blocks
}

// TestTheWorkflowsOfTheDocs checks that the workflows that the docs tell users to copy do the same
// as those of this repository.
func TestTheWorkflowsOfTheDocs(t *testing.T) {
	blocks := document(t, "docs/publishing.md")
	for _, name := range []string{".github/workflows/publish.yml", ".github/workflows/check.yml"} {
		var shown, ours map[string]any
		text := strings.ReplaceAll(blocks["yaml file="+name], "OWNER/crier@COMMIT", "./")
		if err := yaml.Unmarshal([]byte(text), &shown); err != nil || len(shown) == 0 {
			t.Fatalf("%s: %v", name, err)
		}
		read(t, name, &ours)
		withoutNames(ours["jobs"])
		if d := cmp.Diff(ours, shown); d != "" {
			t.Errorf("docs/publishing.md shows another %s:\n%s", name, d)
		}
	}
}

// withoutNames removes the names of steps.
func withoutNames(value any) {
	switch value := value.(type) {
	case map[string]any:
		delete(value, "name")
		for _, v := range value {
			withoutNames(v)
		}
	case []any:
		for _, v := range value {
			withoutNames(v)
		}
	}
}

// TestTheInputsOfTheDocs checks that the docs explain every input of the action, with its default.
func TestTheInputsOfTheDocs(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(root(t), "docs/publishing.md"))
	if err != nil {
		t.Fatal(err)
	}
	var a action
	read(t, "action.yml", &a)
	for name, input := range a.Inputs {
		row := regexp.MustCompile("(?m)^\\| `" + name + "` \\|.*$").FindString(string(raw))
		if row == "" || input.Default != "" && !strings.Contains(row, "`"+input.Default+"`") {
			t.Errorf("%s, whose default is %q: %q", name, input.Default, row)
		}
	}
}

// TestTheTargetsOfTheDocs runs the commands in docs/publishing.md for a folder and for a branch on
// any git host.
func TestTheTargetsOfTheDocs(t *testing.T) {
	s := newSite(t)
	s.date = time.Time{}
	server := githubissuetest.New()
	defer server.Close()
	r := newRunner(t, s, server)
	r.path = []string{filepath.Dir(r.env["CRIER_TEST_BINARY"])}
	r.run(step{Name: "docs", Run: document(t, "docs/publishing.md")["sh run"]}, nil, nil)
	if r.failed {
		t.Fatal(r.log)
	}
	for _, name := range []string{"public/index.html", "public/incidents/api-down/index.html", "public/.crier/record/index.json"} {
		if _, err := os.Stat(filepath.Join(s.folder, name)); err != nil {
			t.Error(err)
		}
	}
	s.git("fetch", "-q")
	if got := s.git("show", "origin/pages:.crier/record/first.json"); !strings.Contains(got, `"id":"api-down"`) {
		t.Errorf("%s\n%s", got, r.log)
	}
}
