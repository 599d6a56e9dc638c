package write

import "testing"

func TestSimilarTitles(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"API down", "API returning errors", true},
		{"API down", "api DOWN", true},
		{"Down", "Down", true},
		{"Störung der Suche", "Suche: Störung", true},
		{"Webhooks late", "Webhooks are delayed", true},
		{"Login fails for some customers", "Some customers can't log in", true},
		{"日本", "日本", true},
		{"API down", "Dashboard down", false},
		{"Slow dashboard", "Slow search", false},
		{"Down", "Slow", false},
		{"日本", "東京", false},
		{"Exports of invoices fail", "Imports of images fail", false},
	} {
		if similarTitles(c.a, c.b) != c.want || similarTitles(c.b, c.a) != c.want {
			t.Errorf("%q and %q: not %v", c.a, c.b, c.want)
		}
	}
}
