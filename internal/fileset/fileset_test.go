package fileset

import (
	"errors"
	"io"
	"strings"
	"testing"

	"settler.io/crier/internal/testsite/testenv"
)

// The hashes are those that `git hash-object --stdin` prints.
func TestSum(t *testing.T) {
	for content, want := range map[string]string{
		"":        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
		"hello\n": "ce013625030ba8dba906f756967f9e9ca394464a",
	} {
		if got := Sum([]byte(content)).String(); got != want {
			t.Errorf("%q: %s, want %s", content, got, want)
		}
	}
	content := strings.Repeat("zürich\x00\r\n", 1000)
	c := testenv.GitCommand(t, t.TempDir(), "hash-object", "--stdin", "--no-filters")
	c.Stdin = strings.NewReader(content)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := Sum([]byte(content)).String(); got != strings.TrimSpace(string(out)) {
		t.Errorf("%s, git says %s", got, out)
	}
}

func TestParseHash(t *testing.T) {
	want := Sum([]byte("x"))
	got, err := ParseHash(want.String())
	if err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
	for _, bad := range []string{"", "zz", "e69de29", want.String() + "00"} {
		if _, err := ParseHash(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestValidPath(t *testing.T) {
	for _, good := range []string{"index.html", "incidents/2026-10-01-x/index.html", ".nojekyll", "a/.crier", "übersicht/index.html", "a b"} {
		if err := ValidPath(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "/", "/etc/passwd", "a//b", "a/", ".", "..", "../x", "a/../../x", "a/./b", `a\b`, `..\x`, "c:x", "a\x00b", "a\nb", "a\x7fb",
		".crier", ".crier/manifest", ".CRIER/x", ".git", ".git/config", ".Git/config", "a*b", "a?b", `a"b`, "a<b", "a|b",
		strings.Repeat("a", 256),
	} {
		if ValidPath(bad) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func file(path string) File {
	return File{Path: path, Write: func(w io.Writer) error { _, err := io.WriteString(w, path); return err }}
}

func TestSet(t *testing.T) {
	var s Set
	for _, path := range []string{"index.html", "a/b/index.html", "a/c.html", "z"} {
		if err := s.Add(file(path)); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		"index.html":     `path "index.html" is added twice`,
		"Index.html":     `path "Index.html" differs from "index.html" by case only`,
		"a/b":            `path "a/b" is a folder of "a/b/index.html"`,
		"A":              `path "A" is a folder of "a/b/index.html"`,
		"z/index.html":   `path "z" is a folder of "z/index.html"`,
		"../index.html":  `path "../index.html" has the part ".."`,
		".crier/journal": `path ".crier/journal" is in .crier`,
	} {
		if err := s.Add(file(path)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", path, err, want)
		}
	}
	if s.Len() != 4 || len(s.Files()) != 4 {
		t.Errorf("%d files", s.Len())
	}
	if f, ok := s.Lookup("a/c.html"); !ok || f.Path != "a/c.html" {
		t.Error("a file that was added is not found")
	}
	if _, ok := s.Lookup("a"); ok {
		t.Error("a folder is found as a file")
	}
}

// TestFilesOfPaths checks that a set made from the paths of another behaves like a set that was
// filled with Add.
func TestFilesOfPaths(t *testing.T) {
	var first Set
	names := []string{"index.html", "a/b/index.html", "z"}
	for _, path := range names {
		if err := first.Add(file(path)); err != nil {
			t.Fatal(err)
		}
	}
	s := first.paths.Files(func(i int) File { return file(names[i]) })
	if s.Len() != 3 || len(s.Files()) != 3 {
		t.Errorf("%d files", s.Len())
	}
	if f, ok := s.Lookup("a/b/index.html"); !ok || f.Path != "a/b/index.html" {
		t.Errorf("found %t %q", ok, f.Path)
	}
	for _, other := range []string{"A/b/index.html", "a", "y", ""} {
		if _, ok := s.Lookup(other); ok {
			t.Errorf("%q is found", other)
		}
	}
	if treeOf(t, s) != treeOf(t, &first) {
		t.Error("the tree is another")
	}
}

// treeOf returns the hash of all files that have no Digest.
func treeOf(t *testing.T, s *Set) Hash {
	t.Helper()
	hashes := make([]Hash, s.Len())
	if err := s.Make(nil, func(i int, _ []byte, hash Hash) error { hashes[i] = hash; return nil }); err != nil {
		t.Fatal(err)
	}
	return s.tree(hashes)
}

// TestAReservedPathIsNotToBeHad checks that neither a reserved path nor a folder of it can be
// added, whatever the case, and that it is not part of the set.
func TestReservedPaths(t *testing.T) {
	var p Paths
	if err := p.Reserve("CNAME"); err != nil {
		t.Fatal(err)
	}
	if err := p.Reserve(".well-known/security.txt"); err != nil {
		t.Fatal(err)
	}
	for path, other := range map[string]string{"CNAME": "CNAME", "cname": "CNAME", "CNAME/index.html": "CNAME", "Cname/a/b": "CNAME", ".well-known": ".well-known/security.txt", ".Well-Known/Security.txt/x": ".well-known/security.txt"} {
		var taken *Taken
		if err := p.Add(path); !errors.As(err, &taken) || taken.Other != other || taken.Path != path {
			t.Errorf("%s: %v", path, err)
		}
	}
	if err := p.Add(".well-known/other.txt"); err != nil {
		t.Error(err)
	}
	if _, found := p.Number("CNAME"); found || p.Len() != 1 {
		t.Errorf("%d paths, the reserved one is found: %t", p.Len(), found)
	}
	if p.Reserve(".well-known/other.txt") == nil {
		t.Error("a path that is there is reserved")
	}
}

func TestTree(t *testing.T) {
	tree := func(files ...string) Hash {
		s := &Set{}
		if err := s.Add(File{Path: "version", Digest: func(tree Hash) []byte { return []byte(tree.String()) }}); err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(files); i += 2 {
			if err := s.Add(File{Path: files[i], Write: func(w io.Writer) error { _, err := io.WriteString(w, files[i+1]); return err }}); err != nil {
				t.Fatal(err)
			}
		}
		return treeOf(t, s)
	}
	one := tree("a", "1", "b", "2")
	if tree("b", "2", "a", "1") != one {
		t.Error("the order of adding counts")
	}
	for _, other := range [][]string{{"a", "1", "b", "3"}, {"a", "1", "c", "2"}, {"a", "1"}, {"a", "1", "b", "2", "c", ""}, {"a", "2", "b", "1"}} {
		if tree(other...) == one {
			t.Errorf("%q has the same tree", other)
		}
	}
}
