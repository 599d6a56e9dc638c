package report

import (
	"strings"
	"testing"

	"settler.io/crier/internal/source/importer"
)

func TestImport(t *testing.T) {
	i := Import{Rows: []importer.Row{{From: "a.md", Kind: "incident", To: "content/incidents/a", Updates: 2}, {From: "b.md", Kind: "page", To: "content/pages/b.md"}}, Written: 3, Same: 1, Notes: 1}
	dry := i
	dry.DryRun, dry.Notes = true, 0
	for want, i := range map[string]Import{
		"1 incident, 0 maintenance windows, 0 announcements, 1 page: 3 files written, 1 unchanged.\n1 note above: see what was guessed or could not be converted.\n": i,
		"FROM  KIND      TO                   UPDATES\na.md  incident  content/incidents/a  2\nb.md  page      content/pages/b.md\n" +
			"1 incident, 0 maintenance windows, 0 announcements, 1 page: 3 files to write, 1 unchanged.\n": dry,
	} {
		var b strings.Builder
		if i.Text(&b); b.String() != want {
			t.Errorf("%s, want %s", b.String(), want)
		}
	}
}
