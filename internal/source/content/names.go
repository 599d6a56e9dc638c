package content

import (
	"regexp"
	"strings"
)

var (
	notName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)
	// reserved are the names of devices, which Windows keeps for itself.
	reserved = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$`)
	// clockName is the id of a transition that the clock makes in maintenance.
	clockName = regexp.MustCompile(`^(started|completed)(-[0-9]+)?$`)
)

// badName says what is wrong with the name of a folder or file that becomes part of an address, or gives "".
func badName(name string) string {
	switch {
	case len(name) > MaxNameLength:
		return "is longer than 100 bytes"
	case !goodForm(name):
		return "has other characters than ASCII letters, digits, . _ and -, or begins with one of these three"
	case strings.HasSuffix(name, "."):
		return "ends with a dot"
	case strings.ContainsRune("CcPpAaNnLl", rune(name[0])) && reserved.MatchString(name):
		return "is a name that Windows keeps for itself"
	}
	return ""
}

// goodForm reports whether a name is of ASCII letters, digits, "_", "-" and ".", and begins with a letter or digit.
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

// betterName gives a good name like a bad one.
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
