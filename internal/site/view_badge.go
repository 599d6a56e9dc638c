package site

import (
	"strconv"

	"settler.io/crier/internal/incident"
)

type Badge struct {
	Label     string
	Message   string
	Condition incident.Condition // that its color stands for; zero: not known
}

func (p *Site) Badge(v BadgeView) Badge {
	words := p.Meta.Words
	switch {
	case v.Days == 0 && v.component == nil:
		overall := p.board().Overall()
		return Badge{words.Word("status"), words.State(overall.Name), overall.Condition()}
	case v.Days == 0:
		now := p.board().Now(v.component.ID)
		return Badge{v.component.Name, words.Condition(now), now}
	case v.component == nil:
		var sum, count float64
		for _, c := range p.Config.Components {
			if share, known := p.board().UptimeOver(c.ID, v.Days); known {
				sum += share
				count++
			}
		}
		return p.uptimeBadge(p.Meta.Title, sum/max(count, 1), count > 0, v.Days)
	}
	share, known := p.board().UptimeOver(v.component.ID, v.Days)
	return p.uptimeBadge(v.component.Name, share, known, v.Days)
}

func (p *Site) uptimeBadge(label string, share float64, known bool, days int) Badge {
	text := "–"
	if known {
		text = p.Meta.Words.Percent(percent(share))
	}
	b := Badge{Label: label, Message: p.Meta.Words.Word("uptime_days", "percent", text, "days", strconv.Itoa(days))}
	switch {
	case !known:
	case share >= 0.999:
		b.Condition = incident.Operational
	case share >= 0.99:
		b.Condition = incident.DegradedPerformance
	case share >= 0.95:
		b.Condition = incident.PartialOutage
	default:
		b.Condition = incident.MajorOutage
	}
	return b
}
