package site

import (
	"strconv"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/status"
)

// Badge is what a badge says.
type Badge struct {
	Path      string // of the file, without extension
	Label     string
	Message   string
	Condition incident.Condition // that its colour stands for; zero: nothing is known
}

// badges plans a badge for the state of the page and of each component, and for the uptime of 30 and 90 days.
func (p *planner) badges() {
	words := p.meta.Words
	add := func(b Badge) {
		p.claim(b.Path+".svg", generated)
		p.claim(b.Path+".json", generated)
		p.site.Badges = append(p.site.Badges, b)
	}
	overall := p.board.Overall()
	add(Badge{"badge", words.Word("status"), words.State(overall.Name), conditionOf(overall)})
	for _, c := range p.Config.Components {
		now := p.board.Now(c.ID)
		add(Badge{"components/" + c.ID + "/badge", c.Name, words.Condition(now), now})
	}
	for _, days := range []int{30, 90} {
		var sum, count float64
		for _, c := range p.Config.Components {
			share, known := p.board.UptimeOver(c.ID, days)
			if known {
				sum += share
				count++
			}
			add(p.uptimeBadge("components/"+c.ID+"/", c.Name, share, known, days))
		}
		add(p.uptimeBadge("", p.meta.Title, sum/max(count, 1), count > 0, days))
	}
}

func (p *planner) uptimeBadge(folder, label string, share float64, known bool, days int) Badge {
	number := strconv.Itoa(days)
	text := "–"
	if known {
		text = p.meta.Words.Percent(percent(share))
	}
	b := Badge{Path: folder + "badge-uptime-" + number, Label: label, Message: p.meta.Words.Word("uptime_days", "percent", text, "days", number)}
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

// conditionOf gives the condition whose colour stands for a state of the page.
func conditionOf(state status.Overall) incident.Condition {
	switch state.Indicator {
	case "maintenance":
		return incident.UnderMaintenance
	case "minor":
		return incident.DegradedPerformance
	case "major":
		return incident.PartialOutage
	case "critical":
		return incident.MajorOutage
	}
	return incident.Operational
}
