package content

import (
	"strings"

	"settler.io/crier/internal/config"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/tree"
)

// What follows reads the values of front matter that are more than a word or an instant.

func (r *reader) components(n *tree.Node) *incident.Components {
	set := &incident.Components{List: []incident.Affected{}}
	add := func(at *tree.Node, id string, condition incident.Condition) {
		c, known := r.config.Component(id)
		if !known {
			ids := make([]string, len(r.config.Components))
			for i, c := range r.config.Components {
				ids[i] = c.ID
				if strings.EqualFold(c.Name, id) {
					ids = []string{c.ID}
					break
				}
			}
			r.Report(diag.UnknownComponent, at, diag.DidYouMean(id, ids), "unknown component %q", id)
			return
		}
		for _, a := range set.List {
			if a.Component == id {
				r.Report(diag.DuplicateKey, at, "keep one of the two", "the component %q is listed twice", id)
				return
			}
		}
		set.List = append(set.List, incident.Affected{Component: c.ID, Condition: condition})
	}
	if n.Kind == tree.Map && r.source.section != maintenanceUpdate {
		set.Explicit = true
		for _, e := range n.Entries {
			text, ok := r.Text(e.Value)
			if !ok {
				continue
			}
			condition, known := incident.ParseCondition(text)
			if !known {
				words := make([]string, len(incident.Conditions))
				for i, c := range incident.Conditions {
					words[i] = c.String()
				}
				hint := diag.DidYouMean(strings.ReplaceAll(strings.ToLower(text), " ", "_"), words)
				if text == incident.UnderMaintenance.String() {
					hint = "planned work belongs into content/maintenance/"
				}
				r.Report(diag.UnknownCondition, e.Value, hint, "unknown condition %q", text)
				continue
			}
			add(&tree.Node{Line: e.Line, Column: e.Column}, e.Key, condition)
		}
		return set
	}
	texts, ok := r.Texts(n)
	if !ok {
		return nil
	}
	for _, text := range texts {
		add(text, text.Text, 0)
	}
	return set
}

func (r *reader) eta(n *tree.Node) incident.ETA {
	text, ok := r.clean(n)
	switch {
	case !ok:
		return incident.ETA{}
	case tree.LooksLikeDate(text):
		t, _ := r.Instant(n)
		return incident.ETA{Time: t}
	}
	return incident.ETA{Words: text}
}

func (r *reader) hold(n *tree.Node) incident.Hold {
	text, ok := r.Text(n)
	switch {
	case !ok:
	case tree.LooksLikeDate(text):
		until, _ := r.Instant(n)
		return incident.Hold{Until: until}
	default:
		duration, _ := r.Duration(n)
		return incident.Hold{For: duration}
	}
	return incident.Hold{}
}

func (r *reader) aliases(n *tree.Node) []string {
	texts, _ := r.Texts(n)
	var aliases []string
	for _, text := range texts {
		if why := config.BadAlias(text.Text); why != "" {
			r.Report(diag.BadAlias, text, `write it like "/issues/2024-01-31-api/"`, "%q %s", text.Text, why)
			continue
		}
		aliases = append(aliases, text.Text)
	}
	return aliases
}
