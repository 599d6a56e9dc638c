// Package locale holds the words, plural forms and date patterns of the languages that pages are
// built in. Each language has a TOML catalogue. The package reads no clock, and no files except its
// embedded catalogues.
package locale

import (
	"cmp"
	"embed"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/frontmatter"
)

//go:embed catalogues/*.toml
var catalogues embed.FS

// Locale is a language and its texts. It is safe for concurrent use.
type Locale struct {
	Code string // as in config.toml (BCP 47), such as "de" or "zh-Hant"
	Name string // of the language, in the language itself
	RTL  bool   // written from right to left

	tag         language.Tag
	words       map[string]forms // plural forms by key, such as "words.impact"
	months      []string
	shortMonths []string

	day, month, instant, moment, window pattern // a moment is an instant without its zone; a window's has no year, too
	dayMonth, days, daysMonths          pattern // without a year
}

// forms holds the plural forms of a text. A text without plurals has only plural.Other.
type forms map[plural.Form]string

var formNames = map[string]plural.Form{"zero": plural.Zero, "one": plural.One, "two": plural.Two, "few": plural.Few, "many": plural.Many, "other": plural.Other}

// Known returns the codes of the built-in languages.
func Known() []string {
	entries, err := fs.ReadDir(catalogues, "catalogues")
	if err != nil {
		panic(err) // they are embedded
	}
	var codes []string
	for _, e := range entries {
		codes = append(codes, strings.TrimSuffix(e.Name(), ".toml"))
	}
	return codes
}

func builtin(code string) (raw []byte, ok bool) {
	raw, err := fs.ReadFile(catalogues, "catalogues/"+code+".toml")
	return raw, err == nil
}

// Find returns the code of the built-in catalogue for a language: its own, or that of the language
// without its region.
func Find(code string) (string, bool) {
	tag, err := language.Parse(code)
	if err != nil {
		return "", false
	}
	base, _ := tag.Base()
	script, _ := tag.Script() // as in zh-Hant, which zh-TW stands for
	known := Known()
	for _, candidate := range []string{tag.String(), base.String() + "-" + script.String(), base.String()} {
		if slices.Contains(known, candidate) {
			return candidate, true
		}
	}
	return "", false
}

// English returns the locale that every text falls back to.
func English() *Locale {
	l, _ := Load("en", nil, "")
	return l
}

// Load returns the locale of a language. overlay is the contents of a catalogue at the path at; its
// texts take precedence over those of the built-in catalogue, and there need not be a built-in one.
// Texts that are in neither are in English. They are reported for a language that is not built in;
// docs/translating.md lists those that built-in catalogues lack.
func Load(code string, overlay []byte, at string) (*Locale, []diag.Finding) {
	l := &Locale{Code: code, Name: code, words: map[string]forms{}}
	l.tag, _ = language.Parse(code)
	script, _ := l.tag.Script()
	l.RTL = slices.Contains([]string{"Arab", "Hebr", "Thaa", "Syrc", "Nkoo"}, script.String())
	findings := l.read(overlay, at)
	serving, served := Find(code)
	if raw, ok := builtin(serving); served && ok {
		for _, f := range l.read(raw, serving+".toml") {
			panic(f.String()) // a bug: the built-in catalogues are always valid
		}
	}
	own := maps.Clone(l.words)
	raw, _ := builtin("en")
	l.read(raw, "en.toml")
	missing := slices.DeleteFunc(slices.Sorted(maps.Keys(l.words)), func(key string) bool { return own[key] != nil })
	if len(missing) > 0 && !served {
		at = cmp.Or(at, "config.toml")
		more := ""
		if len(missing) > 5 {
			more = " and " + strconv.Itoa(len(missing)-5) + " more"
			missing = missing[:5]
		}
		findings = append(findings, diag.MissingWords.New(diag.File(at), "add them to languages/"+code+".toml of the theme; docs/themes.md shows how",
			"the language %q has no words for %s%s, so they are shown in English", code, strings.Join(missing, ", "), more))
	}
	l.settle()
	return l, findings
}

// read adds the texts of a catalogue that the locale does not have yet.
func (l *Locale) read(raw []byte, at string) []diag.Finding {
	if raw == nil {
		return nil
	}
	root, err := frontmatter.TOML(raw, 1)
	if err != nil {
		return []diag.Finding{diag.BadSyntax.New(err.(*frontmatter.SyntaxError).At(at), "a catalogue is TOML, see toml.io", "this catalogue cannot be read: %v", err)}
	}
	d := frontmatter.Decoder{Path: at}
	l.collect("", root, &d)
	return d.Findings
}

// collect takes in the words of a table, without the control characters that no page may hold.
func (l *Locale) collect(prefix string, n *frontmatter.Node, d *frontmatter.Decoder) {
	for _, e := range n.Entries {
		key := prefix + e.Key
		switch {
		case l.words[key] != nil: // an earlier catalogue has it
		case e.Value.Kind == frontmatter.Map && isPlural(e.Value):
			f := forms{}
			for _, form := range e.Value.Entries {
				f[formNames[form.Key]] = d.Clean(form.Value)
			}
			if last := e.Value.Entries[len(e.Value.Entries)-1]; f[plural.Other] == "" {
				f[plural.Other] = f[formNames[last.Key]]
			}
			l.words[key] = f
		case e.Value.Kind == frontmatter.Map:
			l.collect(key+".", e.Value, d)
		case e.Value.Kind == frontmatter.List:
			var items []string
			for _, item := range e.Value.Items {
				items = append(items, d.Clean(item))
			}
			l.words[key] = forms{plural.Other: strings.Join(items, "\n")}
		default:
			l.words[key] = forms{plural.Other: d.Clean(e.Value)}
		}
	}
}

