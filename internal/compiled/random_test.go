package compiled

import (
	"fmt"
	"html/template"
	"math/rand"
	"strings"
	"testing"
)

// values are what random templates compute, some of it only sensible for some dots.
var values = []string{`.`, `$`, `.Name`, `.Level`, `.Sub`, `.Sub.Name`, `.Page`, `.HTML`, `.Title`, `.Deep 2`, `.With "p" "q"`, `.Sum 1 2`, `.Is 2`, `$.Name`, `$.Any`, `$.Any.Name`, `$.Nil`, `$.None`,
	`$.Parts`, `$.Ptrs`, `$.Anys`, `$.Words`, `$.N`, `$.U`, `$.Yes`, `$.URL`, `$.JS`, `$x`, `$x.Name`, `$i`, `"lit <&>"`, `5`, `true`, `eq . "one"`, `eq $.N 3`, `ne .Level 1`, `not .Name`, `and .Name $.N`, `or $.None .Name`,
	`len $.Parts`, `index $.Words 1`, `(index $.Parts 0).Name`, `words "k"`, `words "k" .Name`, `name .Level`, `name 2`, `time .Since`, `ref .Page`, `ref "r"`, `both $.Sub .`, `(both $.Sub .).Any`, `any . | any`, `list "a" "b"`, `markup`, `int 7`}

// randomTemplate writes a template of nested actions in all kinds of places.
func randomTemplate(random *rand.Rand, depth int) string {
	of := func() string { return values[random.Intn(len(values))] }
	inner := func() string {
		if depth == 0 {
			return "."
		}
		return randomTemplate(random, depth-1)
	}
	var b strings.Builder
	for range 1 + random.Intn(3) {
		switch random.Intn(14) {
		case 0, 1:
			fmt.Fprintf(&b, "{{%s}}", of())
		case 2:
			fmt.Fprintf(&b, `<p title="%s{{%s}}">`, "t", of())
		case 3:
			fmt.Fprintf(&b, `<a href="{{%s}}">`, of())
		case 4:
			fmt.Fprintf(&b, `<a href="#{{%s}}" id='{{%s}}'>`, of(), of())
		case 5:
			fmt.Fprintf(&b, "{{if %s}}%s{{else}}%s{{end}}", of(), inner(), inner())
		case 6:
			fmt.Fprintf(&b, "{{with %s}}%s{{else}}%s{{end}}", of(), inner(), inner())
		case 7:
			fmt.Fprintf(&b, "{{with $x := %s}}%s{{end}}", of(), inner())
		case 8:
			fmt.Fprintf(&b, "{{range %s}}%s{{else}}%s{{end}}", of(), inner(), inner())
		case 9:
			fmt.Fprintf(&b, "{{range $i, $x := %s}}%s{{if $i}}{{break}}{{end}}{{end}}", of(), inner())
		case 10:
			fmt.Fprintf(&b, "{{range $x := $.Parts}}{{if not .Name}}{{continue}}{{end}}%s{{end}}", inner())
		case 11:
			fmt.Fprintf(&b, "{{$x := %s}}%s", of(), inner())
		case 12:
			fmt.Fprintf(&b, `{{template "inner" %s}}`, of())
		case 13:
			fmt.Fprintf(&b, `<i title="{{template "inner" %s}}">`, of())
		}
	}
	return b.String()
}

// TestRandomTemplates compares random templates, most of which make no sense somewhere, with html/template.
func TestRandomTemplates(t *testing.T) {
	n := 2000
	if testing.Short() {
		n /= 10
	}
	data := sample()
	handled, failed := 0, 0
	for seed := range n {
		random := rand.New(rand.NewSource(int64(seed)))
		source := `{{define "inner"}}{{$x := .}}{{$i := 0}}` + randomTemplate(random, 1) + `{{end}}{{$x := .Sub}}{{$i := 1}}` + randomTemplate(random, 2)
		theirs, err := template.New("page").Funcs(functions).Parse(source)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		var want strings.Builder
		err = theirs.Execute(&want, &data)
		ours, unknown := Compile(template.Must(template.New("page").Funcs(functions).Parse(source)), "page", options)
		if unknown != nil {
			continue
		}
		for range 2 {
			got, ok := ours.Append(nil, &data)
			if ok && (err != nil || string(got) != want.String()) {
				t.Fatalf("seed %d: %s:\ngot  %q\nwant %q, %v", seed, source, got, want.String(), err)
			}
			if ok {
				handled++
			} else if err == nil {
				failed++
			}
		}
	}
	t.Logf("%d runs of %d templates needed no help, %d did without need", handled, n, failed)
	if handled < n/10 || failed > handled/5 {
		t.Errorf("%d runs of %d templates needed no help, %d did without need", handled, n, failed)
	}
}
