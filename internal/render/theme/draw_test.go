package theme

import (
	"bytes"
	"html/template"
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/locale"
	"settler.io/crier/themes"
)

// reference has the output of what is drawn as templates. What html/template escapes, and how, is
// the expected result. Functions that return a time, a period or a duration are tested elsewhere.
const reference = `{{define "stated"}}{{with .Impact}}
<div><dt>{{t "impact"}}</dt><dd><bdi>{{.}}</bdi></dd></div>{{end}}{{if not .ETA.IsZero}}
<div><dt>{{t "eta"}}</dt><dd>{{eta .ETA}}</dd></div>{{end}}{{end}}
{{define "component"}}{{if .View.Page}}<a href="{{.Page.Href .View.Page}}">{{.View.Name}}</a>{{else}}<bdi>{{.View.Name}}</bdi>{{end}}{{end}}
{{define "timeline"}}{{$page := .Page}}<div class="timeline">{{range .View}}
<article class="update s-{{.Status}}" id="{{.ID}}">
<h3><span class="pill"><span>[</span>{{status .Status}}<span>]</span></span> <bdi{{if eq .Title "API down"}} class="vh"{{end}}>{{.Title}}</bdi></h3>
<p class="when">{{time .Date}}{{if not .Posted.IsZero}} · {{t "posted" "time" (time .Posted)}}{{end}}{{with .Amended}} · {{t "amended" "time" (time .)}}{{end}} <a class="anchor" href="#{{.ID}}" aria-label="{{t "link"}}">#</a></p>
{{if .HTML}}<div class="text"{{with .Foreign}} lang="{{.}}" dir="auto"{{end}}>
{{.HTML}}</div>
{{if .Foreign}}<p class="note">{{t "untranslated"}}</p>
{{end}}{{end}}{{if or .Impact (not .ETA.IsZero)}}<dl class="facts">{{template "stated" .}}
</dl>
{{end}}{{if .Moved}}<p class="change">{{t .Moved "severity" (severity .Severity)}}</p>
{{end}}{{with .Window}}<p class="change">{{t "window"}}: {{planned .Starts .Ends}}</p>
{{end}}{{with .Changes}}<p class="change">{{range $i, $c := .}}{{if $i}} · {{end}}{{template "component" (with_page $page .Affected)}}: {{words .Before}} <span class="arrow" aria-hidden="true">→</span> {{words .Condition}}{{end}}</p>
{{end}}</article>{{end}}
</div>{{end}}
{{define "facts"}}{{with .View}}<p class="when">{{pill .Status}} <span class="severity p-{{.Severity}}">{{severity .Severity}}</span> {{if .Ended.IsZero}}<span class="since">{{t "since" "time" (time .Started)}}</span>{{else}}{{dated .Started .Ended}} · {{duration .Duration}}{{end}}{{if ne .Worst .Severity}} · {{t "was" "severity" (severity .Worst)}}{{end}}</p>{{end}}{{end}}
{{define "extent"}}{{$page := .Page}}{{with .View}}<dl class="facts">{{template "stated" .}}{{with .Affected}}
<div><dt>{{t "affected"}}</dt><dd>{{range $i, $a := .}}{{if $i}} · {{end}}<span class="condition c-{{.Condition}}"><span class="mark" aria-hidden="true"></span>{{words .Condition}}</span>: {{template "component" (with_page $page .)}}{{end}}</dd></div>{{end}}
</dl>{{end}}{{end}}
{{define "incidents"}}{{$page := .Page}}<ul class="rows">{{range .View}}
<li><a href="{{$page.Href .Page}}" dir="auto">{{.Title}}</a>
<p class="when"><span class="severity p-{{.Worst}}">{{severity .Worst}}</span> · <span class="date">{{day .Started}}</span> · {{if .Ended.IsZero}}{{pill .Status}}{{else}}{{t "resolved_after" "duration" (duration .Duration)}}{{end}}</p></li>{{end}}
</ul>{{end}}
{{define "maintenance"}}{{$page := .Page}}<ul class="rows">{{range .View}}
<li><a href="{{$page.Href .Page}}" dir="auto">{{.Title}}</a>
<p class="when"><span class="severity p-M">{{t "maintenance"}}</span> · {{planned .Starts .Ends}} · {{status .Status}}</p></li>{{end}}
</ul>{{end}}`

