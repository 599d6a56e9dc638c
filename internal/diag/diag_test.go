package diag

import (
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
)

func TestPosition(t *testing.T) {
	for want, p := range map[string]Position{
		"a.md:3:5": {"a.md", 3, 5},
		"a.md:3":   {"a.md", 3, 0},
		"a.md":     {"a.md", 0, 0},
	} {
		if got := p.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestFinding(t *testing.T) {
	f := UnknownKey.New(Position{"a.md", 3, 1}, `did you mean "title"?`, "unknown key %q", "titel")
	if got, want := f.String(), "a.md:3:1: unknown key \"titel\"\n  hint: did you mean \"title\"?"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	f.Hint = ""
	if got, want := f.String(), "a.md:3:1: unknown key \"titel\""; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestSort(t *testing.T) {
	at := func(path string, line, column int) Position { return Position{path, line, column} }
	sorted := []Finding{
		BadDate.New(at("a", 1, 1), "", "x"),
		BadDate.New(at("a", 2, 1), "", "x"),
		BadDate.New(at("a", 2, 3), "", "x"),
		BadDate.New(at("a", 2, 3), "", "y"),
		BadName.New(at("a", 2, 3), "", "x"),
		BadDate.New(at("b", 1, 1), "", "x"),
	}
	for i := range sorted {
		shuffled := append(slices.Clone(sorted[i:]), sorted[:i]...)
		shuffled = append(shuffled, sorted[i]) // a duplicate
		if got := Sort(shuffled); !slices.Equal(got, sorted) {
			t.Errorf("from %d: %v", i, got)
		}
	}
	if Count(sorted, Mistake) != 6 || Count(sorted, Note) != 0 {
		t.Error("counted wrongly")
	}
}

func TestNearest(t *testing.T) {
	known := []string{"title", "status", "severity", "date", "components", "eta"}
	for word, want := range map[string]string{
		"titel":     "title",
		"Status":    "status",
		"stauts":    "status",
		"component": "components",
		"ETA":       "eta",
		"et":        "eta",
		"severity ": "severity",
		"xyz":       "",
		"colour":    "",
		"":          "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	for _, c := range []struct {
		word  string
		known []string
		want  string
	}{
		{"titel", []string{"title", "date"}, `did you mean "title"?`},
		{"zzz", []string{"title", "date"}, "valid values: title, date"},
		{"zzz", nil, ""},
	} {
		if got := DidYouMean(c.word, c.known); got != c.want {
			t.Errorf("%q: %q, want %q", c.word, got, c.want)
		}
	}
}

func TestDistanceIsSymmetric(t *testing.T) {
	words := []string{"", "a", "ab", "ba", "abc", "identified", "identfied", "monitoring", "montioring"}
	for _, a := range words {
		for _, b := range words {
			d := Edits(a, b)
			if d != Edits(b, a) || (d == 0) != (a == b) || d > max(len(a), len(b)) {
				t.Errorf("distance of %q and %q is %d, and %d", a, b, d, Edits(b, a))
			}
		}
	}
}

// kinds parses the table of kinds from its source. The result maps each variable name to its kind.
func kinds(t *testing.T) map[string]Kind {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "kinds.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]Kind{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		values := spec.Values[0].(*ast.CompositeLit).Elts
		text := func(e ast.Expr) string {
			s, err := strconv.Unquote(e.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		class := map[string]Class{"Mistake": Mistake, "Rule": Rule, "Note": Note}[values[1].(*ast.Ident).Name]
		found[spec.Names[0].Name] = Kind{text(values[0]), class, text(values[2])}
		return false
	})
	return found
}

func TestKindsAreWellFormedAndDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/findings.md")
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	codes := map[string]string{}
	for name, kind := range kinds(t) {
		if !form.MatchString(kind.Code) || kind.Class == "" || !strings.HasSuffix(kind.Summary, ".") {
			t.Errorf("%s: %+v", name, kind)
		}
		if other, twice := codes[kind.Code]; twice {
			t.Errorf("%s and %s have the code %s", name, other, kind.Code)
		}
		codes[kind.Code] = name
		if row := "| `" + kind.Code + "` | " + string(kind.Class) + " | " + kind.Summary; !strings.Contains(string(doc), row) {
			t.Errorf("docs/findings.md lacks the row\n%s", row)
		}
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z0-9-]+)` \\|").FindAllStringSubmatch(string(doc), -1) {
		if codes[m[1]] == "" {
			t.Errorf("docs/findings.md lists %s, which no finding has", m[1])
		}
	}
}

// TestKindsAreReported checks that the code uses every kind, so that the list has no kind that is
// never reported.
func TestKindsAreReported(t *testing.T) {
	var code strings.Builder
	err := filepath.WalkDir("..", func(path string, entry os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "kinds.go") {
			return err
		}
		src, err := os.ReadFile(path)
		code.Write(src)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range kinds(t) {
		if !strings.Contains(code.String(), "diag."+name) {
			t.Errorf("diag.%s is never reported", name)
		}
	}
}
