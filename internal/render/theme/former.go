package theme

import (
	"errors"
	"html/template"
	"path"
	"text/template/parse"

	"settler.io/crier/internal/diag"
)

// successors names what renders what former templates and functions of the built-in theme did.
var successors = map[string]string{
	"linked": "meta", "picture": "meta", "card-title": "meta", "card-text": "meta",
	"when": "facts", "facts": "extent", "affected": "extent", "component": "names", "names": "names", "window": "planned", "text": "text",
	"update": "timeline", "changes": "timeline", "ending": "incidents", "brief": "incidents", "past": "incidents",
	"brief-maintenance": "maintenance", "past-maintenance": "maintenance", "planned": "planned",
}

// uncalled reports templates of the site's theme that the built-in one once called, and nothing
// calls now.
func (t *Theme) uncalled(folder string) (findings []diag.Finding) {
	called := map[string]bool{}
	defined := map[string]*template.Template{}
	for _, pages := range t.pages {
		for _, page := range pages {
			for _, own := range page.Templates() {
				for _, call := range calls(own) {
					called[call.Name] = true
				}
				if successors[own.Name()] != "" {
					defined[own.Name()] = own
				}
			}
		}
	}
	for name, own := range defined {
		if at, _ := own.Tree.ErrorContext(own.Tree.Root); !called[name] {
			position := templateFinding(path.Join(folder, own.Tree.ParseName), name, errors.New("template: "+at+": ")).Position
			findings = append(findings, diag.FormerTemplate.New(position, "the function "+successors[name]+" renders it now; see docs/themes.md", "nothing calls the template %q any more", name))
		}
	}
	return findings
}

// calls lists the {{template}} actions of a template.
func calls(t *template.Template) (found []*parse.TemplateNode) {
	var walk func(list *parse.ListNode)
	branch := func(b *parse.BranchNode) { walk(b.List); walk(b.ElseList) }
	walk = func(list *parse.ListNode) {
		if list == nil {
			return
		}
		for _, node := range list.Nodes {
			switch n := node.(type) {
			case *parse.TemplateNode:
				found = append(found, n)
			case *parse.IfNode:
				branch(&n.BranchNode)
			case *parse.WithNode:
				branch(&n.BranchNode)
			case *parse.RangeNode:
				branch(&n.BranchNode)
			}
		}
	}
	if t.Tree != nil {
		walk(t.Tree.Root)
	}
	return found
}
