package recordsource

import (
	"context"

	"settler.io/crier/internal/git"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

// FromGit returns what the files of incidents, maintenance and announcements said when, according
// to git.
func FromGit(ctx context.Context, history *git.History, c *config.Config, of *content.Content) (policy.Evidence, error) {
	var paths []string
	for _, i := range of.Incidents {
		for n := range i.Updates {
			paths = append(paths, i.Updates[n].Path)
		}
		if i.Postmortem != nil {
			paths = append(paths, i.Postmortem.Path)
		}
	}
	for _, m := range of.Maintenance {
		for n := range m.Updates {
			paths = append(paths, m.Updates[n].Path)
		}
	}
	for _, a := range of.Announcements {
		paths = append(paths, a.Path)
	}
	read := content.VersionReader(c)
	versions, err := git.Versions(ctx, history, paths, func(path string, raw []byte) (v policy.Version) {
		v.Update, v.Postmortem = read(path, raw)
		return v
	})
	if err != nil {
		return nil, err
	}
	evidence := make(policy.Evidence, len(versions))
	for path, all := range versions {
		proof := policy.Proof{Versions: make([]policy.Version, len(all))}
		for n, v := range all {
			proof.Versions[n] = v.Value
			proof.Versions[n].At = v.At
		}
		evidence[path] = proof
	}
	return evidence, nil
}
