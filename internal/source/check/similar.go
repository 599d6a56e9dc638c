package check

import (
	"slices"
	"strings"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/compose"
)

// Similar returns the open incidents that the first update of another may be about: those that
// affect one of its components or have a similar title.
func Similar(cases []incident.Case, u incident.Update) []incident.Case {
	return slices.DeleteFunc(slices.Clone(cases), func(c incident.Case) bool {
		state := c.History.State()
		both := u.Components != nil && slices.ContainsFunc(u.Components.List, func(a incident.Affected) bool {
			return slices.ContainsFunc(state.Affected, func(b incident.Affected) bool { return a.Component == b.Component })
		})
		return c.Planned || !c.Open() || c.OnlyDrafts() || !both && !similarTitles(state.Title, u.Title)
	})
}

// usual are words that do not tell incidents apart.
var usual = strings.Fields("the and for are not with some all down slow late error errors fail fails failing failed outage issue issues problem problems unavailable degraded")

// similarTitles reports whether two titles are equal, or at least half of the words of the shorter
// one are in the other too, apart from short and usual ones.
func similarTitles(a, b string) bool {
	words := func(title string) []string {
		return slices.DeleteFunc(strings.Split(compose.Slug(title), "-"), func(word string) bool { return len(word) < 3 || slices.Contains(usual, word) })
	}
	short, long := words(a), words(b)
	if len(short) > len(long) {
		short, long = long, short
	}
	missing := slices.DeleteFunc(slices.Clone(short), func(word string) bool { return slices.Contains(long, word) })
	return strings.EqualFold(a, b) || len(short) > 0 && 2*len(missing) <= len(short)
}
