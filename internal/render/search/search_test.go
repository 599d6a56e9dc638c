package search

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/site"
)

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestWrite(t *testing.T) {
	var b bytes.Buffer
	if err := WritePart(&b, []site.SearchEntry{{Path: "incidents/a/", Title: `<"Ä">`, When: "1 October 2026", Kind: "P0", State: "Resolved", Text: "API\u2028"}, {Kind: "M"}}); err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	if err := json.Unmarshal(b.Bytes(), &rows); err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"incidents/a/", `<"Ä">`, "1 October 2026", "P0", "Resolved", "API\u2028"}, {"", "", "", "M", "", ""}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	b.Reset()
	if err := WritePart(&b, nil); err != nil || b.String() != "[]\n" {
		t.Errorf("%q %v", b.String(), err)
	}
	if err := WritePart(broken{}, nil); err == nil {
		t.Error("a full disk is no error")
	}
}

func TestWriteParts(t *testing.T) {
	for want, parts := range map[string][]string{"[]\n": nil, "[\"2026-10\",\"2026-09\"]\n": {"2026-10", "2026-09"}} {
		var b bytes.Buffer
		if err := WriteParts(&b, parts); err != nil || b.String() != want {
			t.Errorf("%q, %v, want %q", b.String(), err, want)
		}
	}
}
