package main

import "testing"

func TestCanonical(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		same       bool
	}{
		{"x.html", "<p>a &#34;b&#34;<br/>c</p>\n", "<p>a \"b\"<br>c</p>", true},
		{"x.html", "<ul>\n<li>a</li>\n</ul>", "<ul><li>a\n</li></ul>", true},
		{"x.html", "<p>a <em>b</em> c</p>", "<p>a\n<em>b</em>\nc</p>", true},
		{"x.html", "<p>a <em>b</em> c</p>", "<p>a<em>b</em> c</p>", false},
		{"x.html", "<p><em>a</em> <em>b</em></p>", "<p><em>a</em><em>b</em></p>", false},
		{"x.html", "<pre>a\n b</pre>", "<pre>a\nb</pre>", false},
		{"x.html", `<a href="x">a</a>`, `<a href="y">a</a>`, false},
		{"x.atom", "<a><b>&lt;p&gt;a&lt;br/&gt;b&lt;/p&gt;</b></a>", "<a><b>&lt;p&gt;a&lt;br&gt;b&lt;/p&gt;</b></a>", true},
		{"x.atom", "<a><b>c</b></a>", "<a><b>d</b></a>", false},
		{"x.json", `{"a":1}`, `{"a": 1}`, false},
	} {
		if got := canonical(c.name, []byte(c.a)) == canonical(c.name, []byte(c.b)); got != c.same {
			t.Errorf("%s and %s are the same: %t\n%s\n%s", c.a, c.b, got, canonical(c.name, []byte(c.a)), canonical(c.name, []byte(c.b)))
		}
	}
}
