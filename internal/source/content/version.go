package content

import (
	"path"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/frontmatter"
)

// Undated reports whether a version of a file could have been published with the time of its commit
// as its date: its front matter can be parsed and has no valid date, and it is neither a draft nor
// possibly one.
func Undated(raw []byte) bool {
	root := publishable(raw)
	return root != nil && dateIn(root).IsZero()
}

// publishable returns the front matter of a version of a file that is not a draft and not possibly
// one, or nil.
func publishable(raw []byte) *frontmatter.Node {
	file, problem := parse(new(frontmatter.Reader), raw)
	if problem != nil || isDraft(&frontmatter.Decoder{Tolerant: true}, file) {
		return nil
	}
	return file.root
}

// Identity names the update that a version of a file is, by its date and status, and without a date
// by its incident too. It is "" if the version can't be read.
func Identity(name string, raw []byte) string {
	file, problem := parse(new(frontmatter.Reader), raw)
	if problem != nil {
		return ""
	}
	of := path.Base(path.Dir(name))
	if date := dateIn(file.root); !date.IsZero() {
		of = date.UTC().Format(time.RFC3339Nano)
	}
	for _, e := range file.root.Entries {
		if frontmatter.Fold(e.Key) == "status" {
			return of + " " + frontmatter.Fold(e.Value.Text)
		}
	}
	return of + " " + path.Base(name)
}

// dateIn returns the date that front matter states, or the zero time.
func dateIn(root *frontmatter.Node) time.Time {
	for _, e := range root.Entries {
		if frontmatter.Fold(e.Key) == "date" {
			date, _ := (&frontmatter.Decoder{Tolerant: true, Zone: time.UTC}).Instant(e.Value)
			return date
		}
	}
	return time.Time{}
}

// VersionReader returns a function that reads an earlier version of an update or a post-mortem, at
// its present path. A version that can't be read is a draft that states nothing.
func VersionReader(c *config.Config) func(name string, raw []byte) (*incident.Update, *incident.Postmortem) {
	l := newLoader(nil, Options{Config: c, FrontMatterOnly: true})
	return func(name string, raw []byte) (*incident.Update, *incident.Postmortem) {
		s := &source{path: name, id: strings.TrimSuffix(path.Base(name), ".md")}
		switch {
		case strings.HasPrefix(name, "content/maintenance/"):
			s.section = maintenanceUpdate
		case path.Base(name) == "postmortem.md":
			s.section = postmortem
		}
		if l.read(s, raw, nil); s.lost {
			return &incident.Update{Draft: true}, &incident.Postmortem{Draft: true}
		}
		return s.update, s.postmortem
	}
}
