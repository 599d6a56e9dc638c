package recordsource

import (
	"context"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

// FromGit returns what the files of incidents, maintenance and announcements said when, according
// to git. The content must have Sums.
func FromGit(ctx context.Context, history *git.History, c *config.Config, of *content.Content) (policy.Evidence, error) {
	now := make(map[string]fileset.Hash, len(of.Sums))
	for _, s := range subjects(of) {
		for n := range s.updates {
			now[s.updates[n].Path] = of.Sums[s.updates[n].Path]
		}
	}
	for _, i := range of.Incidents {
		if i.Postmortem != nil {
			now[i.Postmortem.Path] = of.Sums[i.Postmortem.Path]
		}
	}
	read := content.VersionReader(c)
	versions, err := git.Versions(ctx, history, now, func(path string, raw []byte) (v policy.Version) {
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
