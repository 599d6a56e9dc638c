package report

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/newsite"
)

// NewSite is a site that was made, or files that were added to one.
type NewSite struct {
	newsite.Options
	Dir       string   // its folder, as the user typed it
	Elsewhere bool     // it is not the working directory
	Written   []string // files
	Kept      []string // files that were there before
	Ignored   bool     // .gitignore was there before, with other lines
	DryRun    bool
	Samples   bool // it has samples, because it is new
	Forms     bool // it has issue forms

	InGit          bool   // the folder is in a git repository,
	Branch, Remote string // whose current branch and remote these are, if they are known
}

// Folder returns the name of a folder for use in a sentence.
func Folder(dir string) string {
	if dir == "." {
		return "this folder"
	}
	return dir
}

// Text writes which files were written, and how to put the site online.
func (n NewSite) Text(w io.Writer) {
	verb := "Created"
	if n.DryRun {
		verb = "Would create"
	}
	fmt.Fprintf(w, "%s %s in %s.\n", verb, Count(len(n.Written), "file"), Folder(n.Dir))
	for _, name := range n.Written {
		fmt.Fprintln(w, " ", name)
	}
	if len(n.Kept) > 0 {
		fmt.Fprintln(w, "\nAlready there, and kept:\n ", strings.Join(slices.Sorted(slices.Values(n.Kept)), "\n  "))
	}
	if n.Ignored {
		fmt.Fprintln(w, "\nAdd the line /public/ to .gitignore: crier build writes there.")
	}
	if strings.HasSuffix(n.Action, "@COMMIT") {
		fmt.Fprintln(w, "\nThis crier doesn't know the commit it was built from. In .github/workflows, replace COMMIT with 40 digits that\n"+
			"  git ls-remote https://github.com/settler/crier 'v*'\nprints for a release.")
	}
	switch {
	case n.DryRun:
	case n.Forms && !n.Samples:
		fmt.Fprintln(w, "\nNext: commit and push them. Then people open incidents on GitHub: see docs/without-git.md.")
	default:
		n.next(w)
	}
}

// next writes the next steps.
func (n NewSite) next(w io.Writer) {
	var steps [][]string
	step := func(command, what string) { steps = append(steps, []string{"  " + command, "  " + what}) }
	if n.Elsewhere {
		step("cd "+diag.QuoteForShell(n.Dir), "the new site")
	}
	if !n.InGit {
		step("git init -b main", "git keeps updates, and knows when they were published")
	}
	step("git config core.hooksPath "+diag.QuoteForShell(path.Join(n.Options.Folder, ".githooks")), "checks each commit")
	step("crier build", "compiles the site into public/: open public/index.html")
	step("crier new --template service-down", "opens an incident")
	fmt.Fprintln(w, "\nNext:")
	Table(w, steps)
	steps = nil
	if n.Branch != "" && n.Branch != "main" {
		step("git branch -m main", "the branch that the workflows publish; or write "+n.Branch+" into them")
	}
	step("git add -A && git commit -m 'Add the status page'", "the workflows publish what is on main")
	if n.Remote == "" {
		step("git remote add origin git@github.com:OWNER/REPO.git", "an empty repository on GitHub")
	}
	step("git push -u "+cmp.Or(n.Remote, "origin")+" main", "starts the workflow, which writes the branch gh-pages")
	step("gh api repos/OWNER/REPO/pages -f 'source[branch]=gh-pages'", "serves that branch; or choose it under Settings, Pages on GitHub")
	fmt.Fprintln(w, "\nTo put it online:")
	Table(w, steps)
	switch host := n.Host(); {
	case host != "":
		fmt.Fprintf(w, "  Then add this DNS record: %s CNAME OWNER.github.io\n", host)
	case strings.Contains(n.URL, "example.com"):
		fmt.Fprintln(w, "  Then write the page's URL, https://OWNER.github.io/REPO/, into base_url in config.toml, and commit and push it.")
	}
	if n.Options.Folder != "." {
		fmt.Fprintln(w, "\nGitHub runs only workflows at the root of a repository: move the folder .github there.")
	}
	if n.Samples {
		fmt.Fprintln(w, "\nThe announcement and the draft of an incident are samples: change or delete them.")
	}
}
