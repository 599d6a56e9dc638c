package content

import (
	"path"
	"strings"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
)

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
		if s.lost = len(raw) > MaxFileSize; !s.lost {
			l.read(s, raw, nil)
		}
		if s.lost {
			return &incident.Update{Draft: true}, &incident.Postmortem{Draft: true}
		}
		return s.update, s.postmortem
	}
}
