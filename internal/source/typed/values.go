// Package typed understands values as people type them: times, severities, statuses, conditions and
// components, and the incidents, updates and templates that they name. It takes text and the
// present, and returns values, or an error that says what to write instead. It is pure.
package typed

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/frontmatter"
)

// Severity parses a severity as people type it: P0, p0 or the runbook's word, such as critical.
func Severity(text string) (incident.Severity, error) {
	text = strings.TrimSpace(text)
	for _, s := range incident.Severities {
		if strings.EqualFold(text, s.String()) || strings.EqualFold(text, s.Word()) {
			return s, nil
		}
	}
	return 0, diag.Usage(fmt.Errorf("unknown severity %q", text), "valid values: P0, P1, P2, P3 (critical, high, medium, low)")
}

// Status parses a status as people type it: identified, Identified, in-progress.
func Status(text string, among []incident.Status) (incident.Status, error) {
	if s, ok := incident.ParseStatus(frontmatter.Fold(text), among); ok {
		return s, nil
	}
	return 0, diag.Usage(fmt.Errorf("unknown status %q", text), diag.DidYouMean(frontmatter.Fold(text), incident.Names(among)))
}

// condition parses a condition as people type it, or the beginning of one.
func condition(text string) (incident.Condition, error) {
	folded := frontmatter.Fold(text)
	if condition, ok := incident.ParseCondition(folded); ok {
		return condition, nil
	}
	for _, condition := range incident.Conditions {
		if folded != "" && strings.HasPrefix(condition.String(), folded) {
			return condition, nil
		}
	}
	return 0, diag.Usage(fmt.Errorf("unknown condition %q", text), diag.DidYouMean(folded, incident.Names(incident.Conditions[:])))
}

// Components parses the components in flags: IDs separated by commas, each with an optional
// condition (api=major_outage). If any condition is stated, the others follow from severity.
// Conditions are not allowed if planned is true. An empty value means that no component is
// affected; without values, Components returns nil.
func Components(c *config.Config, values []string, severity incident.Severity, planned bool) (*incident.Components, error) {
	if len(values) == 0 {
		return nil, nil
	}
	set := &incident.Components{List: []incident.Affected{}}
	seen := map[string]bool{}
	for text := range strings.SplitSeq(strings.Join(values, ","), ",") {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		id, word, stated := strings.Cut(text, "=")
		known, err := Component(c, id)
		if err != nil {
			return nil, err
		}
		if seen[known] {
			return nil, diag.Usage(fmt.Errorf("the component %q is named twice", known), "name it once")
		}
		seen[known] = true
		affected := incident.Affected{Component: known}
		if stated {
			if planned {
				return nil, diag.Usage(fmt.Errorf("%q states a condition, and planned work has none", text), "write -c "+known)
			}
			if affected.Condition, err = condition(word); err != nil {
				return nil, err
			}
			set.Explicit = true
		}
		set.List = append(set.List, affected)
	}
	for i := range set.List {
		if set.Explicit && set.List[i].Condition == 0 {
			set.List[i].Condition = severity.Condition()
		}
	}
	return set, nil
}

// Component returns the ID of the component with the given ID or name.
func Component(c *config.Config, text string) (string, error) {
	if ids := c.Meant(text); len(ids) > 0 {
		return ids[0], nil
	}
	hint := cmp.Or(diag.DidYouMean(text, c.ComponentIDs()), "config.toml lists no component: add [[components]] with an id and a name")
	return "", diag.Usage(fmt.Errorf("unknown component %q", text), hint)
}

// moreComponents returns the components of a state and others, as people would type them; nil if
// the state has all of them.
func moreComponents(state incident.State, others []incident.Affected) []string {
	var values []string
	add := func(a incident.Affected) {
		text := a.Component
		if a.Condition != 0 {
			text += "=" + a.Condition.String()
		}
		values = append(values, text)
	}
	for _, a := range state.Affected {
		others = slices.DeleteFunc(slices.Clone(others), func(other incident.Affected) bool { return other.Component == a.Component })
		if !state.Exact {
			a.Condition = 0 // it follows from the severity
		}
		add(a)
	}
	if len(others) == 0 {
		return nil
	}
	for _, a := range others {
		add(a)
	}
	return values
}

// Marks parses the arguments of crier mark: the ID of an incident, which may be left out, and the
// marks to set.
func Marks(args []string) (id string, marks []string, err error) {
	marks = args
	if !slices.Contains(compose.Marks, args[0]) {
		id, marks = args[0], args[1:]
	}
	for _, mark := range marks {
		if !slices.Contains(compose.Marks, mark) {
			return "", nil, diag.Usage(fmt.Errorf("%q cannot be marked as done", mark), diag.DidYouMean(mark, compose.Marks))
		}
	}
	if len(marks) == 0 {
		return "", nil, diag.Usage(errors.New("missing: WHAT"), "valid values: "+strings.Join(compose.Marks, ", "))
	}
	return id, marks, nil
}
