package config

import (
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/frontmatter"
)

func (p *parser) severities(n *frontmatter.Node) {
	var fields []frontmatter.Field
	for _, s := range incident.Severities {
		fields = append(fields, frontmatter.Field{Key: s.String(), Decode: func(n *frontmatter.Node) { p.severity(n, s) }})
	}
	p.Fields(n, "a table for a severity, such as [severity.P2]", fields)
}

func (p *parser) severity(n *frontmatter.Node, s incident.Severity) {
	rules := p.config.Rules.Severity[s]
	var fields []frontmatter.Field
	for _, rule := range policy.Table {
		fields = append(fields, numbers(p, rule.Severity, &rules)...)
	}
	p.Fields(n, "a table of rules", fields)
	var batch *frontmatter.Node
	for _, e := range n.Entries {
		if e.Key == "batch" {
			batch = e.Value
		}
	}
	if batch != nil && (rules.Batch > time.Hour || rules.Batch > rules.Publish) {
		p.Report(diag.BadRule, batch, "write at most 1h, and at most what publish says",
			"a batch of %s is longer than updates of %s may wait", batch.Text, s)
		rules.Batch = 0
	}
	p.config.Rules.Severity[s] = rules
}

// numbers returns the fields that set the durations of a rule.
func numbers[Of any](p *parser, list []policy.Number[Of], of *Of) []frontmatter.Field {
	var fields []frontmatter.Field
	for _, number := range list {
		fields = append(fields, frontmatter.Field{Key: number.Key, Decode: func(n *frontmatter.Node) {
			if number.Immediately && n.Text == "immediately" {
				*number.In(of) = 0
			} else if value, ok := p.Duration(n); ok {
				*number.In(of) = value
			}
		}})
	}
	return fields
}

func (p *parser) rules(n *frontmatter.Node) {
	rules := &p.config.Rules
	fields := []frontmatter.Field{
		{Key: "tolerance", Decode: func(n *frontmatter.Node) {
			if value, ok := p.Duration(n); ok && value > time.Hour {
				p.Report(diag.BadRule, n, `write a few minutes, such as "5m"`, "a tolerance of %s is no tolerance", n.Text)
			} else if ok {
				rules.Tolerance = value
			}
		}},
		{Key: "since", Decode: func(n *frontmatter.Node) {
			if strings.Contains(n.Text, ":") {
				rules.Since, _ = p.Instant(n)
			} else {
				rules.Since, _ = p.Day(n)
			}
		}},
		{Key: "update_every", Decode: func(n *frontmatter.Node) {
			var fields []frontmatter.Field
			for _, s := range incident.Severities {
				fields = append(fields, frontmatter.Field{Key: s.String(), Decode: func(n *frontmatter.Node) {
					if value, ok := p.Duration(n); ok {
						rules.UpdateEvery[s] = value
					}
				}})
			}
			p.Fields(n, "a table of severities", fields)
		}},
	}
	for _, rule := range policy.Table {
		fields = append(fields, numbers(p, rule.All, rules)...)
	}
	p.Fields(n, "a table ([rules])", fields)
}
