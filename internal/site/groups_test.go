package site

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

// TestWhichGroupsAreOpen checks the groups of an overview with few and with many components.
func TestWhichGroupsAreOpen(t *testing.T) {
	update := "---\ntitle: Slow\nseverity: P2\nstatus: investigating\ndate: 2026-10-02T10:00:00Z\ncomponents: [bad]\n---\n"
	for _, c := range []struct {
		components int
		want       string
	}{
		{12, "ungrouped=true bad=true fine=true shut=false wide=true"},
		{13, "ungrouped=true bad=true fine=false shut=false wide=true"},
	} {
		var toml strings.Builder
		toml.WriteString("title = \"Example\"\n")
		for _, group := range []string{"bad", "fine", "shut\"\ncollapse = true\n#", "wide\"\ncollapse = false\n#"} {
			fmt.Fprintf(&toml, "[[groups]]\nid = \"%s\"\n", group)
		}
		add := func(id, group string) {
			fmt.Fprintf(&toml, "[[components]]\nid = %q\ngroup = %q\n", id, group)
		}
		add("bad", "bad")
		add("shut", "shut")
		add("wide", "wide")
		add("alone", "")
		for n := range c.components - 4 {
			add(fmt.Sprintf("fine-%d", n), "fine")
		}
		parsed, findings, err := config.Parse("config.toml", []byte(toml.String()))
		if err != nil || len(findings) > 0 {
			t.Fatal(findings, err)
		}
		loaded, _ := content.Load(fstest.MapFS{"content/incidents/x/01-investigating.md": &fstest.MapFile{Data: []byte(update)}}, content.Options{Config: parsed})
		site, _ := Plan(Input{Config: parsed, Content: loaded, Now: instant(t, "2026-10-02T12:00:00Z")})
		var got []string
		for _, g := range site.groups(site.Meta) {
			got = append(got, fmt.Sprintf("%s=%t", cmp.Or(g.ID, "ungrouped"), g.Open))
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%d components: %s, want %s", c.components, text, c.want)
		}
	}
}
