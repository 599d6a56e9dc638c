package typed

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/content"
)

// Case returns the case whose ID is part. Otherwise it returns the only open case whose ID contains
// part or, if no open one does, the only case whose ID contains it. A case that has only drafts
// doesn't count as open.
func Case(cases []incident.Case, part string) (incident.Case, error) {
	var open, any []incident.Case
	for _, c := range cases {
		if c.ID == part {
			return c, nil
		}
		if strings.Contains(strings.ToLower(c.ID), strings.ToLower(part)) {
			any = append(any, c)
			if c.Open() && !c.OnlyDrafts() {
				open = append(open, c)
			}
		}
	}
	if len(open) > 0 {
		any = bySeverity(open)
	}
	switch len(any) {
	case 1:
		return any[0], nil
	case 0:
		hint := "crier list shows all"
		if near := diag.Nearest(part, incident.IDs(cases)); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		return incident.Case{}, diag.Usage(fmt.Errorf("there is no incident %q", part), hint)
	}
	return incident.Case{}, diag.Usage(fmt.Errorf("%q matches %s", part, listed(any)), "write more of the name, such as "+any[0].ID)
}

// OnlyCase returns the case that a command works on if no ID was typed: the only open incident or,
// with a status of maintenance, the only open maintenance. The error comes with the cases that may
// be meant, the worst first.
func OnlyCase(cases []incident.Case, status, command string) (only incident.Case, choices []incident.Case, err error) {
	_, planned := incident.ParseStatus(status, incident.MaintenanceStatuses[:])
	open := bySeverity(slices.DeleteFunc(slices.Clone(cases), func(c incident.Case) bool {
		return !c.Open() || c.Planned != planned || !planned && c.OnlyDrafts()
	}))
	switch len(open) {
	case 1:
		return open[0], nil, nil
	case 0:
		err = diag.Usage(errors.New("no incident is open"), fmt.Sprintf("name one: crier %s ID; crier list shows all", command))
		return only, bySeverity(slices.Clone(cases)), err
	}
	err = diag.Usage(fmt.Errorf("%d incidents are open: %s", len(open), listed(open)),
		fmt.Sprintf("name one: crier %s %s", command, strings.TrimSpace(open[0].ID+" "+status)))
	return only, bySeverity(slices.DeleteFunc(slices.Clone(cases), func(c incident.Case) bool { return !c.Open() })), err
}

// OnlyWithoutPostmortem returns the only resolved incident without a post-mortem. The error comes
// with those that may be meant. shown returns the path of a file as people would type it.
func OnlyWithoutPostmortem(cases []incident.Case, shown func(name string) string) (only incident.Case, choices []incident.Case, err error) {
	lacking, drafts := incident.LackingPostmortem(cases)
	switch {
	case len(lacking) == 1:
		return lacking[0], nil, nil
	case len(lacking) > 1:
		return only, lacking, diag.Usage(fmt.Errorf("%d incidents have no post-mortem: %s", len(lacking), diag.Few(incident.IDs(lacking))),
			"name one: crier postmortem "+lacking[0].ID)
	case len(drafts) > 0:
		var paths []string
		for _, p := range drafts {
			paths = append(paths, shown(p.Path))
		}
		return only, nil, diag.Hinted(errors.New("every resolved incident has a post-mortem, but some are drafts: "+diag.Few(paths)),
			"edit the draft, then delete draft: true")
	}
	return only, nil, diag.Usage(errors.New("no resolved incident lacks a post-mortem"),
		"name one: crier postmortem ID; crier list shows all")
}

// bySeverity sorts cases, the worst first. Maintenance, which has no severity, comes last.
func bySeverity(cases []incident.Case) []incident.Case {
	slices.SortStableFunc(cases, func(a, b incident.Case) int {
		return cmp.Compare(uint8(a.History.State().Severity)-1, uint8(b.History.State().Severity)-1)
	})
	return cases
}

// listed numbers cases for a sentence, as questions do.
func listed(cases []incident.Case) string {
	var list []string
	for n, c := range cases {
		kind, _, _ := strings.Cut(c.Describe(), ",")
		list = append(list, fmt.Sprintf("%d. %s (%s)", n+1, c.ID, kind))
	}
	return diag.Few(list)
}

// CaseAndStatus understands up to two arguments that are an incident, a status or both. What was
// not typed is "".
func CaseAndStatus(cases []incident.Case, args []string) (id, status string, err error) {
	switch len(args) {
	case 0:
		return "", "", nil
	case 2:
		return args[0], args[1], nil
	}
	any := slices.Concat(incident.IncidentStatuses[:], incident.MaintenanceStatuses[:])
	if s, err := Status(args[0], any); err == nil {
		return "", s.String(), nil
	}
	if _, err := Case(cases, args[0]); err != nil {
		if near := diag.Nearest(args[0], incident.Names(any)); near != "" && diag.Nearest(args[0], incident.IDs(cases)) == "" {
			return "", "", diag.Usage(fmt.Errorf("%q is neither a status nor an incident", args[0]), fmt.Sprintf("did you mean %q?", near))
		}
		return "", "", err
	}
	return args[0], "", nil
}

// UpdateNumber parses the number of an update.
func UpdateNumber(text string) (n int, ok bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n > 0 && n <= content.MaxUpdates
}

// UpdateOf finds an update of a case by its number or part of its name. An empty name means the
// last update.
func UpdateOf(c incident.Case, name string) (incident.Update, error) {
	number, numbered := UpdateNumber(name)
	var ids []string
	var found []incident.Update
	for _, u := range c.Updates {
		ids = append(ids, u.ID)
		if u.ID == name || numbered && compose.Number(u.ID) == number {
			return u, nil
		}
		if strings.Contains(u.ID, name) {
			found = append(found, u)
		}
	}
	switch {
	case name == "":
		return c.Updates[len(c.Updates)-1], nil
	case len(found) == 1:
		return found[0], nil
	}
	return incident.Update{}, diag.Usage(fmt.Errorf("%s has no update %q", c.ID, name), diag.DidYouMean(name, ids))
}

// Template returns the template with the given ID.
func Template(c *content.Content, id string) (content.Template, error) {
	var ids []string
	for _, t := range c.Templates {
		if t.ID == strings.TrimSuffix(id, ".md") {
			return t, nil
		}
		ids = append(ids, t.ID)
	}
	hint := cmp.Or(diag.DidYouMean(id, ids), "content/templates is empty: leave out --template")
	return content.Template{}, diag.Usage(fmt.Errorf("there is no template %q", id), hint)
}
