package message

import (
	"bytes"
	"encoding/json"
	"flag"
	htmltemplate "html/template"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"text/template"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"settler.io/crier/internal/site"
)

var update = flag.Bool("update", false, "write the golden files")

// sample is an update with everything that Markdown can say.
var sample = Message{Entry: site.Entry{
	ID:    "tag:status.example.com,2005:Incident/2026-10-02-api-down/01-investigating",
	Title: "[Investigating] API returning errors",
	URL:   "https://status.example.com/incidents/2026-10-02-api-down/#01-investigating",
	HTML: `<p>We're <strong>currently</strong> investigating <em>elevated</em> error rates, see <a href="https://example.com/a_b?c=1&amp;d=2">our <code>notes</code></a> or <a href="https://example.com/">https://example.com/</a>.<br>
Old <del>news</del>.</p>
<h2 id="what-to-do">What to do</h2>
<ul><li>Retry</li><li><p>Wait:</p><ol start="3"><li>five minutes</li><li>ten</li></ol></li><li><input type="checkbox" checked disabled> done</li></ul>
<blockquote><p>Quoted &lt;b&gt;text&lt;/b&gt;</p></blockquote>
<pre><code class="language-sh">curl -s \
  https://example.com/  # 1 &lt; 2
</code></pre>
<table><thead><tr><th>Region</th><th>State</th></tr></thead><tbody><tr><td>eu</td><td>down</td></tr></tbody></table>
<p><strong>Impact:</strong> All API requests fail.</p>
<p><strong>ETA:</strong> 2026-10-02 11:00 UTC</p>
`,
	Text: "We're currently investigating elevated error rates.\nImpact: All API requests fail.\nETA: 2026-10-02 11:00 UTC",
}, Page: "Example Status", Home: "https://status.example.com/", Color: Red}

// chats are the forms whose message is a JSON document.
var chats = map[string]func(Message) ([]byte, error){
	"slack": Slack, "discord": Discord, "teams": Teams,
	"listmonk": func(m Message) ([]byte, error) { return Listmonk(m, []int{3}, "") },
}

func TestGolden(t *testing.T) {
	for name, render := range chats {
		body, err := render(sample)
		if err != nil {
			t.Fatal(err)
		}
		var pretty bytes.Buffer
		json.Indent(&pretty, body, "", "  ")
		golden(t, name+".json", pretty.String()+"\n")
	}
	mail := Email(sample)
	golden(t, "email.txt", "Subject: "+mail.Subject+"\n\n"+mail.Text)
	golden(t, "email.html", mail.HTML)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s: %s", name, d)
	}
}

// hostile are titles and texts that try to be more than text.
var hostile = []string{
	"<!channel> <!everyone> <@U012AB3CD> <#C1|general> <https://evil.example/|login>",
	"@everyone @here <@123> <@&456> **bold** __x__ ~~s~~ `c` ||spoiler|| # h\n> q\n- l [login](https://evil.example/)",
	"<at>everyone</at> [x](javascript:alert(1)) ![i](https://evil.example/i.png)",
	"{{ .Subscriber.Email }} {{ TrackLink \"https://evil.example/\" . }} https://evil.example/@TrackLink",
	"{ {{`}} {{{ }}} {{/* c */}} {{",
	`"><script>alert(1)</script><img src=x onerror=alert(1)> & "quotes" \ backslash`,
	"line\nbreak\r\nBcc: all@example.com\tand\u2028more",
	"\u202eright to left\u202c 🎉 e\u0301 \U0001f469\u200d\U0001f4bb",
	strings.Repeat("*_ long 🎉 ", 3000),
}

// messages returns a message for each hostile text, in the title and in the text.
func messages() []Message {
	var list []Message
	for _, text := range hostile {
		m := sample
		m.Title, m.Text, m.Page = "[Investigating] "+text, text, text
		m.HTML = "<p>" + htmltemplate.HTMLEscapeString(text) + "</p>\n<pre><code>" + htmltemplate.HTMLEscapeString(text) + "</code></pre>\n"
		list = append(list, m)
	}
	return append(list, sample)
}

// TestShapes checks every message against the documented shape of its receiver, with hostile texts.
func TestShapes(t *testing.T) {
	for name, render := range chats {
		schema := jsonschema.NewCompiler().MustCompile("testdata/" + name + ".schema.json")
		for _, m := range messages() {
			body, err := render(m)
			if err != nil {
				t.Fatal(err)
			}
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(value); err != nil {
				t.Errorf("%s: %v\n%.2000s", name, err, body)
			}
		}
	}
}

