package schema

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"settler.io/crier/internal/source/frontmatter"
)

func TestEverythingIsDescribed(t *testing.T) {
	sentence := regexp.MustCompile(`^[^ ].*\.$`)
	var look func(fields []frontmatter.Field, path string)
	look = func(fields []frontmatter.Field, path string) {
		for _, f := range fields {
			if !sentence.MatchString(f.Help) {
				t.Errorf("%s.%s: the description is %q", path, f.Key, f.Help)
			}
			look(f.Schema.Fields, path+"."+f.Key)
			if f.Schema.Items != nil {
				look(f.Schema.Items.Fields, path+"."+f.Key+"[]")
			}
		}
	}
	for _, kind := range Kinds {
		n := mustOf(t, kind)
		look(n.Fields, kind)
		if n.Title == "" || !sentence.MatchString(n.Description) || n.Dialect != Dialect {
			t.Errorf("%s has the title %q and the dialect %q", kind, n.Title, n.Dialect)
		}
		if strings.Contains(string(n.JSON()), `(?`) {
			t.Errorf("%s has a pattern that some engines of regular expressions lack", kind)
		}
	}
	if _, ok := Of("incidents", nil); ok {
		t.Error("there is a schema for an unknown kind")
	}
}

func TestAnyComponentWithoutAList(t *testing.T) {
	for ids, want := range map[string][2]bool{"": {true, true}, "api web": {true, false}} {
		schema := compile(t, "incident", strings.Fields(ids)...)
		for i, text := range []string{"status: resolved\ncomponents: {api: major_outage}\n", "status: resolved\ncomponents: [nope]\n"} {
			node, err := frontmatter.YAML([]byte(text), 1)
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(value(node)); (err == nil) != want[i] {
				t.Errorf("components %q, %q: %v", ids, text, err)
			}
		}
	}
}

// TestNullCountsAsAbsent checks that a YAML key without a value counts as absent.
func TestNullCountsAsAbsent(t *testing.T) {
	for _, kind := range Kinds[1:] {
		walk(mustOf(t, kind), nil, func(path []string) {
			if len(path) > 1 || path[0] == noKey {
				return
			}
			front := path[0] + ":\n"
			for line := range strings.Lines(others[kind].front) {
				if key, _, _ := strings.Cut(line, ":"); key != path[0] {
					front += line
				}
			}
			root, findings := parseContent(t, kind, "---\n"+front+"---\n")
			refused := compile(t, kind).Validate(value(root))
			if needed := slices.ContainsFunc(mustOf(t, kind).Fields, func(f frontmatter.Field) bool { return f.Key == path[0] && f.Schema.Required }); (refused != nil) != needed {
				t.Errorf("%s: %v; the parser says %v", front, refused, findings)
			}
		})
	}
}

// kindOf returns the kind of the file with the given path.
func kindOf(name string) string {
	switch {
	case name == "config.toml":
		return "config"
	case regexp.MustCompile(`\.[a-z]{2}\.md$`).MatchString(name):
		return "translation"
	case strings.HasSuffix(name, "postmortem.md"):
		return "postmortem"
	}
	for folder, kind := range map[string]string{"incidents": "incident", "maintenance": "maintenance", "announcements": "announcement", "pages": "page", "templates": "template"} {
		if strings.HasPrefix(name, "content/"+folder+"/") {
			return kind
		}
	}
	return ""
}

var fenced = regexp.MustCompile("(?ms)^```([^\n]*)\n(.*?)^```$")

// TestTheExamplesOfTheDocs validates every file shown in the docs, and every file of the site at
// the root of the repository.
func TestTheExamplesOfTheDocs(t *testing.T) {
	files := map[string]string{}
	documents, err := filepath.Glob("../../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(documents, "../../../README.md") {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range fenced.FindAllStringSubmatch(string(raw), -1) {
			if _, file, ok := strings.Cut(m[1], " file="); ok && kindOf(file) != "" {
				files[fmt.Sprintf("%s %d %s", name, i, file)] = m[2]
			} else if m[1] == "toml complete" {
				files[name+" config.toml"] = m[2]
			}
		}
	}
	for _, pattern := range []string{"config.toml", "content/*/*.md", "content/*/*/*/*.md"} {
		names, err := filepath.Glob("../../../" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			name = strings.TrimPrefix(filepath.ToSlash(name), "../../../")
			raw, err := os.ReadFile("../../../" + name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = string(raw)
		}
	}
	seen := map[string]int{}
	for name, text := range files {
		kind := kindOf(name[strings.LastIndex(name, " ")+1:])
		seen[kind]++
		node, err := frontmatter.TOML([]byte(text), 1)
		if kind != "config" {
			node, err = frontMatter(t, text), nil
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, dialect := range []string{Dialect, "http://json-schema.org/draft-04/schema#", "https://json-schema.org/draft/2020-12/schema"} {
			if err := compileAs(t, dialect, kind).Validate(value(node)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for _, kind := range Kinds[:7] {
		if seen[kind] == 0 {
			t.Errorf("no example of %s", kind)
		}
	}
}
