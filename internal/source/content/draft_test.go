package content

import (
	"strings"
	"testing"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/frontmatter"
)

// kindsOfContent has a file of every kind that can be a draft: its path, its required keys, and a
// function that reports whether it was loaded as a draft.
var kindsOfContent = []struct {
	name, path, front string
	draft             func(*Content) bool
}{
	{"incident", "incidents/a/01.md", "title: x\nseverity: P0\nstatus: investigating\ndate: 2026-10-02T10:04:00Z\n", func(c *Content) bool { return c.Incidents[0].Updates[0].Draft }},
	{"maintenance", "maintenance/m/01.md", "title: x\nstatus: scheduled\ndate: 2026-10-02T10:04:00Z\nstarts: 2026-10-05T00:00:00Z\nends: 2026-10-05T01:00:00Z\n",
		func(c *Content) bool { return c.Maintenance[0].Updates[0].Draft }},
	{"announcement", "announcements/x.md", "title: x\ndate: 2026-10-02T10:04:00Z\n", func(c *Content) bool { return c.Announcements[0].Draft }},
	{"page", "pages/x.md", "title: x\n", func(c *Content) bool { return c.Pages[0].Draft }},
	{"translation of an update", "incidents/ok/01.de.md", "title: x\n", func(c *Content) bool { return c.Incidents[len(c.Incidents)-1].Updates[0].Translations["de"].Draft }},
	{"post-mortem", "incidents/ok/postmortem.md", "public: true\n", func(c *Content) bool { return c.Incidents[len(c.Incidents)-1].Postmortem.Draft }},
	{"translation of a post-mortem", "incidents/ok/postmortem.de.md", "title: x\n", func(c *Content) bool { return c.Incidents[len(c.Incidents)-1].Postmortem.Translations["de"].Draft }},
}

// loadDraft loads a file together with the files that it needs.
func loadDraft(t *testing.T, path, text string) (*Content, []diag.Finding) {
	t.Helper()
	files := map[string]string{"incidents/ok/01.md": first(""), path: text}
	if strings.HasSuffix(path, "postmortem.de.md") {
		files["incidents/ok/postmortem.md"] = "---\npublic: true\n---\n"
	}
	return Load(site(files), Options{Config: settings(t)})
}

// toml converts simple lines of YAML to TOML.
func toml(front string) string {
	var b strings.Builder
	for line := range strings.Lines(front) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if !strings.HasPrefix(value, "2026-") && value != "true" {
			value = `"` + value + `"`
		}
		b.WriteString(key + " = " + value + "\n")
	}
	return b.String()
}

