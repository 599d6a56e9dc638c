package schema

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/frontmatter"
)

// places maps each parser function to where the keys that it decodes belong: kinds, or tables of
// config.toml.
var places = map[string][]string{
	"commonFields":       {"incident", "maintenance", "template"},
	"incidentFields":     {"incident", "template"},
	"maintenanceFields":  {"maintenance"},
	"postmortemFields":   {"postmortem"},
	"announcementFields": {"announcement"},
	"pageFields":         {"page"},
	"translationFields":  {"translation"},
	"decode":             {"template"}, // in addition to the keys of an incident

	"fields":    {"config"},
	"brand":     {"config.brand"},
	"security":  {"config.security"},
	"subscribe": {"config.subscribe"},
	"group":     {"config.groups.[]"},
	"component": {"config.components.[]"},
	"link":      {"config.links.[]"},
	"notify":    {"config.notify.[]"},
	"webhook":   {"config.webhooks.[]"},
	"rules":     {"config.rules"},
}

// TestTheKeysOfTheParsers extracts the keys from the source code of the parsers and checks that the
// schemas have the same keys. It skips keys from a list of names, such as severities;
// TestSchemaAndParserAgree covers those.
func TestTheKeysOfTheParsers(t *testing.T) {
	parsed := map[string]bool{}
	for _, file := range []string{"../content/*.go", "../config/*.go"} {
		names, err := filepath.Glob(file)
		if err != nil || len(names) == 0 {
			t.Fatal(names, err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			syntax, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, declaration := range syntax.Decls {
				if function, ok := declaration.(*ast.FuncDecl); ok && function.Body != nil {
					for _, key := range literals(function.Body, "") {
						where, known := places[function.Name.Name]
						if !known {
							t.Errorf("%s: say in places where the keys of %s belong", name, function.Name.Name)
							break
						}
						for _, place := range where {
							parsed[place+"."+key] = true
						}
					}
				}
			}
		}
	}
	for _, rule := range policy.Table {
		for _, number := range rule.Severity {
			for _, severity := range severities() {
				parsed["config.severity."+severity+"."+number.Key] = true
			}
		}
		for _, number := range rule.All {
			parsed["config.rules."+number.Key] = true
		}
	}
	described := map[string]bool{}
	for _, kind := range Kinds {
		walk(mustOf(t, kind), []string{kind}, func(path []string) {
			if last := path[len(path)-1]; last != noKey && !listed(path) {
				described[strings.Join(path, ".")] = true
			}
		})
	}
	for key := range parsed {
		if !described[key] {
			t.Errorf("the schemas lack %s: add it to schema/config.go or schema/frontmatter.go", key)
		}
	}
	for key := range described {
		if !parsed[key] {
			t.Errorf("no parser knows %s", key)
		}
	}
}

// literals returns the keys of the fields written below a node. The key of a nested field is
// prefixed with the key of its parent.
func literals(root ast.Node, prefix string) (keys []string) {
	ast.Inspect(root, func(n ast.Node) bool {
		literal, ok := n.(*ast.CompositeLit)
		if !ok || n == root {
			return true
		}
		name := ""
		for _, element := range literal.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok && fmt.Sprint(pair.Key) == "Key" {
				if text, ok := pair.Value.(*ast.BasicLit); ok {
					name, _ = strconv.Unquote(text.Value)
				}
			}
		}
		if name == "" {
			return true
		}
		keys = append(keys, prefix+name)
		keys = append(keys, literals(literal, prefix+name+".")...)
		return false
	})
	return keys
}

// listed reports whether a key comes from a list of names.
func listed(path []string) bool {
	return slices.ContainsFunc([]string{"escalated", "waive", "conditions", "labels", "severity", "update_every"}, func(table string) bool {
		return len(path) > 2 && path[len(path)-2] == table
	})
}

func TestEverythingIsDescribed(t *testing.T) {
	var look func(n Node, path string)
	look = func(n Node, path string) {
		if !regexp.MustCompile(`^[^ ].*\.$`).MatchString(n.Description) {
			t.Errorf("%s: the description is %q", path, n.Description)
		}
		for _, key := range n.Keys {
			look(key.Node, path+"."+key.Name)
		}
		if n.Items != nil {
			for _, key := range n.Items.Keys {
				look(key.Node, path+"[]."+key.Name)
			}
		}
	}
	for _, kind := range Kinds {
		n := mustOf(t, kind)
		look(n, kind)
		if n.Title == "" || n.Schema != Dialect {
			t.Errorf("%s has the title %q and the dialect %q", kind, n.Title, n.Schema)
		}
		if strings.Contains(string(n.JSON()), `(?`) {
			t.Errorf("%s has a pattern that some engines of regular expressions lack", kind)
		}
	}
	if _, ok := Of("incidents", nil); ok {
		t.Error("there is a schema for an unknown kind")
	}
}

func TestWithoutComponentsAnyIdWillDo(t *testing.T) {
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

// TestNothingIsNoValue checks that a YAML key without a value counts as absent.
func TestNothingIsNoValue(t *testing.T) {
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
			if needed := slices.Contains(mustOf(t, kind).Required, path[0]); (refused != nil) != needed {
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