// TestTextsAreLiteral checks that what readers see is the text as written: chats get it whole, in a
// form that is not markup.
func TestTextsAreLiteral(t *testing.T) {
	for _, text := range hostile[:8] {
		m := sample
		m.Title, m.HTML = text, "<p>"+htmltemplate.HTMLEscapeString(text)+"</p>"
		want := strings.Join(strings.Fields(text), " ")
		for _, name := range []string{"slack", "teams"} {
			body, _ := chats[name](m)
			if !strings.Contains(strings.Join(strings.Fields(texts(body)), " "), want) {
				t.Errorf("%s: %q is not in %s", name, want, body)
			}
		}
		body, _ := Discord(m)
		unescaped := regexp.MustCompile(`\\(.)`).ReplaceAllString(strings.ReplaceAll(texts(body), "\u200b", ""), "$1")
		if !strings.Contains(strings.Join(strings.Fields(unescaped), " "), want) {
			t.Errorf("discord: %q is not in %s", want, unescaped)
		}
		if strings.Contains(string(body), "@everyone") || strings.Contains(string(body), "@here") {
			t.Errorf("discord: a mention in %s", body)
		}
	}
}

// texts joins all strings of a JSON document.
func texts(body []byte) string {
	var value any
	json.Unmarshal(body, &value)
	var out strings.Builder
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range []string{"text", "title", "description", "elements", "blocks", "body", "inlines", "content", "attachments", "embeds"} {
				walk(v[key])
			}
		case []any:
			for _, item := range v {
				walk(item)
			}
		case string:
			out.WriteString(v + "\n")
		}
	}
	walk(value)
	return out.String()
}

// TestListmonkRunsNothing renders campaigns as listmonk does: its short forms first, then subject
// and plain text as text/template, if they have an action, and the body as html/template.
func TestListmonkRunsNothing(t *testing.T) {
	short := regexp.MustCompile(`(https?://[^\s"'<>]+?)@TrackLink`)
	functions := map[string]any{"TrackLink": func(...any) string { return "TRACKED" }}
	data := map[string]any{"Subscriber": map[string]string{"Email": "LEAKED"}}
	plain := func(source string) string {
		source = short.ReplaceAllString(source, "{{ TrackLink `$1` . }}")
		if !strings.Contains(source, "{{") {
			return source
		}
		tpl, err := template.New("").Funcs(functions).Parse(source)
		if err != nil {
			t.Fatalf("%v in %q", err, source)
		}
		var out strings.Builder
		if err := tpl.Execute(&out, data); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	for _, m := range messages() {
		body, _ := Listmonk(m, []int{3}, "")
		var c struct{ Subject, Body, Altbody string }
		json.Unmarshal(body, &c)
		want := Email(m)
		if got := plain(c.Subject); got != want.Subject {
			t.Errorf("subject %q, not %q", got, want.Subject)
		}
		if got := plain(c.Altbody); got != want.Text {
			t.Errorf("text %q, not %q", got, want.Text)
		}
		tpl, err := htmltemplate.New("").Funcs(functions).Parse(short.ReplaceAllString(c.Body, "{{ TrackLink `$1` . }}"))
		if err != nil {
			t.Fatalf("%v in %q", err, c.Body)
		}
		var out strings.Builder
		if err := tpl.Execute(&out, data); err != nil {
			t.Fatal(err)
		}
		if got, want := textOf(t, out.String()), textOf(t, fragment(m)); got != want {
			t.Errorf("body %q, not %q", got, want)
		}
	}
}

func textOf(t *testing.T, html string) string {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	return d.Text()
}

// TestEmailLoadsNothing checks that an e-mail has no scripts, images, styles from elsewhere or
// forms, and that its subject is one line.
func TestEmailLoadsNothing(t *testing.T) {
	for _, m := range messages() {
		mail := Email(m)
		d, err := goquery.NewDocumentFromReader(strings.NewReader(mail.HTML))
		if err != nil {
			t.Fatal(err)
		}
		if n := d.Find("script, img, link, iframe, form, style, [src], [onerror], [onclick]").Length(); n > 0 {
			t.Errorf("%d elements that load or run something in %.300s", n, mail.HTML)
		}
		if strings.ContainsAny(mail.Subject, "\r\n") {
			t.Errorf("subject %q", mail.Subject)
		}
	}
}