// TestDraftsFailClosed tries many spellings of draft on every kind of content.
func TestDraftsFailClosed(t *testing.T) {
	type spelling struct {
		text  string
		draft bool
		class diag.Class // of the worst finding; "" for none
	}
	yaml := []spelling{{"draft: true", true, ""}, {"draft: True", true, ""}, {"draft: TRUE", true, ""}, {"draft: false", false, ""}, {"draft: False", false, ""}, {"", false, ""}}
	for _, word := range []string{"no", "No", "off", "OFF", "n", "0", "f", "F", "fAlse", `"false"`, `'no'`, `"0"`, `" false "`, `"FALSE"`} {
		yaml = append(yaml, spelling{"draft: " + word, false, diag.Note})
	}
	for _, word := range []string{"yes", "Yes", "on", "ON", "y", "1", "t", "T", `"true"`, `'true'`, "tRUE", "ture", "treu", "tru", "maybe", "2", "00", "0.0", "-0", "", "~", "null", `""`, "[]", "[false]", "{}", "{a: false}",
		"!x false", "!!bool no", "not yet", "false or true", "nope", "falsch", "2026-10-02", "|\n  false\n  x", "&a true x", "false, I think"} {
		yaml = append(yaml, spelling{"draft: " + word, true, diag.Mistake})
	}
	for _, line := range []string{"draft:\n  - false", "draft:true", "drfat: true", "drfat: false", "Drfat: true", "drafts: true", "darft: true", "draf: true", "dratf: true", "raft: true", "DRAFFT: no", "\"draft \u200b\": true", "dr\u0430ft: true",
		"draft: true\ndraft: false", "draft: false\ndraft: true", "draft: false\ndraft:", "draft: false\nDraft: true", "draft: no\ndrfat: no",
		"impact: x\n  draft: true", "\tdraft: true", "impact:\n  draft: true", "impact:\n  - draft: true", "components:\n  api: major_outage\n  draft: true",
		"impact: a: b\ndraft true", "impact: a: b\n  draft: true", "impact: a: b\n  drfat = true", "impact: a: b\n- draft: true"} {
		yaml = append(yaml, spelling{line, true, diag.Mistake})
	}
	yaml = append(yaml, spelling{"Draft: true", true, diag.Note}, spelling{"DRAFT: true", true, diag.Note}, spelling{"\"draft\": true", true, ""}, spelling{"Draft: false", false, diag.Note}, spelling{" draft : true", true, diag.Mistake},
		spelling{"draft: true\ndraft: true", true, diag.Mistake}, spelling{"draft: false\ndraft: no", false, diag.Mistake}, spelling{"draft: no\ndraft: 'no'", false, diag.Mistake}, spelling{"draft: false # not yet", false, ""},
		spelling{"draft: true # not yet", true, ""}, spelling{"impact: a: b\ndraft: false", false, diag.Mistake}, spelling{"impact: a: b\ndraft: true", true, diag.Mistake}, spelling{"status: a: b\n\tdraft: no", false, diag.Mistake})
	tomls := []spelling{{"draft = true", true, ""}, {"draft = false", false, ""}, {`draft = "no"`, false, diag.Note}, {"draft = 0", false, diag.Note}, {`draft = "true"`, true, diag.Mistake}, {"draft = 1", true, diag.Mistake},
		{`draft = ""`, true, diag.Mistake}, {"draft = yes", true, diag.Mistake}, {"draft = no", false, diag.Mistake}, {"draft =", true, diag.Mistake}, {"draft = true\ndraft = false", true, diag.Mistake},
		{"draft = false\ndraft = false", false, diag.Mistake}, {"Draft = true", true, diag.Note}, {"drfat = true", true, diag.Mistake}, {"draft = [false]", true, diag.Mistake}, {"draft.x = false", true, diag.Mistake}, {"draft = {}", true, diag.Mistake}}
	// These are definitely drafts: the mistake is elsewhere.
	clear := map[string]bool{"draft: true\ndraft: true": true, "impact: a: b\ndraft: true": true, " draft : true": true, "draft:true": true, "impact: x\n  draft: true": true, "\tdraft: true": true, "impact: a: b\n  draft: true": true}
	for _, kind := range kindsOfContent {
		t.Run(kind.name, func(t *testing.T) {
			try := func(text string, s spelling) {
				c, findings := loadDraft(t, kind.path, text)
				gone := false // it could not be parsed at all
				for _, f := range findings {
					gone = gone || f.Position.Path == "content/"+kind.path && (f.Kind == diag.BadSyntax || f.Kind == diag.NoUpdates)
				}
				if draft := gone || kind.draft(c); draft != s.draft {
					t.Errorf("%q: draft %v\n%q", s.text, draft, say(findings))
				}
				if got := publishable([]byte(text)) != nil; got == s.draft {
					t.Errorf("%q: publishable %v", s.text, got)
				}
				worst, withheld := diag.Class(""), gone
				for _, f := range findings {
					if worst == "" || worst == diag.Note || f.Kind.Class == diag.Mistake {
						worst = f.Kind.Class
					}
					withheld = withheld || Withholds(f)
				}
				// Ignore keys that some kinds do not have. They are mistakes too, but not what is
				// tested here.
				own := strings.Contains(s.text, "impact") || strings.Contains(s.text, "status") || strings.Contains(s.text, "components")
				if worst != s.class && !own {
					t.Errorf("%q: %s, want %s\n%q", s.text, worst, s.class, say(findings))
				}
				if s.draft && s.class == diag.Mistake && !clear[s.text] && !withheld {
					t.Errorf("%q: nothing says that it is withheld\n%q", s.text, say(findings))
				}
			}
			for _, s := range yaml {
				try("---\n"+kind.front+s.text+"\n---\n", s)
			}
			for _, s := range tomls {
				try("+++\n"+toml(kind.front)+s.text+"\n+++\n", s)
			}
		})
	}
}

