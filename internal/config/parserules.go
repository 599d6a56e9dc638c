package config

import (
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/tree"
)

func (p *parser) severities(n *tree.Node) {
	var fields []tree.Field
	for _, s := range incident.Severities {
		fields = append(fields, tree.Field{Key: s.String(), Decode: func(n *tree.Node) { p.severity(n, s) }})
	}
	p.Fields(n, "a table for a severity, such as [severity.P2]", fields)
}

func (p *parser) severity(n *tree.Node, s incident.Severity) {
	rules := p.config.Rules.Severity[s]
	var batch *tree.Node
	p.Fields(n, "a table of rules", []tree.Field{
		{Key: "publish", Decode: p.target(&rules.Publish)},
		{Key: "batch", Decode: func(n *tree.Node) { rules.Batch, _ = p.Duration(n); batch = n }},
		{Key: "respond", Decode: p.target(&rules.Respond)},
		{Key: "resolve", Decode: p.duration(&rules.Resolve)},
		{Key: "escalate_lead", Decode: p.duration(&rules.Lead)},
		{Key: "escalate_cto", Decode: p.duration(&rules.CTO)},
		{Key: "meeting", Decode: p.duration(&rules.Meeting)},
		{Key: "postmortem", Decode: p.duration(&rules.Postmortem)},
	})
	if batch != nil && (rules.Batch > time.Hour || rules.Batch > rules.Publish) {
		p.Report(diag.BadRule, batch, "write at most 1h, and at most what publish says",
			"a batch of %s is longer than updates of %s may wait", batch.Text, s)
		rules.Batch = 0
	}
	p.config.Rules.Severity[s] = rules
}

// target reads a duration that may be "immediately".
func (p *parser) target(to *time.Duration) func(*tree.Node) {
	return func(n *tree.Node) {
		if n.Text == "immediately" {
			*to = 0
			return
		}
		p.duration(to)(n)
	}
}

func (p *parser) duration(to *time.Duration) func(*tree.Node) {
	return func(n *tree.Node) {
		if value, ok := p.Duration(n); ok {
			*to = value
		}
	}
}

func (p *parser) rules(n *tree.Node) {
	rules := &p.config.Rules
	p.Fields(n, "a table ([rules])", []tree.Field{
		{Key: "tolerance", Decode: func(n *tree.Node) {
			if value, ok := p.Duration(n); ok && value > time.Hour {
				p.Report(diag.BadRule, n, `write a few minutes, such as "5m"`, "a tolerance of %s is no tolerance", n.Text)
			} else if ok {
				rules.Tolerance = value
			}
		}},
		{Key: "since", Decode: func(n *tree.Node) {
			if strings.Contains(n.Text, ":") {
				rules.Since, _ = p.Instant(n)
			} else {
				rules.Since, _ = p.Day(n)
			}
		}},
		{Key: "notify", Decode: p.duration(&rules.Notify)},
		{Key: "outage_ceo", Decode: p.duration(&rules.OutageCEO)},
		{Key: "update_every", Decode: func(n *tree.Node) {
			var fields []tree.Field
			for _, s := range incident.Severities {
				fields = append(fields, tree.Field{Key: s.String(), Decode: func(n *tree.Node) {
					if value, ok := p.Duration(n); ok {
						rules.UpdateEvery[s] = value
					}
				}})
			}
			p.Fields(n, "a table of severities", fields)
		}},
	})
}
