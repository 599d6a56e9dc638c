package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/cache"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/publish/disk"
)

// stamp says of a build what came of it and what it said, so that the same build need not be made again. Like all of
// the cache it may be deleted at any time; see docs/adr/0008-what-a-build-remembers.md.
type stamp struct {
	Outputs     string // the token of disk.Untouched
	History     string // what git gave dates from, for a site that leaves out some; "" when it was not asked
	Files       int
	From, Until time.Time // between these instants nothing changes by itself
	Findings    []diag.Finding
	Standing    standing
}

// standing is what the summary of a build says about the site.
type standing struct {
	State                          string
	OpenIncidents, OpenMaintenance []string
	NextChange                     time.Time
}

func standingOf(result *build.Result) *standing {
	s := result.Site
	return &standing{s.State().Description, s.OpenIncidents, s.OpenMaintenance, result.NextChange}
}

// stampName is where in the cache the stamp of an output folder lies. An output itself is no place for it: a stamp knows of what is not
// public yet.
func stampName(out string) string {
	sum := sha256.Sum256([]byte(out))
	return "stamps/" + hex.EncodeToString(sum[:8])
}

// keptStamps is of how many output folders stamps are kept.
const keptStamps = 8

// readStamp gives the stamp of a folder if it was made from the same, holds at the instant, and the folder is as it was left.
func (a *app) readStamp(ctx context.Context, known *remembered, out string, now time.Time) (s stamp, ok bool) {
	if known.inputs == "" {
		return stamp{}, false
	}
	raw, ok := known.cache.Read(stampName(out), known.inputs)
	if !ok || json.Unmarshal([]byte(raw), &s) != nil || now.Before(s.From) || !now.Before(s.Until) {
		return stamp{}, false
	}
	if s.History != "" && s.History != historyState(ctx, a.path(a.site), known.start) {
		return stamp{}, false
	}
	token, untouched := disk.Untouched(out)
	return s, untouched && token == s.Outputs
}

// writeStamp stamps what was built. A stamp is for speed alone, so failing to write one is no failure.
func writeStamp(c *cache.Cache, out, inputs string, s stamp) {
	if inputs == "" || s.Outputs == "" {
		return
	}
	if raw, err := json.Marshal(s); err == nil && c.Write(stampName(out), inputs, raw) == nil {
		c.Prune("stamps", keptStamps)
	}
}
