package clone

import (
	"context"
	"time"

	"settler.io/crier/internal/cache"
	"settler.io/crier/internal/publish/disk"
	"settler.io/crier/internal/publish/recordsource"
)

// LastBuild returns the stamp of the last build of the site in a folder into the folder out. ok is
// false unless a build now would make the same, and out is as that build left it.
func LastBuild(ctx context.Context, known *cache.Site, folder, out string, now time.Time) (s cache.Stamp, ok bool) {
	if s, ok = known.Stamp(ctx, out, now); !ok || s.Record != recordsource.Known(ctx, s.Targets, folder).State(folder) {
		return s, false
	}
	state, untouched := disk.Untouched(out)
	return s, untouched && state == s.Outputs
}

// PostAsKnown sets when the updates of the site in a folder were posted, by the publish record that
// this clone has and by git. It returns the state of that record, for the stamp of a build.
func (s *Site) PostAsKnown(ctx context.Context, folder string) (record string, err error) {
	source := recordsource.Known(ctx, s.Config.Publish.To, folder)
	record = source.State(folder) // before it is read
	evidence, err := s.Evidence(ctx)
	if err != nil {
		return "", err
	}
	s.Posted = recordsource.PostedByGit(s.Config.Rules, source.Record(ctx, folder), s.Content, evidence)
	return record, nil
}
