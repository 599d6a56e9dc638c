package content

import (
	"regexp"
	"strings"
)

var (
	nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	notName  = regexp.MustCompile(`[^A-Za-z0-9._-]+`)
	// reserved matches the device names that Windows reserves.
	reserved = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$`)
	// clockName matches the ids of the updates that the clock adds to maintenance.
	clockName = regexp.MustCompile(`^(started|completed)(-[0-9]+)?$`)
)

// badName returns what is wrong with the name of a folder or file that is used in URLs, or "".
func badName(name string) string {
	switch {
	case len(name) > MaxNameLength:
		return "is longer than 100 bytes"
	case !nameForm.MatchString(name):
		return "may contain only ASCII letters, digits, . _ and -, and must start with a letter or digit"
	case strings.HasSuffix(name, "."):
		return "ends with a dot"
	case reserved.MatchString(name):
		return "is a name that Windows reserves"
	}
	return ""
}

// betterName returns a valid name similar to one that is not valid.
func betterName(name string) string {
	better := strings.Trim(notName.ReplaceAllString(name, "-"), "-._")
	if len(better) > MaxNameLength {
		better = strings.TrimRight(better[:MaxNameLength], "-._")
	}
	if better == "" || reserved.MatchString(better) {
		return "incident-" + better
	}
	return better
}
