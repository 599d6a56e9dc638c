package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// lastLine is the command lastline of scripts: it checks that the last line that the last command
// printed matches a regular expression. If the command failed, that is its hint. If the line names
// the page of an incident, $PAGE is set to its path.
func lastLine(ts *testscript.TestScript, neg bool, args []string) {
	printed := ts.ReadFile("stdout")
	if errors := ts.ReadFile("stderr"); strings.Contains("\n"+errors, "\nerror: ") {
		printed = errors
	}
	printed = strings.TrimSpace(printed)
	line := printed[strings.LastIndexByte(printed, '\n')+1:]
	matches(ts, neg, args[0], line)
	if named := regexp.MustCompile(`/incidents/\S+/$`).FindString(line); named != "" {
		ts.Setenv("PAGE", named)
	}
}

// web is the command web of scripts: it serves a folder, and sets $WEB to its URL.
func web(ts *testscript.TestScript, _ bool, args []string) {
	server := httptest.NewServer(http.FileServer(http.Dir(ts.MkAbs(args[0]))))
	ts.Defer(server.Close)
	ts.Setenv("WEB", server.URL)
}

// page is the command page of scripts: it checks that a page of $WEB matches a regular expression.
func page(ts *testscript.TestScript, neg bool, args []string) {
	response, err := http.Get(ts.Getenv("WEB") + args[1])
	ts.Check(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	ts.Check(err)
	matches(ts, neg, args[0], string(body))
}

func matches(ts *testscript.TestScript, neg bool, pattern, text string) {
	found, err := regexp.MatchString("(?m)"+pattern, text)
	ts.Check(err)
	if found == neg {
		ts.Fatalf("%q matches: %t, in\n%s", pattern, found, text)
	}
}
