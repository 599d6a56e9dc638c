// Package issueform writes the issue forms of GitHub by which people without git open incidents and
// maintenance, and reads the issues and comments that they write. All text in them is untrusted:
// fields are found by the form's own labels, in their order. It reads no files and no clock.
package issueform

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/typed"
)

// Issue holds the fields of an opened form, as written. An empty field is "".
type Issue struct {
	Maintenance bool
	Severity    incident.Severity // of an incident
	Components  []string          // ids
	Impact, ETA string            // of an incident
	Starts      string            // of maintenance
	Ends        string
	Text        string
}

// The labels of the fields, in the order of the forms. The text comes last, because it may contain
// anything, lines that look like labels included.
const (
	severityLabel   = "Severity"
	startsLabel     = "Starts"
	endsLabel       = "Ends"
	componentsLabel = "Affected components"
	impactLabel     = "Impact"
	etaLabel        = "ETA"
	textLabel       = "What do readers need to know?"
)

// labelsOf returns the labels of a form. A form without components has no field for them.
func labelsOf(c *config.Config, maintenance bool) []string {
	labels := []string{severityLabel, componentsLabel, impactLabel, etaLabel, textLabel}
	if maintenance {
		labels = []string{startsLabel, endsLabel, componentsLabel, textLabel}
	}
	if len(c.Components) == 0 {
		labels = slices.DeleteFunc(labels, func(l string) bool { return l == componentsLabel })
	}
	return labels
}

// noResponse is what GitHub writes for an empty field.
const noResponse = "_No response_"

type choice struct {
	severity incident.Severity
	text     string
}

// severities are the choices of the form, worst first.
var severities = []choice{
	{incident.P0, "P0: critical, everything or nearly everything is down"},
	{incident.P1, "P1: high, a major part does not work"},
	{incident.P2, "P2: medium, something works badly"},
	{incident.P3, "P3: low, hardly anybody notices"},
}

// labelOf returns what a form calls a component: its name, and its id too where two share a name.
func labelOf(c *config.Config, component config.Component) string {
	for _, other := range c.Components {
		if other.ID != component.ID && other.Name == component.Name {
			return component.Name + " (" + component.ID + ")"
		}
	}
	return component.Name
}

// Parse reads the body of an issue. ok is false for an issue that was not written with one of the
// forms. The error says which field can't be read, with a hint.
func Parse(c *config.Config, body string) (issue Issue, ok bool, err error) {
	body = strings.ReplaceAll(body, "\r\n", "\n")
	fields := fieldsOf(body, labelsOf(c, false))
	if fields == nil {
		fields = fieldsOf(body, labelsOf(c, true))
		issue.Maintenance = true
	}
	if fields == nil {
		return Issue{}, false, nil
	}
	issue.Impact, issue.ETA, issue.Text = fields[impactLabel], fields[etaLabel], fields[textLabel]
	issue.Starts, issue.Ends = fields[startsLabel], fields[endsLabel]
	if !issue.Maintenance {
		at := slices.IndexFunc(severities, func(s choice) bool { return strings.HasPrefix(fields[severityLabel], s.severity.String()+":") })
		if at < 0 {
			return issue, true, diag.Usage(errors.New("the severity can't be read"), "open a new issue with the form, and choose one of its severities")
		}
		issue.Severity = severities[at].severity
	}
	issue.Components, err = componentsOf(c, fields[componentsLabel])
	return issue, true, err
}

// FromInputs reads the inputs of a workflow that was started by hand: severity, components, impact,
// eta and text; or starts and ends for maintenance. Components are separated by commas.
func FromInputs(c *config.Config, in map[string]string) (issue Issue, err error) {
	issue = Issue{Maintenance: in["starts"] != "", Impact: in["impact"], ETA: in["eta"], Starts: in["starts"], Ends: in["ends"], Text: in["text"]}
	if !issue.Maintenance {
		word, _, _ := strings.Cut(in["severity"], ":")
		if issue.Severity, err = typed.Severity(word); err != nil {
			return issue, err
		}
	}
	for _, name := range strings.Split(in["components"], ",") {
		if name = strings.TrimSpace(name); name != "" {
			issue.Components = append(issue.Components, name)
		}
	}
	return issue, nil
}

// fieldsOf splits a body at the labels of a form; nil if it is not of that form.
func fieldsOf(body string, labels []string) map[string]string {
	fields := map[string]string{}
	rest, ok := strings.CutPrefix(strings.TrimLeft(body, "\n"), "### "+labels[0]+"\n")
	if !ok {
		return nil
	}
	for n, label := range labels {
		value := rest
		if n+1 < len(labels) {
			if value, rest, ok = strings.Cut(rest, "\n### "+labels[n+1]+"\n"); !ok {
				return nil
			}
		}
		if value = strings.TrimSpace(value); value != noResponse {
			fields[label] = value
		}
	}
	return fields
}

// componentsOf reads check boxes. A box of a component that config.toml no longer has is an error,
// because the incident would otherwise look smaller than it is.
func componentsOf(c *config.Config, boxes string) (ids []string, err error) {
	var known []string
	for _, component := range c.Components {
		known = append(known, labelOf(c, component))
	}
	for line := range strings.Lines(boxes) {
		label, checked := strings.CutPrefix(strings.TrimSpace(line), "- [X] ")
		if !checked {
			label, checked = strings.CutPrefix(strings.TrimSpace(line), "- [x] ")
		}
		if !checked {
			continue
		}
		at := slices.Index(known, strings.TrimSpace(label))
		if at < 0 {
			return nil, diag.Usage(fmt.Errorf("unknown component %q", label), diag.DidYouMean(label, known))
		}
		ids = append(ids, c.Components[at].ID)
	}
	return ids, nil
}
