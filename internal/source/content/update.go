package content

import (
	"slices"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/frontmatter"
)

// reader decodes front matter. It can be reused for many files, one at a time.
type reader struct {
	frontmatter.Decoder
	yaml   frontmatter.Reader
	config *config.Config
	source *source

	draft       bool                // the file is a draft or may be meant as one
	update      incident.Update     // the update being read
	incident    []frontmatter.Field // fields of an update of an incident, stored in update
	maintenance []frontmatter.Field
}

func newReader(c *config.Config) *reader {
	r := &reader{config: c}
	r.incident, r.maintenance = r.incidentFields(&r.update), r.maintenanceFields(&r.update)
	return r
}

// decode decodes front matter into a source.
func (r *reader) decode(s *source, file parsed) {
	r.Decoder, r.source = frontmatter.Decoder{Path: s.path, Zone: r.config.Zone, Tolerant: true}, s
	root := file.root
	dropped(&r.Decoder, root, file.front)
	r.draft = isDraft(&r.Decoder, file)
	if s.language != "" {
		s.translation = &incident.Translation{Path: s.path, Draft: r.draft}
		r.Fields(root, "front matter", r.translationFields(s.translation))
		return
	}
	switch s.section {
	case incidentUpdate:
		s.update = r.readUpdate(root, r.incident)
		s.need(s.update.Status != 0, "status", "", "status: with one of investigating, identified, monitoring or resolved")
	case maintenanceUpdate:
		s.update = r.readUpdate(root, r.maintenance)
		s.need(s.update.Status != 0, "status", "", "status: with one of scheduled, in_progress, verifying, completed or cancelled")
		// Maintenance has no deadline that would end the hold.
		s.update.Draft = s.update.Draft || s.update.Hold.Unclear
	case postmortem:
		s.postmortem = &incident.Postmortem{Path: s.path, Draft: r.draft, Public: isPublic(&r.Decoder, root)}
		r.Fields(root, "front matter", r.postmortemFields(s.postmortem))
	case announcement:
		s.announcement = &incident.Announcement{ID: s.id, Path: s.path, Draft: r.draft}
		r.Fields(root, "front matter", r.announcementFields(s.announcement))
		if !s.need(s.announcement.Title != "", "title", "", "title: Planned change") {
			s.announcement.Title = s.id
		}
		s.need(!s.announcement.Date.IsZero(), "date", "", "date: 2026-10-02T10:04:00Z")
	case page:
		s.page = &Page{ID: s.id, Path: s.path, Draft: r.draft}
		r.Fields(root, "front matter", r.pageFields(s.page))
		if !s.need(s.page.Title != "", "title", "", "title: About this page") {
			s.page.Title = s.id
		}
	case template:
		s.template = &Template{ID: s.id, Path: s.path}
		s.template.Update.Draft, s.template.Update.Hold = r.draft, readHold(&r.Decoder, root)
		r.Fields(root, "front matter", r.templateFields(s.template))
	}
}

func (r *reader) readUpdate(root *frontmatter.Node, fields []frontmatter.Field) *incident.Update {
	hold := readHold(&r.Decoder, root)
	r.update = incident.Update{ID: r.source.id, Path: r.source.path, Draft: r.draft, Hold: hold}
	r.Fields(root, "front matter", fields)
	u := r.update
	r.contradictions(root, &u)
	if r.source.section != incidentUpdate {
		return &u
	}
	for _, e := range root.Entries {
		if isKnown(e.Key, fields) {
			continue
		}
		if u.Severity == 0 && isLike(e.Key, "severity", 2) {
			u.SeverityUnclear = true
		}
		if isLikeSecurity(e.Key) && u.ForRunbook().Security == "" {
			runbook(&u).Security = "incident" // in doubt, keep it out of logs and comments
		}
	}
	return &u
}

func (r *reader) waive(n *frontmatter.Node) map[string]string {
	if n.Kind != frontmatter.Map {
		r.Report(diag.WrongType, n, `write waive: {escalate: "drill"}`, "a waived rule needs a reason")
		return nil
	}
	waived := map[string]string{}
	for _, e := range n.Entries {
		reason, ok := r.Text(e.Value)
		switch {
		case !slices.Contains(policy.Waivable(), e.Key):
			r.Report(diag.UnknownRule, e.Place(), diag.DidYouMean(e.Key, policy.Waivable()), "there is no rule %q", e.Key)
		case ok && strings.TrimSpace(reason) == "":
			r.Report(diag.MissingKey, e.Value, `write the reason, such as "drill"`, "%q is waived without a reason", e.Key)
		case ok:
			waived[e.Key] = strings.TrimSpace(reason)
		}
	}
	return waived
}

// oneOf returns the usual form of one of several words, or "" with a finding, whose message quotes
// the text.
func (r *reader) oneOf(n *frontmatter.Node, kind diag.Kind, message string, known ...string) string {
	text, ok := r.Text(n)
	folded := frontmatter.Fold(text)
	switch {
	case !ok:
		return ""
	case !slices.Contains(known, folded):
		r.Report(kind, n, diag.DidYouMean(folded, known), message, text)
		return ""
	case folded != text:
		r.Canonical(n, text, folded)
	}
	return folded
}

func (r *reader) severity(n *frontmatter.Node) incident.Severity {
	text, ok := r.Text(n)
	if s, known := incident.ParseSeverity(strings.ToUpper(strings.ReplaceAll(frontmatter.Fold(text), "_", ""))); known {
		if text != s.String() {
			r.Canonical(n, text, s.String())
		}
		return s
	}
	if ok {
		hint := "valid values: P0, P1, P2, P3"
		for _, s := range incident.Severities {
			if strings.EqualFold(text, s.Word()) || text == string(rune('0'+s-1)) {
				hint = "write " + s.String()
			}
		}
		r.Report(diag.UnknownSeverity, n, hint, "unknown severity %q", text)
	}
	return 0
}
