package typed

import (
	"testing"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
)

func TestPointsInTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 10, 2, 10, 4, 30, 0, time.UTC) // 12:04:30 in Berlin
	for _, c := range []struct {
		text    string
		towards Direction
		want    string // "" if the text is invalid
	}{
		{"now", Past, "2026-10-02T10:04:30Z"},
		{"+45m", Ahead, "2026-10-02T10:49:30Z"},
		{"-1h30m", Past, "2026-10-02T08:34:30Z"},
		{"+ 1 h", Ahead, "2026-10-02T11:04:30Z"},
		{"2026-10-02T11:00:00Z", Ahead, "2026-10-02T11:00:00Z"},
		{"2026-10-02t13:00:00+02:00", Ahead, "2026-10-02T11:00:00Z"},
		{"12:00", Past, "2026-10-02T10:00:00Z"},
		{"12:30", Past, "2026-10-01T10:30:00Z"},
		{"12:30", Ahead, "2026-10-02T10:30:00Z"},
		{"9:00", Ahead, "2026-10-03T07:00:00Z"},
		{"2026-10-25T03:30", Ahead, "2026-10-25T02:30:00Z"},
		{" 2026-11-30 22:00:05 ", Ahead, "2026-11-30T21:00:05Z"},
		{"3pm", Ahead, "2026-10-02T13:00:00Z"},
		{"3:05 PM", Past, "2026-10-01T13:05:00Z"},
		{"12am", Past, "2026-10-01T22:00:00Z"},
		{"13pm", Past, ""},
		{"1:5", Ahead, ""},
		{"25:00", Ahead, ""},
		{"+soon", Ahead, ""},
		{"soon", Ahead, ""},
		{"", Ahead, ""},
		{"+", Ahead, ""},
		{"2026-10-02", Ahead, ""},
	} {
		got, ok := pointInTime(c.text, now, berlin, c.towards)
		if ok != (c.want != "") || ok && got.UTC().Format(time.RFC3339) != c.want {
			t.Errorf("%q: %s %v, want %s", c.text, got.UTC().Format(time.RFC3339), ok, c.want)
		}
	}
}

func TestETA(t *testing.T) {
	now := time.Date(2026, 10, 2, 10, 4, 0, 0, time.UTC)
	for text, want := range map[string]incident.ETA{
		"":                     {},
		"+45m":                 {Time: now.Add(45 * time.Minute)},
		"45m":                  {Time: now.Add(45 * time.Minute)},
		"11:00":                {Time: now.Add(56 * time.Minute)},
		"within  the hour":     {Words: "within the hour"},
		"unknown":              {Words: "unknown"},
		"2026-10-02T12:00:00Z": {Time: now.Add(116 * time.Minute)},
	} {
		if got, err := ETA(text, now, time.UTC); err != nil || got != want {
			t.Errorf("%q: %+v %v", text, got, err)
		}
	}
	for _, text := range []string{"-5m", "2026-10-02", "2026-10-02 9:00", "+later", "24:30", "2026-10-02T09:00:00Z", "1:5", "5", "13pm"} {
		if got, err := ETA(text, now, time.UTC); err == nil {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

// TestTimesThatOccurTwice checks the hour that is repeated when clocks are put back: 2:00 to 3:00
// in Berlin, first as UTC+2 and then as UTC+1.
func TestTimesThatOccurTwice(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		now, text string
		towards   Direction
		want      string
	}{
		{"2026-10-25T00:10:00Z", "2:05", Past, "2026-10-25T00:05:00Z"}, // 2:10 for the first time
		{"2026-10-25T01:10:00Z", "2:05", Past, "2026-10-25T01:05:00Z"}, // 2:10 again
		{"2026-10-25T01:10:00Z", "2:30", Past, "2026-10-25T00:30:00Z"},
		{"2026-10-25T03:00:00Z", "2:30", Past, "2026-10-25T01:30:00Z"},
		{"2026-10-25T00:00:00Z", "2:30", Ahead, "2026-10-25T00:30:00Z"},
		{"2026-10-25T00:40:00Z", "2:30", Ahead, "2026-10-25T01:30:00Z"},
		{"2026-10-25T01:40:00Z", "2:30", Ahead, "2026-10-26T01:30:00Z"},
		{"2026-10-25T00:10:00Z", "2026-10-25 02:05", Past, "2026-10-25T00:05:00Z"},
		{"2026-10-25T01:10:00Z", "2026-10-25 02:05", Past, "2026-10-25T01:05:00Z"},
		{"2026-10-01T00:00:00Z", "2026-10-25 02:30", Ahead, "2026-10-25T00:30:00Z"},
		{"2026-10-25T00:45:00Z", "2026-10-25 02:30", Ahead, "2026-10-25T01:30:00Z"},
		{"2026-03-01T00:00:00Z", "2026-03-29 02:30", Ahead, "2026-03-29T01:30:00Z"}, // there is no 2:30
		{"2026-03-29T01:10:00Z", "1:50", Past, "2026-03-29T00:50:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := pointInTime(c.text, now, berlin, c.towards)
		if !ok || got.UTC().Format(time.RFC3339) != c.want {
			t.Errorf("%s at %s: %s, want %s", c.text, c.now, got.UTC().Format(time.RFC3339), c.want)
		}
	}
}

// TestTheHintIsTheRightForm checks that an invalid time is answered with what was probably meant.
func TestTheHintIsTheRightForm(t *testing.T) {
	now := time.Date(2026, 10, 2, 10, 4, 0, 0, time.UTC)
	const general = "write it like -15m, 11:00 or 2026-10-02T11:00:00Z"
	for _, c := range []struct {
		text, hint string
		towards    Direction
	}{
		{"5m", "write -5m", Past},
		{"5", "write -5m", Past},
		{"24h", "write +24h", Ahead},
		{"2026-12-01", `add the time of day: "2026-12-01 11:00"`, Ahead},
		{"yesterday", general, Past},
		{"1:5", general, Past},
	} {
		_, err := Time("date", c.text, now, now, time.UTC, c.towards)
		if !diag.IsUsage(err) || diag.HintOf(err) != c.hint {
			t.Errorf("%q: %+v", c.text, err)
		}
	}
}
