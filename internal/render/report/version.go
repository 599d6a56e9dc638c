package report

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
)

// Version is the version of a program.
type Version struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"` // 40 digits, if it was built from a clone
	Modified bool   `json:"modified"`         // built from files that differ from the commit
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

// NewVersion returns the version of a program whose build is described by info, which may be nil.
func NewVersion(info *debug.BuildInfo) Version {
	v := Version{Version: "(devel)", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info == nil {
		return v
	}
	v.Version = cmp.Or(info.Main.Version, v.Version)
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	return v
}

func (v Version) String() string {
	text := v.Version
	if v.Commit != "" {
		text += " " + v.Commit
	}
	return fmt.Sprintf("%s (%s, %s/%s)", text, v.Go, v.OS, v.Arch)
}

// Action returns the GitHub action at the commit of this program, with the version as a comment, or
// at COMMIT if the program doesn't know its commit.
func (v Version) Action() string {
	if v.Commit == "" || v.Modified {
		return "settler/crier@COMMIT"
	}
	return "settler/crier@" + v.Commit + " # " + v.Version
}
