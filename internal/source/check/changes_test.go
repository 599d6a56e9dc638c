package check

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

func TestChanges(t *testing.T) {
	c, findings, err := config.Parse("config.toml", []byte("title = \"x\"\n"))
	if err != nil || len(findings) > 0 {
		t.Fatal(findings, err)
	}
	load := func(files map[string]string) *content.Content {
		site := fstest.MapFS{}
		for name, text := range files {
			site["content/"+name+".md"] = &fstest.MapFile{Data: []byte("---\n" + text)}
		}
		loaded, mistakes := content.Load(site, content.Options{Config: c})
		for _, f := range mistakes {
			t.Fatal(f)
		}
		return loaded
	}
	const (
		first  = "title: One\nseverity: P2\nstatus: investigating\ndate: 2026-10-02T10:00:00Z\n---\nWe look.\n"
		second = "status: identified\ndate: 2026-10-02T10:05:00Z\nimpact: All.\neta: soon\n---\nWe know.\n"
		third  = "status: monitoring\ndate: 2026-10-02T10:10:00Z\n---\nWe watch.\n"
		held   = "status: resolved\ndate: 2026-10-02T10:15:00Z\nhold: 40m\n---\nDone.\n"
		draft  = "status: monitoring\ndraft: true\ndate: 2026-10-02T10:07:00Z\n---\nPerhaps.\n"
		work   = "title: Work\nstatus: scheduled\ndate: 2026-10-01T00:00:00Z\nstarts: 2026-10-20T00:00:00Z\nends: 2026-10-20T01:00:00Z\n---\nWork.\n"
		notice = "title: Notice\ndate: 2026-10-01T00:00:00Z\n---\nNotice.\n"
	)
	before := map[string]string{
		"incidents/a/01": first, "incidents/a/02": second, "incidents/a/02x": draft, "incidents/a/03": third, "incidents/a/04": held,
		"maintenance/w/01": work, "announcements/n": notice, "announcements/later": strings.Replace(notice, "2026-10-01", "2026-11-01", 1),
	}
	for name, test := range map[string]struct {
		change map[string]string // file to new text; "" deletes the file
		want   []string
	}{
		"nothing":                       {nil, nil},
		"a new update":                  {map[string]string{"incidents/a/05": strings.Replace(third, "10:10", "10:20", 1)}, nil},
		"what is not public may go":     {map[string]string{"incidents/a/04": "", "incidents/a/02x": "", "announcements/later": ""}, nil},
		"what is public may not":        {map[string]string{"incidents/a/03": ""}, []string{"content/incidents/a/03.md update-gone"}},
		"nor may all of it":             {map[string]string{"maintenance/w/01": "", "announcements/n": ""}, []string{"content/announcements/n.md update-gone", "content/maintenance/w/01.md update-gone"}},
		"nor become a draft":            {map[string]string{"incidents/a/03": "draft: true\n" + third, "announcements/n": "draft: true\n" + notice}, []string{"content/announcements/n.md update-gone", "content/incidents/a/03.md update-gone"}},
		"nor take another name":         {map[string]string{"incidents/a/03": "", "incidents/a/03-monitoring": third}, []string{"content/incidents/a/03-monitoring.md update-renamed"}},
		"another title":                 {map[string]string{"incidents/a/01": strings.Replace(first, "One", "Two", 1)}, []string{"content/incidents/a/01.md not-amended", "content/incidents/a/01.md title-inherited"}},
		"a title that nothing inherits": {map[string]string{"incidents/a/03": "title: Three\namended: 2026-10-02T10:20:00Z\n" + third}, nil},
		"a title that another one ends": {map[string]string{"incidents/a/02": "title: Two\namended: 2026-10-02T10:20:00Z\n" + second}, []string{"content/incidents/a/02.md title-inherited"}},
		"another text":                  {map[string]string{"incidents/a/02": strings.Replace(second, "know", "knew", 1)}, []string{"content/incidents/a/02.md not-amended"}},
		"another ETA, amended":          {map[string]string{"incidents/a/02": "amended: 2026-10-02T10:20:00Z\n" + strings.Replace(second, "soon", "late", 1)}, nil},
		"another name of all, not the id": {map[string]string{"incidents/a/01": "", "incidents/a/02": "", "incidents/a/02x": "", "incidents/a/03": "", "incidents/a/04": "",
			"incidents/2026/a/01": first, "incidents/2026/a/02": second, "incidents/2026/a/03": third}, nil},
		"another id": {map[string]string{"maintenance/w/01": "", "maintenance/x/01": work}, []string{"content/maintenance/x/01.md update-renamed"}},
	} {
		t.Run(name, func(t *testing.T) {
			after := maps.Clone(before)
			for file, text := range test.change {
				if after[file] = text; text == "" {
					delete(after, file)
				}
			}
			var got []string
			for _, f := range Changes(Input{Config: c, Content: load(after), Now: instant(t, "2026-10-02T10:30:00Z")}, load(before)) {
				got = append(got, f.Position.Path+" "+f.Kind.Code)
				if f.Hint == "" {
					t.Error("no hint:", f)
				}
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
