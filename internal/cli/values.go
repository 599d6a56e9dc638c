package cli

import (
	"fmt"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
)

// severityOf parses a severity as people type it: P0, p0 or the runbook's word, such as critical.
func severityOf(text string) (incident.Severity, error) {
	text = strings.TrimSpace(text)
	var known []string
	for _, s := range incident.Severities {
		if strings.EqualFold(text, s.String()) || strings.EqualFold(text, s.Word()) {
			return s, nil
		}
		known = append(known, s.String())
	}
	return 0, usageError{fmt.Errorf("unknown severity %q", text), "valid values: " + strings.Join(known, ", ") + " (critical, high, medium, low)"}
}

// statusOf parses a status as people type it: identified, Identified, in-progress.
func statusOf(text string, among []incident.Status) (incident.Status, error) {
	folded := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(text)))
	if s, ok := incident.ParseStatus(folded, among); ok {
		return s, nil
	}
	return 0, usageError{fmt.Errorf("unknown status %q", text), diag.DidYouMean(folded, words(among))}
}

// words returns the statuses as they are written in front matter.
func words(among []incident.Status) []string {
	names := make([]string, len(among))
	for i, s := range among {
		names[i] = s.String()
	}
	return names
}

// componentsOf parses the components in flags: IDs separated by commas, each with an optional
// condition (api=major_outage). If any condition is stated, the others follow from severity.
// Conditions are not allowed if planned is true. An empty value means that no component is
// affected; without values, componentsOf returns nil.
func componentsOf(c *config.Config, values []string, severity incident.Severity, planned bool) (*incident.Components, error) {
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
		known, err := componentOf(c, id)
		if err != nil {
			return nil, err
		}
		if seen[known] {
			return nil, usageError{fmt.Errorf("the component %q is named twice", known), "name it once"}
		}
		seen[known] = true
		affected := incident.Affected{Component: known}
		if stated {
			if planned {
				return nil, usageError{fmt.Errorf("%q states a condition, and planned work has none", text), "write -c " + known}
			}
			if affected.Condition, err = conditionOf(word); err != nil {
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

// componentOf returns the ID of the component with the given ID or name.
func componentOf(c *config.Config, text string) (string, error) {
	ids := make([]string, len(c.Components))
	for i, component := range c.Components {
		if text == component.ID || strings.EqualFold(text, component.Name) || strings.EqualFold(text, component.ID) {
			return component.ID, nil
		}
		ids[i] = component.ID
	}
	hint := diag.DidYouMean(text, ids)
	if hint == "" {
		hint = "config.toml lists no component: add [[components]] with an id and a name"
	}
	return "", usageError{fmt.Errorf("unknown component %q", text), hint}
}

func conditionOf(text string) (incident.Condition, error) {
	folded := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(text)))
	if condition, ok := incident.ParseCondition(folded); ok {
		return condition, nil
	}
	names := make([]string, len(incident.Conditions))
	for i, condition := range incident.Conditions {
		if folded != "" && strings.HasPrefix(condition.String(), folded) {
			return condition, nil
		}
		names[i] = condition.String()
	}
	return 0, usageError{fmt.Errorf("unknown condition %q", text), diag.DidYouMean(folded, names)}
}
