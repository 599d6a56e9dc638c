// Package redact removes user names and passwords in URLs from text before it is shown. It is pure.
package redact

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Hidden replaces whatever was removed.
const Hidden = "***"

// shortest is the minimum length, in bytes, of a secret that is removed wherever it appears. A
// shorter one may be a common word.
const shortest = 8

// word matches the start of what may be a URL, valid or not, up to the @ after the user info.
var word = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"<>\\]+@`)

// URLs removes the user info of every URL in a text: https://user:secret@example.com becomes
// https://***@example.com. A plain user name in an SSH URL stays.
func URLs(text string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	return word.ReplaceAllStringFunc(text, Remote)
}

// public reports whether the user info is only an SSH user name, as in ssh://git@example.com.
func public(scheme, info string) bool {
	return strings.Contains(strings.ToLower(scheme), "ssh") && !strings.Contains(info, ":")
}

// Remote removes the user info from the URL or scp-style address of a remote, even if the URL is
// not valid, for example because of a "/" in a password.
func Remote(remote string) string {
	if from, to := span(remote); to > from {
		return remote[:from] + Hidden + remote[to:]
	}
	return remote
}

// Secrets lists the forms in which the user info of a remote may appear in other texts: followed by
// @ as it is, quoted, or in JSON, and the password alone.
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

// Words removes secrets from a text. Secrets of fewer than eight bytes stay unless they end in @.
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

// span returns the byte range of a remote's user info; from and to are equal if it has none.
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
	// https://example.com/@scope has no user info.
	inPath := strings.ContainsAny(info, "/?#") && !strings.Contains(info, ":")
	if inPath || public(scheme, info) || strings.ContainsAny(info, " \t\r\n") {
		return 0, 0
	}
	return from, from + at
}
