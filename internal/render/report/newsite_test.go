package report

import (
	"strings"
	"testing"

	"settler.io/crier/internal/source/newsite"
)

func TestNewSite(t *testing.T) {
	example := newsite.Example
	example.Folder, example.Action = ".", "settler/crier@0057852bfaa89a56745cba8c7296529d2fc39830"
	for _, c := range []struct {
		name        string
		change      func(n *NewSite)
		has, hasNot []string
	}{
		{"a new folder", func(n *NewSite) { n.Dir, n.Elsewhere = "my status", true },
			[]string{"Created 1 file in my status.\n  config.toml\n", "\nNext:\n  cd 'my status' ", "  git init -b main ", "  git remote add origin ", "  git push -u origin main ", "into base_url", "are samples"},
			[]string{"kept", ".gitignore", "COMMIT\n", "move the folder .github", "git branch -m", "DNS"}},
		{"in a repository", func(n *NewSite) { n.InGit, n.Branch, n.Remote, n.Folder = true, "trunk", "upstream", "status" },
			[]string{"in this folder.\n", "core.hooksPath status/.githooks", "git branch -m main", "or write trunk into them", "git push -u upstream main", "move the folder .github there"},
			[]string{"git init", "git remote add", "  cd "}},
		{"a domain", func(n *NewSite) { n.URL = "https://status.acme.com/" }, []string{"status.acme.com CNAME OWNER.github.io"}, []string{"base_url"}},
		{"an existing site", func(n *NewSite) { n.Samples, n.Kept, n.Ignored = false, []string{"config.toml", ".gitignore"}, true },
			[]string{"\nAlready there, and kept:\n  .gitignore\n  config.toml\n", "Add the line /public/ to .gitignore"}, []string{"are samples"}},
		{"issue forms", func(n *NewSite) { n.Samples, n.Forms = false, true }, []string{"Next: commit and push them."}, []string{"git init"}},
		{"nothing written", func(n *NewSite) { n.DryRun = true }, []string{"Would create 1 file"}, []string{"Next"}},
		{"an unknown commit", func(n *NewSite) { n.Action = "settler/crier@COMMIT" }, []string{"replace COMMIT with 40 digits"}, nil},
	} {
		n := NewSite{Options: example, Dir: ".", Written: []string{"config.toml"}, Samples: true}
		c.change(&n)
		var b strings.Builder
		n.Text(&b)
		for _, want := range c.has {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s: %q is missing:\n%s", c.name, want, b.String())
			}
		}
		for _, unwanted := range c.hasNot {
			if strings.Contains(b.String(), unwanted) {
				t.Errorf("%s: %q:\n%s", c.name, unwanted, b.String())
			}
		}
	}
}