func TestDrawnPartsAreWhatTemplatesWrite(t *testing.T) {
	at := time.Date(2026, 10, 2, 10, 4, 0, 0, time.UTC)
	page := &site.Page{Kind: site.KindIncident, Path: "incidents/a/index.html", Site: &site.Meta{BaseURL: "https://status.example.com/"}}
	updates := []site.Update{
		{ID: "01-investigating", Status: incident.Investigating, Title: "API down", Date: at},
		{ID: "00", Status: incident.Investigating, Title: "API down", Date: at, Posted: at.Add(time.Hour)},
		{ID: "a_B-1.2", Status: incident.Resolved, Title: `</bdi><script>alert("1")</script> + 'x' & y` + "\x00\xff", Date: at, Amended: &at, HTML: "<p>x &amp; y</p>\n", Moved: "raised", Severity: incident.P0},
		{ID: "02", Status: incident.Monitoring, Date: at, HTML: "<p>x</p>\n", Foreign: `e"n<`, Moved: "lowered", Severity: incident.P3, Impact: `<img src=x onerror=alert(1)> 1+1`, ETA: incident.ETA{Words: "<b>soon</b> + 'later'"}},
		{ID: "03", Status: incident.Identified, Date: at, ETA: incident.ETA{Time: at}, Changes: []site.Change{{Affected: site.Affected{Name: `A<"&'`, Page: "components/a/index.html", Condition: incident.MajorOutage}, Before: incident.Operational}, {Affected: site.Affected{Name: "B"}}}},
		{ID: "04", Status: incident.Scheduled, Date: at, Impact: "x", Window: &site.Window{Starts: at}},
		{ID: "started", Status: incident.InProgress, Date: at, Clock: true, Window: &site.Window{Starts: at, Ends: at.Add(time.Hour)}},
	}
	incidents := []*site.Incident{
		{Severity: incident.P0, Worst: incident.P0, Status: incident.Investigating, Started: at},
		{Severity: incident.P2, Worst: incident.P1, Status: incident.Resolved, Started: at, Ended: at.Add(77 * time.Minute)},
		{Severity: incident.P3, Worst: incident.P0, Status: incident.Monitoring, Started: at},
	}
	for _, code := range []string{"en", "fr", "ar", "zh-Hant"} {
		words, _ := locale.Load(code, []byte("[words]\nlink = \"Link + <b> & \\\"x\\\"\"\n"), "languages/"+code+".toml")
		th, _ := Load(themes.Default(), nil, "", config.Brand{}, "", map[string]*locale.Locale{code: words}, time.UTC)
		draw := newDrawing(words, time.UTC)
		functions := th.functions(words, config.Brand{})
		functions["words"] = words.Condition
		functions["dated"] = func(from, to time.Time) template.HTML { return draw.window(from, to, true) }
		judge := template.Must(template.New("").Funcs(functions).Parse(reference))
		compare := func(name string, view any, got template.HTML) {
			t.Helper()
			var want bytes.Buffer
			if err := judge.ExecuteTemplate(&want, name, paged{page, view}); err != nil {
				t.Fatal(err)
			}
			if string(got) != want.String() {
				t.Errorf("%s, %s: got\n%s\nwant\n%s", code, name, got, want.String())
			}
		}
		compare("timeline", updates, draw.timeline(page, "API down", "incidents/a/index.html", updates))
		for _, i := range incidents {
			compare("facts", i, draw.facts(i))
		}
		hostile := &site.Incident{Title: updates[2].Title, Page: "incidents/a_B-1.2/index.html", Worst: incident.P0, Status: incident.Monitoring, Started: at, Impact: updates[2].Title, ETA: incident.ETA{Words: "<b>soon</b> + 'later'"}}
		compare("incidents", []*site.Incident{hostile}, draw.incidents(page, []*site.Incident{hostile}, dated))
		hostile.Affected = []site.Affected{{Name: `A<"&'+`, Page: "components/a/index.html", Condition: incident.MajorOutage}, {Name: "<B>", Condition: incident.Operational}}
		compare("extent", hostile, draw.extent(page, hostile))
		work := []*site.Maintenance{{Title: updates[2].Title, Page: "maintenance/a/index.html", Status: incident.Scheduled, Starts: at, Ends: at.Add(time.Hour)}, {Starts: at}}
		compare("maintenance", work, draw.maintenance(page, work))
	}
}

// TestHistoryIsNewestFirst: incidents and maintenance are one list.
func TestHistoryIsNewestFirst(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 9, n, 10, 0, 0, 0, time.UTC) }
	page := &site.Page{Path: "history/index.html", Site: &site.Meta{Words: locale.English()}}
	got := string(newDrawing(locale.English(), time.UTC).history(page,
		[]*site.Incident{{Title: "F", Started: day(20)}, {Title: "D", Started: day(15)}, {Title: "B", Started: day(9)}},
		[]*site.Maintenance{{Title: "E", Starts: day(18)}, {Title: "C", Starts: day(12)}, {Title: "A", Starts: day(1)}}, dated))
	var order []string
	for _, row := range regexp.MustCompile(`dir="auto">(.)</a>`).FindAllStringSubmatch(got, -1) {
		order = append(order, row[1])
	}
	if strings.Join(order, "") != "FEDCBA" || strings.Count(got, "<ul") != 1 {
		t.Error(got)
	}
}

// TestImpactAndETAAreShownWhereTheyChanged: an update that repeats them shows neither.
func TestImpactAndETAAreShownWhereTheyChanged(t *testing.T) {
	soon, later := incident.ETA{Words: "soon"}, incident.ETA{Words: "later"}
	updates := []site.Update{ // newest first
		{ID: "5", Impact: "All.", ETA: later}, {ID: "4", Impact: "Some.", ETA: later}, {ID: "3", Impact: "All."}, {ID: "2"}, {ID: "1", Impact: "All.", ETA: soon},
	}
	html := string(newDrawing(english["en"], time.UTC).timeline(&site.Page{Site: &site.Meta{}, Path: "index.html"}, "", "index.html", updates))
	shown := map[string]string{}
	for _, article := range strings.Split(html, "<article")[1:] {
		id := strings.Split(strings.Split(article, `id="`)[1], `"`)[0]
		for _, fact := range regexp.MustCompile("<dd>(?:<bdi>)?([^<]*)").FindAllStringSubmatch(article, -1) {
			shown[id] += fact[1]
		}
	}
	if want := map[string]string{"1": "All.soon", "4": "Some.later", "5": "All."}; !maps.Equal(shown, want) {
		t.Errorf("shown are %v, want %v", shown, want)
	}
}

// TestComponentsAreGroupedByCondition puts the worst first.
func TestComponentsAreGroupedByCondition(t *testing.T) {
	list := []site.Affected{{Name: "Ledger", Condition: incident.DegradedPerformance}, {Name: "API", Condition: incident.MajorOutage}, {Name: "Payouts", Condition: incident.MajorOutage}}
	html := string(newDrawing(english["en"], time.UTC).appendAffected(nil, &site.Page{}, list))
	if got, want := regexp.MustCompile("<[^>]*>").ReplaceAllString(html, ""), "Major outage: API, Payouts · Degraded performance: Ledger"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
