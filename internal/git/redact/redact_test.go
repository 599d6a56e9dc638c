package redact

import (
	"fmt"
	"strings"
	"testing"
)

func TestURLs(t *testing.T) {
	for text, want := range map[string]string{
		"fatal: unable to access 'https://user:secret@git.example.com/x.git/': 403": "fatal: unable to access 'https://***@git.example.com/x.git/': 403",
		"https://ghp_token@github.com/a/b":                                          "https://***@github.com/a/b",
		"https://user:p@ss:w%2Frd@host/":                                            "https://***@host/",
		"unable to access 'https://user:pa/ss@w#rd@host/x/': bad URL":               "unable to access 'https://***@host/x/': bad URL",
		"To https://user:it's@host/x":                                               "To https://***@host/x",
		"a https://u:p@a/ and http://v:q@b/":                                        "a https://***@a/ and http://***@b/",
		"HTTPS://U:P@HOST":                                                          "HTTPS://***@HOST",
		"ssh://git@example.com/x":                                                   "ssh://git@example.com/x",
		"ssh://git:secret@example.com/x":                                            "ssh://***@example.com/x",
		"https://example.com/@scope/x":                                              "https://example.com/@scope/x",
		"https://example.com?x=a@b":                                                 "https://example.com?x=a@b",
		"see https://example.com or mail me@example.com":                            "see https://example.com or mail me@example.com",
		`{"a":"https://example.com","b":"c@d"}`:                                     `{"a":"https://example.com","b":"c@d"}`,
		"git@example.com:x":                                                         "git@example.com:x",
	} {
		if got := URLs(text); got != want || URLs(got) != got {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestRemotes(t *testing.T) {
	for remote, want := range map[string]string{
		"https://user:secret@host/x.git":   "https://***@host/x.git",
		"https://user:se/cret@host/x.git":  "https://***@host/x.git",
		"https://user:se#c?ret@host/x.git": "https://***@host/x.git",
		"https://user:s@cret@host/x.git":   "https://***@host/x.git",
		"https://token@host/x.git":         "https://***@host/x.git",
		"user:secret@host/x.git":           "***@host/x.git",
		"git@host:x.git":                   "git@host:x.git",
		"ssh://git@host/x.git":             "ssh://git@host/x.git",
		"https://host/@scope/x.git":        "https://host/@scope/x.git",
		"origin":                           "origin",
		"/srv/a@b/x.git":                   "/srv/a@b/x.git",
		"":                                 "",
	} {
		if got := Remote(remote); got != want {
			t.Errorf("%s: got %s, want %s", remote, got, want)
		}
	}
}

// TestSecretsInOtherWords checks that the secrets of a remote are removed from texts that quote it.
func TestSecretsInOtherWords(t *testing.T) {
	const remote = `https://user:pa"ss/w&rd%21x@host/x.git`
	secrets := Secrets(remote)
	for _, text := range []string{remote, fmt.Sprintf("%q is not a target", remote), `{"target":"https://user:pa\"ss/w\u0026rd%21x@host/x.git"}`, `password pa"ss/w&rd!x`, `pa"ss/w&rd%21x`} {
		if got := Words(text, secrets...); strings.Contains(got, "ss/w") {
			t.Errorf("%s: %s", text, got)
		}
	}
	if got := Words("on main", Secrets("https://user:main@host/")...); got != "on main" {
		t.Error(got)
	}
	if got := Words("to https://user:main@host/", Secrets("https://user:main@host/")...); got != "to https://***@host/" {
		t.Error(got)
	}
}
