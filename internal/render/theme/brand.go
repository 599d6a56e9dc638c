package theme

import (
	"strings"

	"settler.io/crier/internal/source/config"
)

// properties are the custom properties of the stylesheet that hold the colours of conditions.
var properties = []struct{ condition, property string }{
	{"operational", "--good"}, {"under_maintenance", "--care"}, {"degraded_performance", "--degraded"}, {"partial_outage", "--partial"}, {"major_outage", "--major"},
}

// cssOf returns CSS rules that set the brand's colours. Package config has validated them.
func cssOf(b config.Brand) string {
	var rules strings.Builder
	if b.Colour != "" {
		rules.WriteString("--brand:" + b.Colour + ";")
	}
	for _, p := range properties {
		if colour := b.Conditions[p.condition]; colour != "" {
			rules.WriteString(p.property + ":" + colour + ";")
		}
	}
	if rules.Len() == 0 {
		return ""
	}
	return "\n:root:root{" + rules.String() + "}"
}
