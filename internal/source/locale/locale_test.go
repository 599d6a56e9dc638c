package locale

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/feature/plural"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
)

var place = regexp.MustCompile(`\{[a-z]+\}`)

// untranslated returns what docs/translating.md lists as missing, by language.
func untranslated(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../../docs/translating.md")
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-zA-Z-]+)` \\|(.*)\\|$").FindAllStringSubmatch(string(text), -1) {
		for _, key := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[2], -1) {
			missing[row[1]] = append(missing[row[1]], key[1])
		}
	}
	return missing
}

// TestCatalogues checks that every language has every text of the English catalogue except those
// that docs/translating.md lists, with the same placeholders and with every plural form that CLDR
// has for the language, and twelve months.
func TestCatalogues(t *testing.T) {
	missing := untranslated(t)
	if n := len(Known()); n != 21 {
		t.Errorf("%d languages", n)
	}
	raw := func(code string) *Locale {
		text, ok := builtin(code)
		if !ok {
			t.Fatal(code)
		}
		l := &Locale{words: map[string]forms{}}
		if findings := l.read(text, code); len(findings) > 0 {
			t.Fatal(findings)
		}
		return l
	}
	english := raw("en")
	places := func(text string) string {
		all := place.FindAllString(text, -1)
		slices.Sort(all)
		return strings.Join(slices.Compact(all), " ")
	}
	for _, code := range Known() {
		own := raw(code)
		whole, findings := Load(code, nil, "")
		if len(findings) > 0 {
			t.Error(code, findings)
		}
		for key, words := range english.words {
			mine := own.words[key]
			if listed := slices.Contains(missing[code], key); listed != (mine == nil) {
				t.Errorf("%s: %s is missing: %t, listed in docs/translating.md: %t", code, key, mine == nil, listed)
			}
			if mine == nil {
				continue
			}
			if len(words) == 1 {
				if len(mine) != 1 {
					t.Errorf("%s: %s has plural forms", code, key)
				}
				if !strings.HasPrefix(key, "dates.") && places(words[plural.Other]) != places(mine[plural.Other]) {
					t.Errorf("%s: %s has the places %s", code, key, places(mine[plural.Other]))
				}
			} else {
				used := map[plural.Form]bool{}
				for n := range 200 {
					used[plural.Cardinal.MatchPlural(whole.tag, n, 0, 0, 0, 0)] = true
				}
				for form := range used {
					if code == "he" && form == plural.Many {
						// CLDR has dropped this form, but our tables still have it. Hebrew uses
						// "other".
						continue
					}
					if mine[form] == "" {
						t.Errorf("%s: %s lacks a form of %d", code, key, form)
					}
				}
				for form, text := range mine { // a form for a single number may omit {n}
					without := strings.ReplaceAll(places(words[plural.Other]), "{n}", "")
					if strings.TrimSpace(strings.ReplaceAll(places(text), "{n}", "")) != strings.TrimSpace(without) {
						t.Errorf("%s: %s has the places %s", code, key, places(text))
					}
					if form == plural.Other && !strings.Contains(text, "{n}") {
						t.Errorf("%s: %s does not say how many", code, key)
					}
				}
			}
		}
		for key := range own.words {
			if english.words[key] == nil && key != "dates.standalone_months" {
				t.Errorf("%s has %s, which no page says", code, key)
			}
		}
		for _, months := range [][]string{whole.months, whole.shortMonths} {
			if len(slices.Compact(slices.Sorted(slices.Values(months)))) != 12 || slices.Contains(months, "") {
				t.Errorf("%s has the months %q", code, months)
			}
		}
		if whole.Name == "" || whole.RTL != (code == "ar" || code == "he") {
			t.Errorf("%s: %q %v", code, whole.Name, whole.RTL)
		}
	}
}

// The expected dates follow the CLDR patterns of each language.
func TestDatesAndNumbers(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 5, 0, 0, time.FixedZone("CET", 3600))
	for _, c := range []struct{ code, day, days, months, sameDay, twoDays string }{
		{"en", "2 March", "2–6 March", "2 March – 1 April", "2 Mar, 09:05|–|11:05 CET", "2 Mar 2026, 09:05| – |3 Mar 2026, 09:05 CET"},
		{"de", "2. März", "2.–6. März", "2. März – 1. April", "2. März, 09:05|–|11:05 CET", ""},
		{"es", "2 de marzo", "2–6 de marzo", "2 de marzo – 1 de abril", "", ""},
		{"ja", "3月2日", "3月2日～6日", "3月2日～4月1日", "3月2日 09:05|–|11:05 CET", "2026年3月2日 09:05| – |2026年3月3日 09:05 CET"},
	} {
		l, _ := Load(c.code, nil, "")
		window := func(to time.Time, dated bool) string {
			start, between, end := l.Window(at, to, dated)
			return start + "|" + between + "|" + end
		}
		for _, pair := range [][2]string{
			{l.Days(at, at), c.day}, {l.Days(at, at.AddDate(0, 0, 4)), c.days}, {l.Days(at, at.AddDate(0, 0, 30)), c.months},
			{window(at.Add(2*time.Hour), false), c.sameDay}, {window(at.AddDate(0, 0, 1), true), c.twoDays},
		} {
			if pair[1] != "" && pair[0] != pair[1] {
				t.Errorf("%s: %q, want %q", c.code, pair[0], pair[1])
			}
		}
	}
	for _, c := range []struct{ code, day, month, instant, percent, duration string }{
		{"en", "2 March 2026", "March 2026", "2 Mar 2026, 09:05 CET", "99.95%", "1 d 2 h"},
		{"de", "2. März 2026", "März 2026", "", "99,95 %", ""},
		{"cs", "2. března 2026", "březen 2026", "", "", ""},
		{"pl", "2 marca 2026", "marzec 2026", "", "", ""},
		{"ja", "2026年3月2日", "2026年3月", "", "", ""},
	} {
		l, _ := Load(c.code, nil, "")
		for _, pair := range [][2]string{{l.Day(at), c.day}, {l.Month(at), c.month}, {string(l.AppendInstant(nil, at)), c.instant}, {l.Percent("99.95"), c.percent}, {l.Duration(26*time.Hour + 10*time.Minute), c.duration}} {
			if got, want := strings.ReplaceAll(pair[0], "\u00a0", " "), pair[1]; want != "" && got != want {
				t.Errorf("%s: %q, want %q", c.code, got, want)
			}
		}
	}
	en := English()
	for d, want := range map[time.Duration]string{0: "0 min", 20 * time.Second: "less than a minute", 40 * time.Second: "1 min", time.Hour: "1 h", 61 * time.Minute: "1 h 1 min", 24*time.Hour + time.Minute: "1 d"} {
		if got := en.Duration(d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}

func TestPatterns(t *testing.T) {
	months := strings.Split(strings.Repeat("long ", 12), " ")
	at := time.Date(2026, 3, 2, 9, 5, 7, 0, time.UTC)
	for source, want := range map[string]string{
		"d/M/y": "2/3/2026", "dd.MM.y": "02.03.2026", "HH:mm z": "09:05 UTC", "H.mm": "9.05", "'at' d 'o''clock'": "at 2 o'clock", "MMM MMMM LLLL": "short long alone", "y年": "2026年",
	} {
		p := newPattern(source, months, strings.Split(strings.Repeat("short ", 12), " "), strings.Split(strings.Repeat("alone ", 12), " "))
		if got := string(p.append(nil, at)); got != want {
			t.Errorf("%q gives %q, want %q", source, got, want)
		}
	}
}

func TestPlurals(t *testing.T) {
	count := func(code string, n int) string {
		l, _ := Load(code, nil, "")
		return l.Count("incident_count", n)
	}
	pl := []string{count("pl", 1), count("pl", 2), count("pl", 5), count("pl", 22), count("pl", 12)}
	if strings.TrimLeft(pl[1], "0123456789") != strings.TrimLeft(pl[3], "0123456789") || strings.TrimLeft(pl[2], "0123456789") != strings.TrimLeft(pl[4], "0123456789") || pl[1][1:] == pl[2][1:] || pl[0][1:] == pl[1][1:] {
		t.Errorf("Polish counts %q", pl)
	}
	if got := fmt.Sprint(count("en", 1), ", ", count("en", 0)); got != "1 incident, 0 incidents" {
		t.Error(got)
	}
	ar, _ := Load("ar", nil, "")
	if got := slices.Sorted(maps.Keys(ar.Forms("incident_count"))); !slices.Equal(got, []string{"few", "many", "one", "other", "two", "zero"}) {
		t.Error(got)
	}
	if got := ar.Count("bars_bad", 3, "component", "API"); !strings.Contains(got, "API") || !strings.Contains(got, "3") {
		t.Error(got)
	}
}

func TestWords(t *testing.T) {
	l, _ := Load("de", nil, "")
	if l.Status(incident.Resolved) == "" || l.Condition(incident.MajorOutage) == "" || l.SeverityWord(incident.P0) == "" || l.State("operational") == "" {
		t.Error("a word of the domain is missing")
	}
	if got := l.Word("since", "time", "X"); !strings.Contains(got, "X") || !l.Has("since") || l.Has("nothing of the kind") {
		t.Error(got)
	}
}

func TestFind(t *testing.T) {
	for code, want := range map[string]string{
		"en": "en", "EN": "en", "en-GB": "en", "de-AT": "de", "pt-BR": "pt", "zh": "zh-Hans", "zh-CN": "zh-Hans", "zh-TW": "zh-Hant", "zh-HK": "zh-Hant", "zh-Hant": "zh-Hant",
		"fi": "", "not a code": "", "": "",
	} {
		if got, ok := Find(code); got != want || ok != (want != "") {
			t.Errorf("%q: %q %v, want %q", code, got, ok, want)
		}
	}
}

func TestOverlay(t *testing.T) {
	l, findings := Load("de", []byte("[words]\nimpact = \"Folgen\"\n"), "themes/x/languages/de.toml")
	if len(findings) > 0 || l.Word("impact") != "Folgen" || l.Word("updates") == "Updates" && l.Status(incident.Identified) == "Identified" {
		t.Error(findings, l.Word("impact"))
	}
	// A language that is not built in.
	l, findings = Load("fi", []byte("name = \"Suomi\"\n[words]\nhistory = \"Historia\"\n[dates]\nmonths = [\"tammikuu\"]\n"), "themes/x/languages/fi.toml")
	if l.Name != "Suomi" || l.Word("history") != "Historia" || l.Word("impact") != "Impact" {
		t.Error(l.Name, l.Word("history"), l.Word("impact"))
	}
	if got := l.Day(time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC)); got != "3 2 2026" {
		t.Errorf("a month without a name gives %q", got)
	}
	if len(findings) != 1 || findings[0].Kind.Code != "missing-words" || !strings.Contains(findings[0].Message, "and") || findings[0].Position.Path != "themes/x/languages/fi.toml" {
		t.Error(findings)
	}
	if _, findings = Load("fi", nil, ""); len(findings) != 1 || findings[0].Position.Path != "config.toml" {
		t.Error(findings)
	}
	if _, findings = Load("de", []byte("[words\n"), "de.toml"); len(findings) != 1 || findings[0].Kind.Code != "bad-syntax" || findings[0].Position.Line != 1 {
		t.Error(findings)
	}
	// Plural forms without "other".
	l, _ = Load("de", []byte("[words.incident_count]\none = \"{n} Störung\"\n"), "x")
	if got := l.Count("incident_count", 5); got != "5 Störung" {
		t.Error(got)
	}
}

func TestControlCharactersInWordsAreDropped(t *testing.T) {
	l, findings := Load("en", []byte("history = \"His\\u0000tory\"\n[statuses]\nresolved = \"Re\\u001bsolved\"\n"), "themes/own/languages/en.toml")
	if l.Word("history") != "History" || l.Status(incident.Resolved) != "Resolved" {
		t.Errorf("%q and %q", l.Word("history"), l.Status(incident.Resolved))
	}
	if len(findings) != 2 || findings[0].Kind != diag.ControlCharacter || findings[1].Position.Line != 3 {
		t.Errorf("%v", findings)
	}
}
