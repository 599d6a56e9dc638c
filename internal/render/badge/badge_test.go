package badge

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"testing"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/locale"
)

// drawing is a badge as parsed by an XML parser.
type drawing struct {
	Width int    `xml:"width,attr"`
	Role  string `xml:"role,attr"`
	Label string `xml:"aria-label,attr"`
	Title string `xml:"title"`
	Rects []struct {
		X     int    `xml:"x,attr"`
		Width int    `xml:"width,attr"`
		Fill  string `xml:"fill,attr"`
	} `xml:"g>rect"`
	Texts []string `xml:"g>text"`
}

func draw(t *testing.T, b site.Badge, rtl bool) drawing {
	t.Helper()
	var out bytes.Buffer
	if err := SVG(&out, b, rtl); err != nil {
		t.Fatal(err)
	}
	var d drawing
	if err := xml.Unmarshal(out.Bytes(), &d); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	return d
}

func TestSVG(t *testing.T) {
	d := draw(t, site.Badge{Label: "API & <co>", Message: "Major outage", Condition: incident.MajorOutage}, false)
	if d.Role != "img" || d.Label != "API & <co>: Major outage" || d.Title != d.Label || len(d.Texts) != 2 || d.Texts[0] != "API & <co>" || d.Texts[1] != "✕ Major outage" {
		t.Errorf("%+v", d)
	}
	if len(d.Rects) != 2 || d.Rects[0].Width != d.Rects[1].X || d.Rects[0].Width+d.Rects[1].Width != d.Width || d.Rects[1].Fill != "#b3261e" {
		t.Errorf("%+v", d)
	}
	wide, small := draw(t, site.Badge{Label: "状態", Message: "障害"}, false), draw(t, site.Badge{Label: "il", Message: "!!"}, true)
	if wide.Width <= small.Width {
		t.Errorf("%d and %d pixels", wide.Width, small.Width)
	}
	if long := draw(t, site.Badge{Label: strings.Repeat("long ", 50)}, false); long.Width > 600 {
		t.Errorf("%d pixels", long.Width)
	}
}

// TestBadgeContrast checks the contrast of white on every colour (WCAG 2.2).
func TestBadgeContrast(t *testing.T) {
	marks := map[string]bool{}
	for condition, style := range look {
		var light float64
		for n, weight := range []float64{0.2126, 0.7152, 0.0722} {
			value, err := strconv.ParseUint(style.colour[1+2*n:3+2*n], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			if c := float64(value) / 255; c <= 0.04045 {
				light += weight * c / 12.92
			} else {
				light += weight * math.Pow((c+0.055)/1.055, 2.4)
			}
		}
		if contrast := 1.05 / (light + 0.05); contrast < 4.5 {
			t.Errorf("%s: white on %s has a contrast of %.2f", condition, style.colour, contrast)
		}
		if marks[style.mark] {
			t.Errorf("two conditions have the mark %q", style.mark)
		}
		marks[style.mark] = true
	}
}

func TestShields(t *testing.T) {
	var out bytes.Buffer
	if err := Shields(&out, site.Badge{Label: "API", Message: "Partial outage", Condition: incident.PartialOutage}); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), `{"schemaVersion":1,"label":"API","message":"Partial outage","color":"orange"}`+"\n"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestTheScriptIsSmall(t *testing.T) {
	var out bytes.Buffer
	if err := Script(&out, `Example "COLOURS" </script>`); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	if len(text) > 1200 || strings.Contains(text, "http") || strings.Contains(text, "innerHTML") || strings.Contains(text, "cssText") {
		t.Errorf("%d bytes: %s", len(text), text)
	}
	name, err := json.Marshal(`Example "COLOURS" </script>: `)
	if err != nil || !strings.Contains(text, string(name)) {
		t.Errorf("no %s in %s", name, text)
	}
}

func TestFrameLoadsOnlyItsScript(t *testing.T) {
	var out bytes.Buffer
	if err := Frame(&out, &site.Meta{Title: "<Example>", Language: "ar", Words: &locale.Locale{RTL: true}}, "assets/style.css"); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	if !strings.Contains(text, `<html lang="ar" dir="rtl" `) || strings.Contains(text, "<Example>") || strings.Contains(text, "://") {
		t.Error(text)
	}
	if !strings.Contains(text, `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; `) {
		t.Errorf("no policy: %s", text)
	}
	if !strings.Contains(text, `<link rel="stylesheet" href="assets/style.css">`) || !strings.Contains(text, `<main><h1 class="vh">&lt;Example&gt;</h1></main>`) {
		t.Errorf("no style, landmark or heading: %s", text)
	}
}

// FuzzSVG checks that a badge with any text is valid XML and has an accessible label.
func FuzzSVG(f *testing.F) {
	f.Add("API", "<b>&amp;")
	f.Add("\x00", "\ufffe\xff]]>")
	f.Fuzz(func(t *testing.T, label, message string) {
		if d := draw(t, site.Badge{Label: label, Message: message, Condition: incident.Operational}, false); d.Title != d.Label {
			t.Errorf("%+v", d)
		}
	})
}
