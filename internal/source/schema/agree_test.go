package schema

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/frontmatter"
	"settler.io/crier/internal/testsite/testenv"
)

// compile compiles a schema with an independent validator, which also checks it against the
// meta-schema of its draft.
func compile(t *testing.T, kind string, components ...string) *jsonschema.Schema {
	t.Helper()
	return compileAs(t, Dialect, kind, components...)
}

func compileAs(t *testing.T, dialect, kind string, components ...string) *jsonschema.Schema {
	t.Helper()
	n, ok := Of(kind, components)
	if !ok {
		t.Fatalf("there is no schema for %s", kind)
	}
	n.Dialect = dialect
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(n.JSON())))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("crier:"+kind, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("crier:" + kind)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// value converts a tree to what a validator sees. Dates are strings, as in the language servers of
// editors.
func value(n *frontmatter.Node) any {
	switch n.Kind {
	case frontmatter.Null:
		return nil
	case frontmatter.Map:
		m := map[string]any{}
		for _, e := range n.Entries {
			m[e.Key] = value(e.Value)
		}
		return m
	case frontmatter.List:
		list := []any{}
		for _, item := range n.Items {
			list = append(list, value(item))
		}
		return list
	case frontmatter.Bool:
		return strings.EqualFold(n.Text, "true")
	case frontmatter.Integer, frontmatter.Float:
		return json.Number(n.Text)
	}
	return n.Text
}

// frontMatter parses the front matter of a file.
func frontMatter(t *testing.T, text string) *frontmatter.Node {
	t.Helper()
	read, mark := frontmatter.YAML, "---\n"
	if strings.HasPrefix(text, "+++\n") {
		read, mark = frontmatter.TOML, "+++\n"
	}
	front, _, _ := strings.Cut(strings.TrimPrefix(text, mark), mark)
	node, err := read([]byte(front), 2)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return node
}

const settings = "title = \"x\"\nlanguages = [\"en\", \"de\"]\n[[components]]\nid = \"api\"\n[[components]]\nid = \"web\"\n"

// others holds, for each kind of file, a path and the keys that are required besides the one under
// test.
var others = map[string]struct{ path, front string }{
	"incident":     {"content/incidents/a/01.md", "title: x\nseverity: P2\nstatus: investigating\ndate: 2026-10-02T10:04:00Z\n"},
	"maintenance":  {"content/maintenance/a/01.md", "title: x\nstatus: scheduled\ndate: 2026-10-01T10:04:00Z\nstarts: 2026-10-01T10:04:00Z\nends: 2026-10-03T10:04:00Z\n"},
	"announcement": {"content/announcements/a.md", "title: x\ndate: 2026-10-02T10:04:00Z\n"},
	"page":         {"content/pages/a.md", "title: x\n"},
	"postmortem":   {"content/incidents/a/postmortem.md", ""},
	"template":     {"content/templates/a.md", ""},
	"translation":  {"content/incidents/a/01.de.md", ""},
}

// values holds the values to try for every key, in TOML. Except for maps, YAML writes them in the
// same way.
var values = []string{
	`"some words"`, `""`, `3`, `0.5`, `true`, `2026-10-02T10:04:00Z`, `"2026-10-02T10:04:00+02:00"`, `"2026-10-02 10:04"`, `2026-10-02`, `"30m"`, `"1h30m"`, `"30 minutes"`,
	`[]`, `["api"]`, `["api", 3]`, `["nope"]`, `[["api"]]`, `{}`, `{api = "major_outage"}`, `{api = "broken"}`, `{web = "x"}`, `"P0"`, `"p0"`, `"SEV1"`,
	`"investigating"`, `"Investigating"`, `"completed"`, `"in_progress"`, `"/issues/a/"`, `["/issues/a"]`, `"issues/a"`, `"/../a"`, `"//a"`, `"/a/./b"`, `"/a/.../b"`, `"/a?b"`,
	`"incident"`, `"breach"`, `"lead"`, `["ceo", "cto"]`, `["boss"]`, `{lead = "2026-10-02T10:20:00Z"}`, `{lead = "soon"}`, `{boss = "2026-10-02T10:20:00Z"}`,
	`{escalate = "drill"}`, `{escalate = ""}`, `{escalation = "drill"}`, `"https://example.com/"`, `"https://example.com/?x"`, `"ftp://example.com/"`, `"status.example.com"`, `"mailto:a@example.com"`,
	`"#0b5fff"`, `"#12"`, `"en"`, `"pt-BR"`, `["de", "en"]`, `"english please"`, `"immediately"`, `-1`, `2`, `"a_b.c"`, `"A"`, `"yes"`, `"UTC"`, `"Europe/Berlin"`, `"default"`, `{contact = "mailto:a@example.com", expires = 2027-01-01}`,
	`"slack"`, `"x0ljvc9m1wxj"`, `"CRIER_SECRET"`, `"Example <status@example.com>"`, `[3]`, `[0]`, `["P0"]`, `["opened"]`,
	`{action = "https://example.com/", hidden = {l = ["a", "b"]}}`,
}

// parserKnows lists keys for which the parser checks more than a schema can, and what it checks.
var parserKnows = map[string]string{
	"config timezone":                     "which time zones there are",
	"config language":                     "which languages there are",
	"config languages":                    "which languages there are",
	"config security.preferred_languages": "which languages there are",
	"config severity.P0.batch":            "how long a batch may be",
	"config severity.P1.batch":            "how long a batch may be",
	"config severity.P2.batch":            "how long a batch may be",
	"config severity.P3.batch":            "how long a batch may be",
	"config rules.tolerance":              "how long a tolerance may be",
	"config security.contact":             "that the list may not be empty",
	"config components.[].group":          "which groups there are",
	"config notify.[].components":         "which components there are",
	"config notify.[].language":           "which languages there are",
}

// schemaWants lists keys for which only the schema insists on the canonical form, and what that is.
var schemaWants = map[string]string{
	"config groups.[].id":           "quotes, also for an id that is a number",
	"config components.[].id":       "quotes, also for an id that is a number",
	"config publish.cname":          "quotes",
	"config notify.[].name":         "quotes, also for a name that is a number",
	"config webhooks.[].name":       "quotes, also for a name that is a number",
	"config webhooks.[].secret_env": "quotes",
}

// TestSchemaAndParserAgree tries every value for every key of every kind. A schema must reject
// exactly what the parser reports as a mistake or as not in canonical form.
func TestSchemaAndParserAgree(t *testing.T) {
	testenv.SkipRace(t)
	for _, kind := range Kinds {
		t.Run(kind, func(t *testing.T) {
			schema, node := compile(t, kind, "api", "web"), mustOf(t, kind)
			accepted := map[string]int{}
			walk(node, nil, func(path []string) {
				name := strings.Join(path, ".")
				for _, literal := range values {
					var root *frontmatter.Node
					var findings []diag.Finding
					text := write(kind, path, literal)
					if kind == "config" {
						root, findings = parseConfig(t, text)
					} else {
						root, findings = parseContent(t, kind, text)
					}
					refused := schema.Validate(value(root))
					wrong := slices.ContainsFunc(findings, func(f diag.Finding) bool { return f.Kind.Class == diag.Mistake || f.Kind == diag.OtherForm })
					if (refused != nil) == wrong {
						if refused == nil {
							accepted[name]++
						}
						continue
					}
					if refused == nil && parserKnows[kind+" "+name] == "" || refused != nil && schemaWants[kind+" "+name] == "" {
						t.Errorf("%s = %s\nthe schema says: %v\nthe parser says: %v", name, literal, refused, findings)
					}
				}
				if known := path[len(path)-1] != noKey; known == (accepted[name] == 0) {
					t.Errorf("%s: %d values are right both for the schema and for the parser", name, accepted[name])
				}
			})
		})
	}
}

func mustOf(t *testing.T, kind string) frontmatter.Schema {
	t.Helper()
	n, ok := Of(kind, []string{"api", "web"})
	if !ok {
		t.Fatal(kind)
	}
	return n
}

const noKey = "no_such_key"

// walk visits all keys, and for each map also a key that does not exist. "[]" stands for an item of
// a list of tables.
func walk(n frontmatter.Schema, path []string, visit func(path []string)) {
	if len(n.Fields) > 0 {
		visit(append(slices.Clone(path), noKey))
	}
	for _, key := range n.Fields {
		at := append(slices.Clone(path), key.Key)
		visit(at)
		walk(key.Schema, at, visit)
		if key.Schema.Items != nil {
			walk(*key.Schema.Items, append(at, "[]"), visit)
		}
	}
}

// write returns a file with one key set to a value, and the other keys that the file needs.
func write(kind string, path []string, literal string) string {
	var out strings.Builder
	last := path[len(path)-1]
	if kind != "config" {
		out.WriteString("+++\n")
		for line := range strings.Lines(others[kind].front) {
			if key, value, _ := strings.Cut(line, ": "); key != path[0] {
				if strings.TrimSpace(value)[0] != '2' {
					value = fmt.Sprintf("%q\n", strings.TrimSpace(value))
				}
				fmt.Fprintf(&out, "%s = %s", key, value)
			}
		}
		switch len(path) {
		case 1:
			fmt.Fprintf(&out, "%s = %s\n", last, literal)
		default:
			fmt.Fprintf(&out, "%s = {%s = %s}\n", path[0], last, literal)
		}
		return out.String() + "+++\nWords.\n"
	}
	if path[0] != "title" {
		out.WriteString("title = \"x\"\n")
	}
	table := strings.ReplaceAll(strings.Join(path[:len(path)-1], "."), ".[]", "[]")
	switch list, ok := strings.CutSuffix(table, "[]"); {
	case ok:
		fmt.Fprintf(&out, "[[%s]]\n", list)
		others := map[string]map[string]string{
			"webhooks": {"name": "pager", "url": "https://example.com/", "secret_env": "SECRET"},
			"notify":   {"name": "pager", "form": "slack", "to": "CRIER_URL"},
		}
		if others[list] != nil {
			for key, value := range others[list] {
				if key != last {
					fmt.Fprintf(&out, "%s = %q\n", key, value)
				}
			}
		} else if list != "links" && last != "id" {
			out.WriteString("id = \"x\"\n")
		}
	case table != "":
		fmt.Fprintf(&out, "[%s]\n", table)
		if last == "batch" {
			out.WriteString("publish = \"2h\"\n")
		}
		if table == "security" && last != "contact" {
			out.WriteString("contact = \"mailto:a@example.com\"\n")
		}
		if table == "subscribe" && last != "action" {
			out.WriteString("action = \"https://example.com/\"\n")
		}
		if table == "security" && last != "expires" {
			out.WriteString("expires = 2027-01-01\n")
		}
	}
	fmt.Fprintf(&out, "%s = %s\n", last, literal)
	return out.String()
}

func parseConfig(t *testing.T, text string) (*frontmatter.Node, []diag.Finding) {
	t.Helper()
	root, err := frontmatter.TOML([]byte(text), 1)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	_, findings, _ := config.Parse("config.toml", []byte(text))
	return root, findings
}

var configuration = sync.OnceValues(func() (*config.Config, error) {
	c, _, err := config.Parse("config.toml", []byte(settings))
	return c, err
})

func parseContent(t *testing.T, kind, text string) (*frontmatter.Node, []diag.Finding) {
	t.Helper()
	c, err := configuration()
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{others[kind].path: {Data: []byte(text)}}
	if kind == "translation" || kind == "postmortem" {
		files[others["incident"].path] = &fstest.MapFile{Data: []byte("---\n" + others["incident"].front + "---\n")}
	}
	_, all := content.Load(files, content.Options{Config: c, Workers: 1})
	var findings []diag.Finding
	for _, f := range all {
		if f.Position.Path == others[kind].path {
			findings = append(findings, f)
		}
	}
	return frontMatter(t, text), findings
}
