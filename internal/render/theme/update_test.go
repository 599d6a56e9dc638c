package theme

import (
	"bytes"
	"html/template"
	"testing"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/locale"
	"settler.io/crier/themes"
)

// reference has the output of update and when as templates. What html/template escapes, and how, is
// the expected result.
const reference = `{{define "update"}}{{$page := .Page}}{{with .View}}<article class="update s-{{.Status}}" id="{{.ID}}">
<h3><span class="status">[{{status .Status}}]</span> <bdi>{{.Title}}</bdi></h3>
<p class="when">{{time .Date}}{{with .Amended}} · {{t "amended" "time" (time .)}}{{end}} <a class="anchor" href="#{{.ID}}" aria-label="{{t "link"}}">#</a></p>
{{if .HTML}}<div class="text"{{with .Foreign}} lang="{{.}}" dir="auto"{{end}}>
{{.HTML}}</div>{{if .Foreign}}
<p class="note">{{t "untranslated"}}</p>{{end}}{{end}}{{if .Stated}}<dl class="facts">{{with .Impact}}
<div><dt>{{t "impact"}}</dt><dd><bdi>{{.}}</bdi></dd></div>{{end}}{{with eta .ETA}}
<div><dt>{{t "eta"}}</dt><dd>{{.}}</dd></div>{{end}}
</dl>{{end}}{{if eq .Moved "raised"}}<p class="change">{{t "raised" "severity" (severity .Severity)}}</p>
{{else if .Moved}}<p class="change">{{t "lowered" "severity" (severity .Severity)}}</p>
{{end}}{{with .Window}}<p class="change">{{t "window"}}: {{if .Ends.IsZero}}{{t "range" "from" (time .Starts) "to" (t "further_notice")}}{{else}}{{t "range" "from" (time .Starts) "to" (time .Ends)}}{{end}}</p>
{{end}}{{with .Changes}}{{changes $page .}}
{{end}}</article>{{end}}{{end}}
{{define "when"}}{{with .View}}<span class="severity p-{{.Severity}}">{{severity .Severity}}</span> <strong>{{status .Status}}</strong> · {{if .Ended.IsZero}}{{t "since" "time" (time .Started)}}{{else}}{{t "range" "from" (time .Started) "to" (time .Ended)}} · {{duration .Duration}}{{end}}{{if ne .Worst .Severity}} · {{t "was" "severity" (severity .Worst)}}{{end}}{{end}}{{end}}`

func TestDrawnPartsAreWhatTemplatesWrite(t *testing.T) {
	at := time.Date(2026, 10, 2, 10, 4, 0, 0, time.UTC)
	page := &site.Page{Kind: site.KindIncident, Path: "incidents/a/index.html", Site: &site.Meta{BaseURL: "https://status.example.com/"}}
	updates := []site.Update{
		{ID: "01-investigating", Status: incident.Investigating, Title: "API down", Date: at},
		{ID: "a_B-1.2", Status: incident.Resolved, Title: `</bdi><script>alert("1")</script> + 'x' & y` + "\x00\xff", Date: at, Amended: &at, HTML: "<p>x &amp; y</p>\n", Moved: "raised", Severity: incident.P0},
		{ID: "02", Status: incident.Monitoring, Date: at, HTML: "<p>x</p>\n", Foreign: `e"n<`, Moved: "lowered", Severity: incident.P3, Stated: true, Impact: `<img src=x onerror=alert(1)> 1+1`, ETA: incident.ETA{Words: "<b>soon</b> + 'later'"}},
		{ID: "03", Status: incident.Identified, Date: at, Stated: true, ETA: incident.ETA{Time: at}, Changes: []site.Change{{Affected: site.Affected{Name: `A<"&'`, Page: "components/a/index.html", Condition: incident.MajorOutage}, Before: incident.Operational}, {Affected: site.Affected{Name: "B"}}}},
		{ID: "04", Status: incident.Scheduled, Date: at, Stated: true, Impact: "x", Window: &site.Window{Starts: at}},
		{ID: "started", Status: incident.InProgress, Date: at, Clock: true, Window: &site.Window{Starts: at, Ends: at.Add(time.Hour)}},
	}
	incidents := []site.Incident{
		{Severity: incident.P0, Worst: incident.P0, Status: incident.Investigating, Started: at},
		{Severity: incident.P2, Worst: incident.P1, Status: incident.Resolved, Started: at, Ended: at.Add(77 * time.Minute)},
		{Severity: incident.P3, Worst: incident.P0, Status: incident.Monitoring, Started: at},
	}
	for _, code := range []string{"en", "fr", "ar", "zh-Hant"} {
		words, _ := locale.Load(code, []byte("[words]\nlink = \"Link + <b> & \\\"x\\\"\"\n"), "languages/"+code+".toml")
		th, _ := Load(themes.Default(), nil, "", Brand{}, "", map[string]*locale.Locale{code: words}, time.UTC)
		functions := th.functions(words, nil, Brand{})
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
		draw := newDrawing(words, time.UTC)
		for _, u := range updates {
			compare("update", u, draw.update(page, u))
		}
		for _, i := range incidents {
			compare("when", i, draw.when(i))
		}
	}
}
