package site

import (
	"strconv"
	"sync"

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
	claim := func(path string) {
		p.claim(path+".svg", generated)
		p.claim(path+".json", generated)
	}
	claim("badge")
	for _, c := range p.Config.Components {
		claim("components/" + c.ID + "/badge")
	}
	for _, days := range badgeDays {
		for _, c := range p.Config.Components {
			claim(uptimeBadgePath("components/"+c.ID+"/", days))
		}
		claim(uptimeBadgePath("", days))
	}
	p.site.Badges = sync.OnceValue(p.listBadges)
}

// badgeDays are the lengths of time of which there are badges.
var badgeDays = [...]int{30, 90}

func uptimeBadgePath(folder string, days int) string {
	return folder + "badge-uptime-" + strconv.Itoa(days)
}

func (p *planner) listBadges() []Badge {
	words := p.meta.Words
	var all []Badge
	add := func(b Badge) { all = append(all, b) }
	overall := p.board().Overall()
	add(Badge{"badge", words.Word("status"), words.State(overall.Name), conditionOf(overall)})
	for _, c := range p.Config.Components {
		now := p.board().Now(c.ID)
		add(Badge{"components/" + c.ID + "/badge", c.Name, words.Condition(now), now})
	}
	for _, days := range badgeDays {
		var sum, count float64
		for _, c := range p.Config.Components {
			share, known := p.board().UptimeOver(c.ID, days)
			if known {
				sum += share
				count++
			}
			add(p.uptimeBadge("components/"+c.ID+"/", c.Name, share, known, days))
		}
		add(p.uptimeBadge("", p.meta.Title, sum/max(count, 1), count > 0, days))
	}
	return all
}

func (p *planner) uptimeBadge(folder, label string, share float64, known bool, days int) Badge {
	number := strconv.Itoa(days)
	text := "–"
	if known {
		text = p.meta.Words.Percent(percent(share))
	}
	b := Badge{Path: uptimeBadgePath(folder, days), Label: label, Message: p.meta.Words.Word("uptime_days", "percent", text, "days", number)}
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
