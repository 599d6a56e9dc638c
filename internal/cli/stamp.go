package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/disk"
)

// stamp says of a build what it was made from and what it said, so that the same build need not be made again. Like all of
// the cache it may be deleted at any time; see docs/adr/0008-what-a-build-remembers.md.
type stamp struct {
	Inputs      string // see inputs
	Outputs     string // the token of disk.Untouched
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

func stampFile(out string) string { return filepath.Join(out, ".crier", "cache", "stamp") }

// inputsOf gives what stands for the program, the configuration, the theme, and names, sizes and times of all files below content/. It is ""
// when that says too little: a file changed a moment ago and may change again without looking like it, or is no plain file.
func inputsOf(fingerprint, site string) string {
	const moment = 20 * time.Millisecond
	latest := time.Now().Add(-moment) // the file system's clock, not the build's instant
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00", fingerprint, site)
	plain := fingerprint != ""
	err := filepath.WalkDir(filepath.Join(site, "content"), func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		plain = plain && info.Mode().IsRegular() && info.ModTime().Before(latest)
		fmt.Fprintf(h, "%s\x00%d %d\x00", name, info.Size(), info.ModTime().UnixNano())
		return nil
	})
	if err != nil || !plain {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}

// readStamp gives the stamp of a folder if it was made from the same, holds at the instant, and the folder is as it was left.
func readStamp(out, inputs string, now time.Time) (s stamp, ok bool) {
	raw, err := os.ReadFile(stampFile(out))
	if inputs == "" || err != nil || json.Unmarshal(raw, &s) != nil {
		return stamp{}, false
	}
	if s.Inputs != inputs || now.Before(s.From) || !now.Before(s.Until) {
		return stamp{}, false
	}
	token, untouched := disk.Untouched(out)
	return s, untouched && token == s.Outputs
}

// writeStamp stamps what was built. A stamp is for speed alone, so failing to write one is no failure.
func writeStamp(out string, s stamp) {
	token, untouched := disk.Untouched(out)
	if s.Inputs == "" || !untouched {
		return
	}
	s.Outputs = token
	raw, err := json.Marshal(s)
	if err != nil {
		return
	}
	waiting := stampFile(out) + ".new"
	if os.WriteFile(waiting, raw, 0o644) == nil {
		os.Rename(waiting, stampFile(out))
	}
}