// TestPublicFailsClosed checks that a post-mortem is public only if it clearly says so.
func TestPublicFailsClosed(t *testing.T) {
	for text, want := range map[string]bool{
		"public: true": true, "public: TRUE": true, "Public: true": true, "public: true\npublic: true": true, "\"public\": true": true, "public: true # yes": true,
		"": false, "public: false": false, "public: no": false, "public: yes": false, "public: on": false, "public: 1": false, "public: y": false, "public: \"true\"": false, "public: ture": false, "public:": false,
		"public: ~": false, "public: [true]": false, "public: {}": false, "public: !x true": false, "publik: true": false, "public: true\npublic: false": false, "public: false\npublic: true": false, "public: true\npublik: false": false,
		"public: true\ndraft: ture": false, "public: true\ndraft:": false, "public: true\npublic:": false, "title: a: b\npublic: true": true, "title: a: b\npublic: true: x": false,
	} {
		c, findings := loadDraft(t, "incidents/ok/postmortem.md", "---\n"+text+"\n---\n")
		p := c.Incidents[0].Postmortem
		if got := p.Public && !p.Draft; got != want {
			t.Errorf("%q: public %v\n%q", text, got, say(findings))
		}
		if doubt := !want && text != "" && text != "public: false" && text != "public: no"; doubt != (diag.Count(findings, diag.Mistake) > 0) && !strings.Contains(text, "\n") {
			t.Errorf("%q: %q", text, say(findings))
		}
	}
}

// TestHoldsFailClosed checks that a hold that is not valid counts as the longest one. It withholds
// maintenance, which has no publishing deadline.
func TestHoldsFailClosed(t *testing.T) {
	for text, unclear := range map[string]bool{
		"hold: 30m": false, "hold: 2026-10-02T10:30:00Z": false, "Hold: 30m": false, "hold:": false, "": false, "hold: 30m\nhold: 30m": false,
		"hold: 30": true, "hold: 1 hour": true, "hold: PT30M": true, "hold: soon": true, "hold: 0": true, "hold: -5m": true, "hold: 2026-10-02 11:00": true, "hold: 2026-13-02": true, "hold: [30m]": true, "hold: {for: 30m}": true,
		"hold: true": true, "hold: ''": true, "hold: 30m\nhold: 45m": true, "hodl: 30m": true, "holds: 30m": true, "hold: 30m: x": true, "hold: 999999w": true, "hold: 1e3h": true,
	} {
		c, findings := Load(site(map[string]string{"incidents/a/01.md": first(text), "maintenance/m/01.md": "---\n" + kindsOfContent[1].front + text + "\n---\n"}), Options{Config: settings(t)})
		u, m := c.Incidents[0].Updates[0], c.Maintenance[0].Updates[0]
		if u.Hold.Unclear != unclear || u.Draft || m.Draft != unclear {
			t.Errorf("%q: %+v, draft %v, maintenance draft %v\n%q", text, u.Hold, u.Draft, m.Draft, say(findings))
		}
		if unclear != (diag.Count(findings, diag.Mistake) > 0) && text != "hold: 30m\nhold: 30m" {
			t.Errorf("%q: %q", text, say(findings))
		}
		if unclear == u.Hold.IsZero() && text != "hold:" && text != "" && unclear {
			t.Errorf("%q holds nothing", text)
		}
	}
}

// TestNoKeyResemblesDraft checks that no valid key is mistaken for a misspelling of draft,
// public or hold.
func TestNoKeyResemblesDraft(t *testing.T) {
	r := newReader(settings(t))
	known := []frontmatter.Field{{Key: "description"}}
	known = append(known, r.incident...)
	known = append(known, r.maintenance...)
	known = append(known, r.postmortemFields(&incident.Postmortem{})...)
	known = append(known, r.announcementFields(&incident.Announcement{})...)
	for _, field := range known {
		for word, slips := range map[string]int{"draft": 2, "public": 2, "hold": 1} {
			if field.Key != word && isLike(field.Key, word, slips) {
				t.Errorf("%s is taken for %s", field.Key, word)
			}
		}
	}
}

// TestUnreadableFilesAreWithheld checks that such a file is left out and that its finding says
// so.
func TestUnreadableFilesAreWithheld(t *testing.T) {
	for _, text := range []string{"---\ntitle: [x\n---\n", "---\n{{{\n---\n", "---\njust words\n---\n", "---\n- a\n---\n", "---\n<<: {draft: true}\n---\n", "---\ntitle: x\n", "+++\n[x\n+++\n", "words\n", "---\ntitle: \xff\n---\n"} {
		_, findings := Load(site(map[string]string{"incidents/a/01.md": text}), Options{Config: settings(t)})
		if len(findings) != 1 || !Withholds(findings[0]) || publishable([]byte(text)) != nil {
			t.Errorf("%q: %q", text, say(findings))
		}
	}
	if Withholds(diag.BadSyntax.New(diag.File("themes/x/languages/de.toml"), "", "x")) {
		t.Error("a theme is withheld")
	}
}
