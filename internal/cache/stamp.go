package cache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/render/report"
)

// Stamp is the result of a build, kept so that the same build need not be made again.
type Stamp struct {
	Outputs     string // the state of the output folder, as disk.Untouched returns it
	History     string // the state of git's history, see Site.History
	Targets     []string
	Record      string // the state of the targets' publish record
	Files       int
	From, Until time.Time // between these instants nothing changes by itself
	Findings    []diag.Finding
	Standing    report.Standing // for the summary of a build
}

// stampName returns the name in the cache of the stamp of an output folder. Stamps are not kept in
// the output itself because they know what is not public yet.
func stampName(out string) string {
	sum := sha256.Sum256([]byte(out))
	return "stamps/" + hex.EncodeToString(sum[:8])
}

// maxStamps is how many output folders have stamps.
const maxStamps = 8

// Stamp returns the stamp of the output folder out, if it was made from the same inputs and history
// and holds at the instant now. Whether the folder and the record are still in their states is for
// the caller to check.
func (s *Site) Stamp(ctx context.Context, out string, now time.Time) (stamp Stamp, ok bool) {
	if s.Inputs == "" {
		return Stamp{}, false
	}
	raw, ok := s.cache.Read(stampName(out), s.Inputs)
	if !ok || json.Unmarshal([]byte(raw), &stamp) != nil || now.Before(stamp.From) || !now.Before(stamp.Until) {
		return Stamp{}, false
	}
	if state, index := git.State(ctx, s.folder); stamp.History != settledState(state, index, s.start) {
		return Stamp{}, false
	}
	return stamp, true
}

// WriteStamp keeps the stamp of the output folder out. Stamps only save time, so errors of writing
// are ignored.
func (s *Site) WriteStamp(out string, stamp Stamp) {
	if s.Inputs == "" || stamp.Outputs == "" {
		return
	}
	if raw, err := json.Marshal(stamp); err == nil && s.cache.Write(stampName(out), s.Inputs, raw) == nil {
		s.cache.Prune("stamps", maxStamps)
	}
}
