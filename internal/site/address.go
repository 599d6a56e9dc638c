package site

import (
	"errors"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/site/links"
	"settler.io/crier/internal/source/config"
)

// address gives every output its path, and returns the outputs that get one, with their paths in
// the same order. Where two want the same path, or one path would be a folder of the other, the
// first one gets it, and a finding names both. No output gets a reserved path.
func address(list []Output, reserved []string) ([]Output, fileset.Paths, []diag.Finding) {
	paths := fileset.NewPaths(len(list))
	var findings []diag.Finding
	for _, path := range reserved {
		paths.Reserve(path) // reserving a path twice is not an error
	}
	kept := list[:0]
	for _, o := range list {
		err := paths.Add(o.Path)
		if err == nil {
			kept = append(kept, o)
			continue
		}
		var taken *fileset.Taken
		if !errors.As(err, &taken) {
			at, who := sourceAt(o.source), o.source
			if who == generated { // an asset of the theme
				at, who = diag.File(o.Path), o.Path
			}
			findings = append(findings, diag.URLCollision.New(at, "choose another name", "%s needs a URL that no file can have: %v", who, err))
			continue
		}
		other := generated
		if n, ok := paths.Number(taken.Other); ok {
			other = kept[n].source
		}
		if other != o.source || other == generated {
			findings = append(findings, collision(o.source, other, taken))
		}
	}
	return kept, paths, findings
}

func collision(source, other string, taken *fileset.Taken) diag.Finding {
	wanted, there := strings.TrimSuffix(taken.Path, "index.html"), strings.TrimSuffix(taken.Other, "index.html")
	if other == generated {
		return diag.URLCollision.New(sourceAt(source), "choose another name or alias", "%s needs the URL /%s, but %s uses /%s itself", source, wanted, generated, there)
	}
	return diag.URLCollision.New(sourceAt(source), "rename one of the two", "%s needs the URL /%s, but %s has /%s", source, wanted, other, there)
}

func sourceAt(source string) diag.Position {
	file, _, _ := strings.Cut(source, " (") // a component of config.toml
	return diag.File(file)
}

// navigation returns the links of config.toml, and reports those that lead nowhere.
func navigation(c *config.Config, languages []Language, a *links.Addresses) (entries []Link, findings []diag.Finding) {
	for _, l := range c.Links {
		target := Ref(l.URL)
		if strings.HasPrefix(l.URL, "/") {
			found, ok := a.Find(strings.TrimPrefix(l.URL, "/"))
			if !ok {
				findings = append(findings, diag.BrokenLink.New(l.At, "write a URL such as /about/, or a full https:// one", "the link %q leads to no page of the site", l.URL))
				continue
			}
			target = a.InLanguage(languages[len(languages)-1].Prefix, found)
		}
		entries = append(entries, Link{l.Name, target})
	}
	return entries, findings
}
