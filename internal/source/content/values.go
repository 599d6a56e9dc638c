package content

import (
	"slices"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/frontmatter"
)

// components reads a set of components. If it contains anything that is not understood, the set is
// marked as unclear.
func (r *reader) components(n *frontmatter.Node) *incident.Components {
	set := &incident.Components{List: []incident.Affected{}}
	add := func(at *frontmatter.Node, name string, condition incident.Condition) {
		id, known := r.component(at, name)
		if !known {
			set.Unclear = true
			return
		}
		for i := range set.List {
			if a := &set.List[i]; a.Component == id {
				r.Report(diag.DuplicateKey, at, "keep one of the two", "the component %q is listed twice", id)
				set.Unclear = set.Unclear || a.Condition != condition
				a.Condition = max(a.Condition, condition)
				return
			}
		}
		set.List = append(set.List, incident.Affected{Component: id, Condition: condition})
	}
	switch n.Kind {
	case frontmatter.Map:
		set.Explicit = r.source.section != maintenanceUpdate
		if !set.Explicit {
			r.Report(diag.WrongType, n, "write it like [one, two]", "%s where a list belongs", n.Describe())
			set.Unclear = true
		}
		for _, e := range n.Entries {
			condition, known := incident.Condition(0), true
			if set.Explicit {
				condition, known = r.condition(e.Value)
			}
			set.Unclear = set.Unclear || !known
			add(e.Place(), e.Key, condition)
		}
	case frontmatter.List:
		texts := r.Texts(n)
		set.Unclear = len(texts) < len(n.Items)
		for _, text := range texts {
			add(text, text.Text, 0)
		}
	default:
		add(n, n.Text, 0)
	}
	return set
}

func (r *reader) component(at *frontmatter.Node, name string) (id string, known bool) {
	like := r.config.Meant(name)
	switch len(like) {
	case 1:
		if like[0] != name {
			r.Canonical(at, name, like[0])
		}
		return like[0], true
	case 0:
		like = r.config.ComponentIDs()
	}
	r.Report(diag.UnknownComponent, at, diag.DidYouMean(name, like), "unknown component %q", name)
	return "", false
}

func (r *reader) condition(n *frontmatter.Node) (condition incident.Condition, known bool) {
	word := r.oneOf(n, diag.UnknownCondition, "unknown condition %q", incident.Names(incident.Conditions[:])...)
	if word == "" && frontmatter.Fold(n.Text) == incident.UnderMaintenance.String() {
		r.Findings[len(r.Findings)-1].Hint = "planned work belongs in content/maintenance/"
	}
	return incident.ParseCondition(word)
}

func (r *reader) eta(n *frontmatter.Node) incident.ETA {
	text, ok := r.Line(n)
	switch {
	case !ok:
		return incident.ETA{}
	case frontmatter.LooksLikeDate(text):
		t, _ := r.Instant(n)
		return incident.ETA{Time: t}
	}
	return incident.ETA{Words: text}
}

// contradictions resolves keys that are set twice with different values: the status counts as
// missing, the severity as the worst of them, and components as unclear.
func (r *reader) contradictions(root *frontmatter.Node, u *incident.Update) {
	said := func(key string) (values []*frontmatter.Node) {
		for _, e := range root.Entries {
			if frontmatter.Fold(e.Key) == key && e.Value.Kind != frontmatter.Null {
				values = append(values, e.Value)
			}
		}
		if len(values) < 2 {
			return nil
		}
		return values
	}
	if values := said("status"); slices.ContainsFunc(values, func(n *frontmatter.Node) bool { return frontmatter.Fold(n.Text) != frontmatter.Fold(values[0].Text) }) {
		u.Status = 0
	}
	before := len(r.Findings)
	for _, n := range said("severity") {
		u.Severity = u.Severity.Worse(r.severity(n))
	}
	r.Findings = r.Findings[:before] // already reported, or reported twice
	if said("components") != nil && u.Components != nil {
		u.Components.Unclear = true
	}
}

func isKnown(key string, fields []frontmatter.Field) bool {
	return slices.ContainsFunc(fields, func(f frontmatter.Field) bool { return f.Key == frontmatter.Fold(key) })
}
