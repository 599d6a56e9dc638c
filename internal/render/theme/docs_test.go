package theme

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/source/config"
)

// rows parses the tables of docs/themes.md. It maps the first cell of each row to the code words in
// the second.
func rows(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../../docs/themes.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for _, m := range regexp.MustCompile(`(?m)^\| ([^|]+) \| (.*) \|$`).FindAllStringSubmatch(string(text), -1) {
		for _, word := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(m[2], -1) {
			rows[m[1]] = append(rows[m[1]], word[1])
		}
		if rows[m[1]] == nil {
			rows[m[1]] = []string{}
		}
	}
	return rows
}

func TestFunctionsAreDocumented(t *testing.T) {
	documented := map[string]bool{"shared": false}
	for name := range (&Theme{zone: time.UTC}).functions(english["en"], config.Brand{}) {
		documented[name] = false
	}
	for cell := range rows(t) {
		for _, m := range regexp.MustCompile("`([a-zA-Z_]+)[^`]*`").FindAllStringSubmatch(cell, -1) {
			if _, known := documented[m[1]]; known {
				documented[m[1]] = true
			}
		}
	}
	for name, ok := range documented {
		if !ok {
			t.Errorf("docs/themes.md lacks the function %s", name)
		}
	}
}

// TestViewsAreDocumented compares the views of package site with docs/themes.md, field by field.
func TestViewsAreDocumented(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../../site/views.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	documented := rows(t)
	views := 0
	methods := map[string][]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if f, ok := n.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.IsExported() {
			receiver := f.Recv.List[0].Type
			if pointer, ok := receiver.(*ast.StarExpr); ok {
				receiver = pointer.X
			}
			name := receiver.(*ast.Ident).Name
			methods[name] = append(methods[name], f.Name.Name)
		}
		return true
	})
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		name := spec.Name.Name
		if name == "Page" || name == "Meta" || name == "Link" {
			return false // described in the section on the page
		}
		views++
		fields, ok := documented[name]
		if !ok {
			t.Errorf("docs/themes.md lacks the view %s", name)
			return false
		}
		wanted := slices.Clone(methods[name])
		for _, field := range spec.Type.(*ast.StructType).Fields.List {
			for _, id := range field.Names {
				if id.IsExported() {
					wanted = append(wanted, id.Name)
				}
			}
			if len(field.Names) == 0 && name != "ComponentPage" {
				wanted = append(wanted, field.Type.(*ast.Ident).Name)
			}
		}
		for _, field := range wanted {
			if !slices.Contains(fields, field) {
				t.Errorf("docs/themes.md: the view %s lacks %s", name, field)
			}
		}
		for _, field := range fields {
			if !slices.Contains(wanted, field) && !(name == "Overview" && strings.Contains("Indicator Description", field)) {
				t.Errorf("docs/themes.md: the view %s has no %s", name, field)
			}
		}
		return false
	})
	if views < 15 {
		t.Errorf("%d views", views)
	}
}
