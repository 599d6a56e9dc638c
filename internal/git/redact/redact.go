// Package redact removes user names and passwords of URLs from text before it is shown. It reads nothing but its arguments.
package redact

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Hidden stands where something was removed.
const Hidden = "***"

// shortest is the length in bytes from which on a secret is removed wherever it stands: a shorter one may be a common word.
const shortest = 8

// word matches what may be a URL, valid or not.
var word = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"<>\\]+@`)

// URLs removes the user info of every URL in a text: https://user:secret@example.com becomes https://***@example.com. A mere user name
// of SSH stays.
func URLs(text string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	return word.ReplaceAllStringFunc(text, Remote)
}

// public reports whether a user info is a user name of SSH, such as that of ssh://git@example.com.
func public(scheme, info string) bool {
	return strings.Contains(strings.ToLower(scheme), "ssh") && !strings.Contains(info, ":")
}

// Remote removes the user info of the URL or address of a remote, even where it is not a valid URL, such as for a "/" in a password.
func Remote(remote string) string {
	if from, to := span(remote); to > from {
		return remote[:from] + Hidden + remote[to:]
	}
	return remote
}

// Secrets lists what Remote removes in the forms in which it may appear in other texts: with its @, quoted, in JSON, and, if it is not
// too short, the password alone.
func Secrets(remote string) []string {
	from, to := span(remote)
	if to <= from {
		return nil
	}
	info := remote[from:to]
	quoted := strconv.Quote(info)
	coded, _ := json.Marshal(info)
	list := []string{info + "@", quoted[1:len(quoted)-1] + "@", string(coded[1:len(coded)-1]) + "@"}
	_, password, found := strings.Cut(info, ":")
	if !found {
		password = info
	}
	list = append(list, password)
	if plain, err := url.PathUnescape(password); err == nil {
		list = append(list, plain)
	}
	return list
}

// Words removes secrets from a text. Those of fewer than eight bytes stay, unless they end in @.
func Words(text string, secrets ...string) string {
	for _, secret := range secrets {
		switch {
		case strings.HasSuffix(secret, "@") && len(secret) > 1:
			text = strings.ReplaceAll(text, secret, Hidden+"@")
		case len(secret) >= shortest:
			text = strings.ReplaceAll(text, secret, Hidden)
		}
	}
	return text
}

// span returns where the user info of a remote lies; from and to are equal where there is none.
func span(remote string) (from, to int) {
	scheme, rest, ok := strings.Cut(remote, "://")
	if ok {
		from = len(scheme) + len("://")
	} else {
		scheme, rest = "ssh", remote // user@host:path
	}
	at := strings.LastIndexByte(rest, '@')
	if at <= 0 {
		return 0, 0
	}
	info := rest[:at]
	inPath := strings.ContainsAny(info, "/?#") && !strings.Contains(info, ":") // https://example.com/@scope
	if inPath || public(scheme, info) || strings.ContainsAny(info, " \t\r\n") {
		return 0, 0
	}
	return from, from + at
}
