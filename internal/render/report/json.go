package report

import (
	"time"

	"settler.io/crier/internal/diag"
)

// Instant formats a time in RFC 3339. It returns "" for the zero time.
func Instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// Each converts a slice; the result is never nil, so that JSON has [] for it.
func Each[From, To any](list []From, convert func(From) To) []To {
	out := make([]To, 0, len(list))
	for _, v := range list {
		out = append(out, convert(v))
	}
	return out
}

type Finding struct {
	Path    string `json:"path"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Class   string `json:"class"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

func Findings(findings []diag.Finding) []Finding {
	return Each(findings, func(f diag.Finding) Finding {
		return Finding{f.Position.Path, f.Position.Line, f.Position.Column, string(f.Kind.Class), f.Kind.Code, f.Message, f.Hint}
	})
}

func seconds(d time.Duration) *int64 {
	n := int64(d / time.Second)
	return &n
}
