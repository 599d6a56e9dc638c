// Command same compares the output of two versions of Crier. Both build the same three sites: the
// one at the root of this repository, Jenkins's (imported from cState), and a generated one with
// 1,000 incidents.
//
//	go run ./test/same OLD NEW
//
// It prints every file that differs, and exits with status 1 if there are any. HTML, also within
// feeds, counts as equal if it parses to the same tree. The function expected lists the files that
// may differ.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"settler.io/crier/internal/testsite"
)

const at = "2026-11-01T12:00:00Z" // after the last update of all three sites

// expected reports whether a file may differ, or exist in only one of the builds.
func expected(name string) bool {
	folder, file := path.Split(name)
	switch {
	case name == "version.json", strings.HasPrefix(name, ".crier/"): // derived from all other files
		return true
	case path.Base(folder) == "feed": // every feed used to have archives
		return path.Ext(file) != ".atom" || strings.Contains(folder, "components/")
	case strings.HasPrefix(file, "feed."): // now the newest 50 entries, before as many as fit
		return file != "feed.atom" || strings.Contains(folder, "components/")
	}
	return false
}

func main() {
	flag.Usage = func() { fmt.Fprintln(flag.CommandLine.Output(), "Usage: same OLD NEW") }
	flag.Parse()
	if flag.NArg() != 2 {
		flag.Usage()
		os.Exit(2)
	}
	differ, err := compare(flag.Arg(0), flag.Arg(1))
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
	if differ {
		os.Exit(1)
	}
}

func compare(old, new string) (differ bool, err error) {
	work, err := os.MkdirTemp("", "same")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(work)
	for _, make := range []struct {
		name string
		site func(folder string) error
	}{
		{"settler", func(folder string) error { return copySite(".", folder) }},
		{"jenkins", func(folder string) error {
			return run(old, "import", "cstate", "internal/source/importer/cstate/testdata/jenkins", "--site", folder)
		}},
		{"generated", func(folder string) error {
			return os.CopyFS(folder, testsite.Generate(testsite.Options{Incidents: 1000, Seed: 1}))
		}},
	} {
		site := filepath.Join(work, make.name)
		if err := os.MkdirAll(site, 0o755); err != nil {
			return false, err
		}
		if err := make.site(site); err != nil {
			return false, err
		}
		var builds [2]map[string][]byte
		for i, program := range []string{old, new} {
			out := filepath.Join(work, make.name+fmt.Sprint(i))
			if err := run(program, "build", "--site", site, "--out", out, "--at", at, "--no-cache"); err != nil {
				return false, err
			}
			if builds[i], err = read(os.DirFS(out)); err != nil {
				return false, err
			}
		}
		differences, equivalent := differences(builds[0], builds[1])
		fmt.Printf("%s: %d files of %s, %d of %s; %d differ, %d are other bytes of the same HTML\n", make.name, len(builds[0]), old, len(builds[1]), new, len(differences), equivalent)
		for _, d := range differences {
			fmt.Println("  " + d)
			differ = true
		}
	}
	return differ, nil
}

// differences returns the files that differ although they must not, and the number of files that
// only differ in bytes but are the same HTML.
func differences(old, new map[string][]byte) (list []string, equivalent int) {
	names := map[string]bool{}
	for name := range old {
		names[name] = true
	}
	for name := range new {
		names[name] = true
	}
	for name := range names {
		a, before := old[name]
		b, after := new[name]
		switch {
		case expected(name):
		case !after:
			list = append(list, name+" is gone")
		case !before:
			list = append(list, name+" is new")
		case bytes.Equal(a, b):
		case canonical(name, a) == canonical(name, b):
			equivalent++
		default:
			list = append(list, name+" differs: "+firstDifference(canonical(name, a), canonical(name, b)))
		}
	}
	slices.Sort(list)
	return list, equivalent
}

func firstDifference(a, b string) string {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	around := func(text string) string { return text[max(0, at-40):min(len(text), at+60)] }
	return fmt.Sprintf("%q, now %q", around(a), around(b))
}

// copySite copies a site without its theme. The theme at the root of the repository is the one that
// each program has built in.
func copySite(from, to string) error {
	if err := os.CopyFS(filepath.Join(to, "content"), os.DirFS(filepath.Join(from, "content"))); err != nil {
		return err
	}
	raw, err := os.ReadFile(filepath.Join(from, "config.toml"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, "config.toml"), raw, 0o644)
}

func run(program string, args ...string) error {
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, out)
	}
	return nil
}

func read(folder fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[name], err = fs.ReadFile(folder, name)
		return err
	})
	return files, err
}
