package cli

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/frontmatter"
	"settler.io/crier/internal/source/newsite"
	"settler.io/crier/internal/source/schema"
	"settler.io/crier/internal/testsite/testenv"
)

var update = flag.Bool("update", false, "write docs/cli.md")

func document(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// fenced matches a fenced code block and captures its info string and text.
var fenced = regexp.MustCompile("(?ms)^```([^\n]*)\n(.*?)^```$")

// TestExamplesBuild builds a site from the files shown in each document.
func TestExamplesBuild(t *testing.T) {
	for name, pages := range map[string][]string{
		"README.md":       {"incidents/2026-10-02-api-down/index.html"},
		"docs/content.md": {"incidents/2026-10-02-api-down/index.html", "maintenance/2026-11-30-db-upgrade/index.html", "about/index.html"},
		"docs/themes.md":  {"404.html"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write := func(file, text string) { testenv.Write(t, dir, file, text) }
			write("config.toml", "title = \"Example\"\nlanguages = [\"de\"]\ntheme = \"default\"\n[[components]]\nid = \"api\"\n[[components]]\nid = \"webhooks\"\n")
			if name == "docs/themes.md" {
				write("config.toml", "title = \"Example\"\ntheme = \"plain\"\n")
			}
			files := 0
			for _, m := range fenced.FindAllStringSubmatch(document(t, name), -1) {
				if _, file, ok := strings.Cut(m[1], " file="); ok {
					write(file, m[2])
					files++
				}
			}
			status, _, stderr := run(t, dir, autumn.AddDate(0, 0, 10), "build")
			if status != 0 || stderr != "" || files == 0 {
				t.Errorf("%d files, exit status %d\n%s", files, status, stderr)
			}
			for _, page := range pages {
				if _, err := os.Stat(filepath.Join(dir, "public", page)); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// TestTheFirstMinute runs the first crier commands of the README and checks that they succeed
// without errors or warnings.
func TestTheFirstMinute(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "clone")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	block := fenced.FindStringSubmatch(document(t, "README.md"))
	ran := 0
	for line := range strings.Lines(block[2]) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "$ ")
		if to, ok := strings.CutPrefix(line, "cd "); ok {
			dir = filepath.Join(dir, to)
		} else if words, ok := strings.CutPrefix(line, "crier "); ok {
			status, _, stderr := run(t, dir, autumn, shellWords(words)...)
			if ran++; status != exitFine || stderr != "" {
				t.Errorf("%s: %d %s", line, status, stderr)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "public", "index.html")); err != nil || ran < 2 {
		t.Error(ran, err)
	}
}

// shellWords splits a line at spaces that are not inside quotes.
func shellWords(line string) (words []string) {
	for _, m := range regexp.MustCompile(`(?:[^\s"]|"[^"]*")+`).FindAllString(line, -1) {
		words = append(words, strings.ReplaceAll(m, `"`, ""))
	}
	return words
}

// TestTheReadmesMistake makes the mistake shown in the README and checks the output.
func TestTheReadmesMistake(t *testing.T) {
	readme := document(t, "README.md")
	dir := t.TempDir()
	for _, m := range fenced.FindAllStringSubmatch(readme, -1) {
		if _, file, ok := strings.Cut(m[1], " file="); ok {
			testenv.Write(t, dir, file, strings.Replace(m[2], "severity: P0", "severity: critical", 1))
		}
	}
	status, _, stderr := run(t, dir, autumn, "build")
	if status != exitMistakes || !strings.Contains(readme, stderr) {
		t.Errorf("%d, and the README does not show\n%s", status, stderr)
	}
}

func TestTheConfigurationOfTheDocs(t *testing.T) {
	text := document(t, "docs/configuration.md")
	found := false
	for _, m := range fenced.FindAllStringSubmatch(text, -1) {
		if m[1] != "toml complete" {
			continue
		}
		found = true
		if _, findings, err := config.Parse("config.toml", []byte(m[2])); err != nil || len(findings) > 0 {
			t.Error(findings, err)
		}
		// The complete example contains every key that the parser knows.
		for _, key := range keys(t, "config") {
			if !regexp.MustCompile(`(?m)(^|\{|, |\[|\.)` + key + `(\]|\.| = )`).MatchString(m[2]) {
				t.Errorf("the complete example lacks %s", key)
			}
		}
	}
	if !found {
		t.Error("there is no complete example")
	}
}

// keys returns the keys of a kind of file and those in its tables, except for names such as
// severities and rules.
func keys(t *testing.T, kind string) (keys []string) {
	t.Helper()
	whole, ok := schema.Of(kind, nil)
	if !ok {
		t.Fatal(kind)
	}
	var add func(fields []frontmatter.Field)
	add = func(fields []frontmatter.Field) {
		for _, f := range fields {
			keys = append(keys, f.Key)
			if !slices.Contains([]string{"severity", "conditions", "labels", "update_every", "escalated", "waive"}, f.Key) {
				add(f.Schema.Fields)
			}
			if f.Schema.Items != nil {
				add(f.Schema.Items.Fields)
			}
		}
	}
	add(whole.Fields)
	return keys
}

func TestTheKeysAndLimitsOfTheDocs(t *testing.T) {
	text := document(t, "docs/content.md")
	for _, kind := range schema.Kinds[1:] {
		for _, key := range keys(t, kind) {
			if !strings.Contains(text, "`"+key+"`") {
				t.Errorf("docs/content.md lacks `%s`", key)
			}
		}
	}
	for what, limit := range map[string]int{
		"a Markdown file | 1 MiB (%)": content.MaxFileSize, "updates of an incident | %": content.MaxUpdates, "a path | %": content.MaxPathLength,
		"the name of a folder or file | %": content.MaxNameLength, "a title | %": content.MaxTitleLength, "front matter | %": frontmatter.MaxDepth,
		"levels, % aliases": frontmatter.MaxAliases, "aliases, % values": frontmatter.MaxNodes,
	} {
		number := strconv.Itoa(limit)
		for i := len(number) - 3; i > 0; i -= 3 {
			number = number[:i] + "," + number[i:]
		}
		if limit == content.MaxFileSize {
			number += " bytes"
		}
		if row := strings.Replace(what, "%", number, 1); !strings.Contains(text, row) {
			t.Errorf("docs/content.md lacks %q", row)
		}
	}
}

// TestHelpOfTheDocs compares the help of every command with its block in docs/cli.md, whose info
// string is "text crier COMMAND".
func TestHelpOfTheDocs(t *testing.T) {
	name := filepath.Join("..", "..", "docs", "cli.md")
	text := document(t, "docs/cli.md")
	shown := map[string]bool{}
	now := fenced.ReplaceAllStringFunc(text, func(block string) string {
		m := fenced.FindStringSubmatch(block)
		command, ok := strings.CutPrefix(m[1], "text crier")
		if !ok {
			return block
		}
		shown[strings.TrimSpace(command)] = true
		_, stdout, _ := run(t, t.TempDir(), autumn, append(strings.Fields(command), "--help")...)
		return "```" + m[1] + "\n" + stdout + "```"
	})
	if *update {
		if err := os.WriteFile(name, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff(text, now); d != "" && !*update {
		t.Errorf("run with -update:\n%s", d)
	}
	for _, command := range app.Commands(root(System{})) {
		if name := strings.TrimPrefix(strings.TrimPrefix(command.CommandPath(), "crier"), " "); !shown[name] {
			t.Errorf("docs/cli.md lacks a block %q", "text crier "+name)
		}
		if command.Example == "" && command.HasParent() {
			t.Errorf("%s --help has no example", command.CommandPath())
		}
	}
}

// TestTheHookOfTheDocs checks that docs/editors.md shows the hook that init writes, and a
// pre-commit configuration whose entry is a valid crier command. A script in cmd/crier runs the
// hook.
func TestTheHookOfTheDocs(t *testing.T) {
	text := document(t, "docs/editors.md")
	for _, file := range newsite.Files(newsite.Options{Components: []newsite.Component{{ID: "api"}}}) {
		if file.Path == ".githooks/pre-commit" && !strings.Contains(text, "```sh hook\n"+string(file.Bytes)+"```") {
			t.Errorf("docs/editors.md does not show\n%s", file.Bytes)
		}
	}
	entry := regexp.MustCompile(`(?m)^ +entry: crier (.*)$`).FindStringSubmatch(text)
	if entry == nil {
		t.Fatal("docs/editors.md has no entry for pre-commit")
	}
	dir := t.TempDir()
	for _, args := range [][]string{{"init"}, strings.Fields(entry[1])} {
		if status, _, stderr := run(t, dir, autumn, args...); status != exitFine {
			t.Errorf("%v: %d %s", args, status, stderr)
		}
	}
}

// TestTheSchemasOfTheDocs checks that docs/editors.md names every schema and no others.
func TestTheSchemasOfTheDocs(t *testing.T) {
	text := document(t, "docs/editors.md")
	named := map[string]bool{}
	for _, m := range regexp.MustCompile("`([a-z]+)\\.json`").FindAllStringSubmatch(text, -1) {
		named[m[1]] = true
	}
	for _, kind := range schema.Kinds {
		if !named[kind] {
			t.Errorf("docs/editors.md lacks %s.json", kind)
		}
		delete(named, kind)
	}
	if len(named) > 0 {
		t.Errorf("docs/editors.md names %v, which do not exist", named)
	}
}

// TestTheErrorsOfTheDocs checks that the code still contains every error and warning explained in
// docs/troubleshooting.md.
func TestTheErrorsOfTheDocs(t *testing.T) {
	var code strings.Builder
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		raw, err := os.ReadFile(name)
		code.Write(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	explained := 0
	for _, table := range strings.Split(document(t, "docs/troubleshooting.md"), "\n\n") {
		if !strings.HasPrefix(table, "| error |") && !strings.HasPrefix(table, "| warning |") {
			continue
		}
		for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)`").FindAllStringSubmatch(table, -1) {
			explained++
			if text := regexp.MustCompile(`answered \d+`).ReplaceAllString(m[1], "answered %d"); !strings.Contains(code.String(), text) {
				t.Errorf("docs/troubleshooting.md explains %q, which nothing prints", m[1])
			}
		}
	}
	if explained < 20 {
		t.Errorf("%d errors are explained", explained)
	}
}

// TestTheExitStatusesOfTheDocs checks that --help and docs/cli.md list the same exit statuses.
func TestTheExitStatusesOfTheDocs(t *testing.T) {
	text := document(t, "docs/cli.md")
	for _, line := range strings.Split(app.ExitTable, "\n")[1:] {
		number, meaning, _ := strings.Cut(strings.TrimSpace(line), " ")
		if row := "| " + number + " | " + strings.TrimSpace(meaning) + " |"; !strings.Contains(text, row) {
			t.Errorf("docs/cli.md lacks %q", row)
		}
	}
}
