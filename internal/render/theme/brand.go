package theme

import (
	"strings"

	"settler.io/crier/internal/diag"
)

// Brand is what config.toml changes of a theme's looks.
type Brand struct {
	Colour         string            // of the accent, such as "#0b5fff"; "" for the theme's
	Conditions     map[string]string // condition -> colour
	Logo, Icon     string            // names of assets; "" for none, and for the theme's icon
	LogoAt, IconAt diag.Position
}

// properties are the custom properties of the stylesheet that hold the colours of conditions.
var properties = []struct{ condition, property string }{
	{"operational", "--good"}, {"under_maintenance", "--care"}, {"degraded_performance", "--degraded"}, {"partial_outage", "--partial"}, {"major_outage", "--major"},
}

// css gives the rules that bring the brand's colours; config checked that they are colours.
func (b Brand) css() string {
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
