package typed

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/frontmatter"
	"settler.io/crier/internal/status"
)

// Direction selects the day that a time of day such as 11:00 refers to.
type Direction int

const (
	Past  Direction = -1 // the last 11:00
	Ahead Direction = 1  // the next 11:00
)

// timeOfDay matches a time of day, such as 11:00.
var timeOfDay = regexp.MustCompile(`^\d{1,2}(:\d{1,2}| ?[AaPp][Mm]|:\d{1,2} ?[AaPp][Mm])$`)

// parseTimeOfDay parses a time of day such as 15:04, 3pm or 3:04 PM.
func parseTimeOfDay(text string) (clock time.Time, err error) {
	text = strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	for _, form := range []string{"15:04", "3:04PM", "3PM"} {
		if clock, err = time.Parse(form, text); err == nil {
			break
		}
	}
	return clock, err
}

// pointInTime parses a time as people type it: RFC 3339, a duration from now such as +45m or -15m,
// a time of day or a date and time in the page's time zone, or "now". ok is false if text is none
// of these.
func pointInTime(text string, now time.Time, zone *time.Location, towards Direction) (t time.Time, ok bool) {
	text = strings.TrimSpace(text)
	if text == "now" {
		return now, true
	}
	if sign, rest := text[:min(1, len(text))], text[min(1, len(text)):]; sign == "+" || sign == "-" {
		d, err := frontmatter.ParseDuration(strings.ReplaceAll(rest, " ", ""))
		if sign == "-" {
			d = -d
		}
		return now.Add(d), err == nil
	}
	if t, err := time.Parse(time.RFC3339, strings.ToUpper(text)); err == nil {
		return t, true
	}
	if timeOfDay.MatchString(text) {
		clock, err := parseTimeOfDay(text)
		if err != nil {
			return t, false
		}
		today := now.In(zone)
		at := func(days int) time.Time {
			t := time.Date(today.Year(), today.Month(), today.Day()+days, clock.Hour(), clock.Minute(), 0, 0, zone)
			return nearest(t, now, towards)
		}
		t = at(0)
		switch {
		case towards == Ahead && t.Before(now):
			t = at(1)
		case towards == Past && t.After(now):
			t = at(-1)
		}
		return t, true
	}
	if rest, ok := strings.CutSuffix(text, " UTC"); ok { // as the status template writes it
		text, zone = rest, time.UTC
	}
	for _, form := range []string{"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(form, text, zone); err == nil {
			return nearest(t, now, towards), true
		}
	}
	return t, false
}

// nearest returns the instant that a date and time of day stand for. Where clocks are put back, the
// same time of day occurs twice: then it is the last one that is not after now, or the first one
// that is not before it. t is either of the two.
func nearest(t, now time.Time, towards Direction) time.Time {
	first, last := t, t
	for _, near := range []time.Duration{-12 * time.Hour, 12 * time.Hour} {
		_, before := t.Add(near).Zone()
		_, offset := t.Zone()
		other := t.Add(time.Duration(offset-before) * time.Second)
		if _, after := other.Zone(); after != before {
			continue // that offset is not in force then
		}
		if other.Before(first) {
			first = other
		}
		if other.After(last) {
			last = other
		}
	}
	if towards == Past && last.After(now) || towards == Ahead && !first.Before(now) {
		return first
	}
	return last
}

// Time parses a flag that holds a time. If text is empty, it returns fallback.
func Time(flag, text string, fallback, now time.Time, zone *time.Location, towards Direction) (time.Time, error) {
	if text == "" {
		return fallback, nil
	}
	t, ok := pointInTime(text, now, zone, towards)
	if !ok {
		return t, diag.Usage(fmt.Errorf("--%s %q is not a time", flag, text), rightForm(text, zone, towards))
	}
	return t.UTC().Truncate(time.Second), nil
}

// Day parses a flag that holds a day, which begins in the page's time zone, or an instant. If text
// is empty, it returns fallback.
func Day(flag, text string, zone *time.Location, fallback time.Time) (time.Time, error) {
	if text == "" {
		return fallback, nil
	}
	if day, err := status.ParseDay(text, zone); err == nil {
		return day, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, diag.Usage(fmt.Errorf("--%s %q is neither a day nor a time", flag, text),
			"write it like --"+flag+" 2026-10-01 or --"+flag+" 2026-10-01T09:00:00Z")
	}
	return t, nil
}

// rightForm returns a hint on how to write what text probably means.
func rightForm(text string, zone *time.Location, towards Direction) string {
	sign, example := "-", "-15m"
	if towards == Ahead {
		sign, example = "+", "+45m"
	}
	text = strings.TrimSpace(text)
	if day, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return fmt.Sprintf("add the time of day: %q", day.Format(time.DateOnly)+" 11:00")
	}
	bare := strings.TrimLeft(text, "+-")
	for _, length := range []string{bare, bare + "m"} { // 5m or 5
		if d, err := frontmatter.ParseDuration(length); err == nil && d > 0 {
			return "write " + sign + length
		}
	}
	return fmt.Sprintf("write it like %s, 11:00 or 2026-10-02T11:00:00Z", example)
}

var number = regexp.MustCompile(`^[\d.:]+$`)

// ETA parses an ETA. A text that is not a time is kept as words.
func ETA(text string, now time.Time, zone *time.Location) (incident.ETA, error) {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return incident.ETA{}, nil
	}
	t, ok := pointInTime(text, now, zone, Ahead)
	if !ok {
		if d, err := frontmatter.ParseDuration(text); err == nil { // 45m means +45m
			t, ok = now.Add(d), true
		}
	}
	switch {
	case ok && t.Before(now):
		return incident.ETA{}, diag.Usage(fmt.Errorf("the ETA %s is over: it is %s", policy.Clock(t, now, zone), policy.Clock(now, now, zone)),
			`write --eta +45m, a time ahead, or words such as "within the hour"`)
	case ok:
		return incident.ETA{Time: t.UTC().Truncate(time.Second)}, nil
	case frontmatter.LooksLikeDate(text), strings.HasPrefix(text, "+"), strings.HasPrefix(text, "-"), timeOfDay.MatchString(text), number.MatchString(text):
		return incident.ETA{}, diag.Usage(fmt.Errorf("--eta %q is not a time", text),
			rightForm(text, zone, Ahead)+`, or in words such as "within the hour"`)
	}
	return incident.ETA{Words: text}, nil
}
