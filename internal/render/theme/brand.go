package theme

import (
	"strings"

	"settler.io/crier/internal/diag"
)

// Brand is the part of a theme's look that config.toml changes.
type Brand struct {
	Colour         string            // accent colour, such as "#0b5fff"; "" for the theme's own
	Conditions     map[string]string // condition -> colour
	Logo, Icon     string            // asset names; "" for no logo, and for the theme's icon
	LogoAt, IconAt diag.Position
}

// properties are the custom properties of the stylesheet that hold the colours of conditions.
var properties = []struct{ condition, property string }{
	{"operational", "--good"}, {"under_maintenance", "--care"}, {"degraded_performance", "--degraded"}, {"partial_outage", "--partial"}, {"major_outage", "--major"},
}

// css returns CSS rules that set the brand's colours. Package config has validated them.
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
