package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// called are the beginnings of the texts that contain the word "public" or "live", apart from help
// and those that say that something is not public, with the reason why each is true.
var called = map[string]string{
	"Public: pushed %s, live %s.\n": "live.Site.WaitFor has seen it",
	"Live at %s after %s":           "live.Site.Wait has seen it",
	"Live: ":                        "publishing.visible has seen it",
	"Live since %s: %s":             "publishing.visible has seen it",
	"%s: warning: the time at which it was seen live":         "live.Site.Wait has seen it",
	"warning: others could not be notified of what is live":   "publishing.visible has seen it",
	"run crier publish first; if a newer commit is live":      "only if it is",
	"there is no public update":                               "there is none",
	"What this changes in public, once it is merged":          "in the future",
	"This no longer changes anything in public.":              "it changes nothing",
	"write a public update":                                   "what to do",
	"Replace the text in [brackets]":                          "public is a key there",
	"name the folder that crier build wrote":                  "public is a folder there",
	"publish to a folder of its own":                          "public is a folder there",
	"dir:FOLDER, git:REMOTE#BRANCH, the URL of the live site": "a place to read",
	"the record no longer says when %s became public":         "it is not known",
	"what is public was ":                                     "read from the target",
	"this site is not in a git repository, so":                "it is not known",
	"first public update":                                     "a measure, by the record",
}

var (
	publicOrLive = regexp.MustCompile(`(?i)\b(public|live)\b`)
	flagFunction = regexp.MustCompile(`VarP?$|Flag$`)
	notPublic    = regexp.MustCompile(`(?i)\bnot (seen to be )?(public|live)|\bpublic/`)
)

// TestNothingUnseenIsCalledPublic finds the texts of the program that call something public or
// live.
func TestNothingUnseenIsCalledPublic(t *testing.T) {
	for _, dir := range []string{".", "../publish", "../git", "../source/check", "../render/report"} {
		err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "publishtest") {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(node ast.Node) bool {
				switch help := node.(type) {
				case *ast.KeyValueExpr:
					if key, ok := help.Key.(*ast.Ident); ok && (key.Name == "Short" || key.Name == "Long") {
						return false
					}
				case *ast.CallExpr: // the definition of a flag
					if function, ok := help.Fun.(*ast.SelectorExpr); ok && flagFunction.MatchString(function.Sel.Name) {
						return false
					}
				}
				literal, ok := node.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(literal.Value)
				if err != nil || !strings.Contains(text, " ") || !publicOrLive.MatchString(notPublic.ReplaceAllString(text, "")) {
					return true
				}
				if !slices.ContainsFunc(slices.Collect(maps.Keys(called)), func(beginning string) bool { return strings.HasPrefix(text, beginning) }) {
					t.Errorf("%s: %q", files.Position(literal.Pos()), text)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