func isPlural(n *frontmatter.Node) bool {
	for _, e := range n.Entries {
		if _, ok := formNames[e.Key]; !ok {
			return false
		}
	}
	return len(n.Entries) > 0
}

// settle prepares what is used often.
func (l *Locale) settle() {
	l.Name = l.words["name"][plural.Other]
	l.months = strings.Split(l.text("dates.months"), "\n")
	l.shortMonths = strings.Split(l.text("dates.short_months"), "\n")
	for _, months := range []*[]string{&l.months, &l.shortMonths} {
		for len(*months) < 12 {
			*months = append(*months, strconv.Itoa(len(*months)+1))
		}
	}
	standalone := l.months
	if own := l.words["dates.standalone_months"]; own != nil {
		standalone = append(strings.Split(own[plural.Other], "\n"), l.months...)
	}
	compile := func(key string) pattern {
		return newPattern(l.text(key), l.months, l.shortMonths, standalone)
	}
	l.day, l.month, l.instant, l.window = compile("dates.day"), compile("dates.month"), compile("dates.time"), compile("dates.window")
	l.dayMonth, l.days, l.daysMonths = compile("dates.day_month"), compile("dates.days"), compile("dates.days_months")
	l.moment = newPattern(strings.TrimSuffix(l.text("dates.time"), " z"), l.months, l.shortMonths, standalone)
}

func (l *Locale) text(key string) string { return l.words[key][plural.Other] }

func (l *Locale) Has(key string) bool { return l.words["words."+key] != nil }

// Word returns a text of [words] and replaces its placeholders. pairs alternates names and values.
func (l *Locale) Word(key string, pairs ...string) string {
	return fill(l.text("words."+key), pairs)
}

func fill(text string, pairs []string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}

// Count is like Word, but uses the plural form for n and also replaces {n} with n.
func (l *Locale) Count(key string, n int, pairs ...string) string {
	f := l.words["words."+key]
	text := cmp.Or(f[plural.Cardinal.MatchPlural(l.tag, n, 0, 0, 0, 0)], f[plural.Other])
	return fill(strings.ReplaceAll(text, "{n}", strconv.Itoa(n)), pairs)
}

// Forms returns the plural forms of a text of [words] by their CLDR names.
func (l *Locale) Forms(key string) map[string]string {
	named := map[string]string{}
	for name, form := range formNames {
		if text, ok := l.words["words."+key][form]; ok {
			named[name] = text
		}
	}
	return named
}

// Status, Condition and SeverityWord return the name of a value in this language.
func (l *Locale) Status(s incident.Status) string         { return l.text("statuses." + s.String()) }
func (l *Locale) Condition(c incident.Condition) string   { return l.text("conditions." + c.String()) }
func (l *Locale) SeverityWord(s incident.Severity) string { return l.text("severities." + s.String()) }

// WithSeverities returns the locale with other words for severities. Those that labels lacks stay.
func (l *Locale) WithSeverities(labels map[incident.Severity]string) *Locale {
	labelled := *l
	labelled.words = maps.Clone(l.words)
	for s, label := range labels {
		labelled.words["severities."+s.String()] = forms{plural.Other: label}
	}
	return &labelled
}

// State returns the sentence that describes the state of a page.
func (l *Locale) State(name string) string { return l.text("states." + name) }

// Day and Month format a time in the time's own zone.
func (l *Locale) Day(t time.Time) string   { return string(l.day.append(make([]byte, 0, 48), t)) }
func (l *Locale) Month(t time.Time) string { return string(l.month.append(make([]byte, 0, 48), t)) }

// AppendInstant appends a day and a time of day to b.
func (l *Locale) AppendInstant(b []byte, t time.Time) []byte { return l.instant.append(b, t) }

// Days formats one day or several days, without the year.
func (l *Locale) Days(first, last time.Time) string {
	switch {
	case first.Equal(last):
		return string(l.dayMonth.append(nil, first))
	case first.Month() == last.Month():
		return string(l.days.appendRange(nil, first, last))
	}
	return string(l.daysMonths.appendRange(nil, first, last))
}

// Window formats a period: its start without a zone, what is between, and its end, which has no
// date if it is on the same day, with the zone. Only a dated one has the year.
func (l *Locale) Window(from, to time.Time, dated bool) (start, between, end string) {
	p := l.window
	if dated {
		p = l.moment
	}
	between, end = "–", to.Format("15:04 MST")
	if from.YearDay() != to.YearDay() || from.Year() != to.Year() {
		between, end = " – ", string(p.append(nil, to))+to.Format(" MST")
	}
	return string(p.append(nil, from)), between, end
}

// Percent formats a percentage such as "99.95".
func (l *Locale) Percent(number string) string {
	return strings.Replace(l.text("numbers.percent"), "{n}", strings.Replace(number, ".", l.text("numbers.decimal"), 1), 1)
}

// Duration formats a duration, rounded to minutes, with at most two units.
func (l *Locale) Duration(d time.Duration) string {
	minutes := int(d.Round(time.Minute) / time.Minute)
	if d < 30*time.Second && d > 0 {
		return l.text("durations.moment")
	}
	units := []struct {
		key string
		n   int
	}{{"day", minutes / (24 * 60)}, {"hour", minutes / 60 % 24}, {"minute", minutes % 60}}
	var parts []string
	for i, u := range units {
		if u.n > 0 || i == len(units)-1 && parts == nil {
			parts = append(parts, strings.Replace(l.text("durations."+u.key), "{n}", strconv.Itoa(u.n), 1))
		} else if parts != nil {
			break
		}
	}
	return strings.Join(parts[:min(2, len(parts))], " ")
}
