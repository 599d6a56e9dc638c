package site

import (
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/status"
)

// Badge is what a badge says.
type Badge struct {
	Path      string // of the file, without extension
	Label     string
	Message   string
	Condition incident.Condition // that its colour stands for
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
	for _, days := range []int{30, 90} {
		var sum float64
		count := 0
		for _, c := range p.Config.Components {
			if share, ok := p.board.UptimeOver(c.ID, days); ok {
				sum += share
				count++
			}
		}
		if count > 0 {
			add(p.uptimeBadge("badge-uptime-", p.meta.Title, sum/float64(count), days))
		}
	}
	for _, c := range p.Config.Components {
		now := p.board.Now(c.ID)
		add(Badge{"components/" + c.ID + "/badge", c.Name, words.Condition(now), now})
		for _, days := range []int{30, 90} {
			if share, ok := p.board.UptimeOver(c.ID, days); ok {
				add(p.uptimeBadge("components/"+c.ID+"/badge-uptime-", c.Name, share, days))
			}
		}
	}
}

func (p *planner) uptimeBadge(path, name string, share float64, days int) Badge {
	number := map[int]string{30: "30", 90: "90"}[days]
	b := Badge{Path: path + number, Label: name, Message: p.meta.Words.Word("uptime_days", "percent", p.meta.Words.Percent(percent(share)), "days", number)}
	switch {
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
	return map[string]incident.Condition{"none": incident.Operational, "maintenance": incident.UnderMaintenance, "minor": incident.DegradedPerformance,
		"major": incident.PartialOutage, "critical": incident.MajorOutage}[state.Indicator]
}
