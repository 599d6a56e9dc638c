package typed

import (
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
)

// Filter holds what people type to select cases.
type Filter struct {
	Severities   []string
	Components   []string // each may be several, separated by commas
	Since, Until string
}

// Parse sets the fields of a filter that were typed.
func (f Filter) Parse(filter *incident.Filter, c *config.Config) (err error) {
	for _, text := range f.Severities {
		severity, err := Severity(text)
		if err != nil {
			return err
		}
		filter.Severities = append(filter.Severities, severity)
	}
	for text := range strings.SplitSeq(strings.Join(f.Components, ","), ",") {
		if text == "" {
			continue
		}
		id, err := Component(c, text)
		if err != nil {
			return err
		}
		filter.Components = append(filter.Components, id)
	}
	if filter.Since, err = Day("since", f.Since, c.Zone, time.Time{}); err == nil {
		filter.Until, err = Day("until", f.Until, c.Zone, time.Time{})
	}
	return err
}
