package internal

import (
	"errors"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestTheLimitsOfTheDocs compares the numbers of docs/security.md with the constants that it names.
func TestTheLimitsOfTheDocs(t *testing.T) {
	text, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| (.+) \\| ([0-9,]+)[^|]* \\| `([a-z]+)\\.(\\w+)` \\|$").FindAllStringSubmatch(string(text), -1)
	if len(rows) < 8 {
		t.Fatalf("docs/security.md has %d limits", len(rows))
	}
	for _, row := range rows {
		want, ok := constantOf(t, row[3], row[4])
		if !ok {
			t.Errorf("%s: there is no constant %s.%s", row[1], row[3], row[4])
			continue
		}
		if number, err := strconv.ParseInt(strings.ReplaceAll(row[2], ",", ""), 10, 64); err != nil || number != want {
			t.Errorf("%s is %s in docs/security.md, and %s.%s is %d", row[1], row[2], row[3], row[4], want)
		}
	}
}

// constantOf finds the value of a package's integer constant, exported or not.
func constantOf(t *testing.T, pkg, name string) (int64, bool) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folderOf(t, pkg), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
	}
	// What a package imports is not looked at: limits are plain numbers.
	checker := types.Config{Importer: noImports{}, Error: func(error) {}}
	checked, _ := checker.Check(pkg, fset, parsed, nil)
	c, ok := checked.Scope().Lookup(name).(*types.Const)
	if !ok {
		return 0, false
	}
	return constant.Int64Val(c.Val())
}

type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not looked at") }

// folderOf returns the folder of the package with a name.
func folderOf(t *testing.T, name string) string {
	t.Helper()
	found := ""
	err := filepath.WalkDir(".", func(at string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == name {
			if code, _ := filepath.Glob(filepath.Join(at, "*.go")); len(code) > 0 {
				found = at
			}
		}
		return err
	})
	if err != nil || found == "" {
		t.Fatalf("there is no package %s: %v", name, err)
	}
	return found
}
