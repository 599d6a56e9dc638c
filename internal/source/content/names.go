package content

import (
	"regexp"
	"strings"
)

var (
	notName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)
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
	case !goodForm(name):
		return "may contain only ASCII letters, digits, . _ and -, and must start with a letter or digit"
	case strings.HasSuffix(name, "."):
		return "ends with a dot"
	case strings.ContainsRune("CcPpAaNnLl", rune(name[0])) && reserved.MatchString(name):
		return "is a name that Windows reserves"
	}
	return ""
}

// goodForm reports whether a name consists of ASCII letters, digits, "_", "-" and ".", and starts
// with a letter or digit.
func goodForm(name string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', i > 0 && (c == '.' || c == '_' || c == '-'):
		default:
			return false
		}
	}
	return name != ""
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
