package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/publish/recordsource"
	"settler.io/crier/internal/sitefs/clone"
	"settler.io/crier/internal/source/check"
)

// evidenceOptions are the options of the commands that judge whether rules were kept.
type evidenceOptions struct {
	*app.App
	at     time.Time
	record string
}

func (o *evidenceOptions) flags(command *cobra.Command) {
	app.AtFlag(command, &o.at, "as of this `time` (RFC 3339) instead of now")
	command.Flags().StringVar(&o.record, "record", "", "read the publish record, the best evidence, from this `source`: "+recordsource.Forms+"; default: what this clone knows of it")
}

// judge reads the site and the evidence for checking its rules: the publish record and git. If that
// fails, it prints the findings of the site that may be shown in a format.
func (o *evidenceOptions) judge(ctx context.Context, format string, print func([]diag.Finding) error) (site *clone.Site, input check.Input, err error) {
	input.Now = o.At(o.at)
	var source recordsource.Source
	if o.record != "" {
		o.Secrets.AddRemotes(o.record)
		if source, err = recordsource.Parse(o.record); err != nil {
			return nil, input, diag.Usage(fmt.Errorf("--record: %w", err), "write "+recordsource.Forms+", such as --record git:origin#gh-pages")
		}
	}
	site, err = o.LoadWithEvidence(ctx, input.Now, nil)
	defer func() {
		if err != nil && site != nil && len(site.Findings) > 0 {
			print(site.Shown(site.Findings, o.InWorkflow() || o.PublicLog(format)))
		}
	}()
	if err != nil {
		return site, input, err
	}
	input.Config, input.Content = site.Config, site.Content
	byGit, err := site.Evidence(ctx)
	if err != nil {
		return site, input, err
	}
	if o.record == "" {
		source = recordsource.Known(ctx, site.Config.Publish.To, o.Folder())
	}
	found, err := recordsource.Read(ctx, o.Transport, source, o.Folder())
	if err != nil {
		return site, input, diag.Hinted(err, "check that it can be reached, or use git as the only evidence with --record none")
	}
	fmt.Fprint(o.Stderr, found.Remarks(source))
	input.Evidence = recordsource.Evidence(site.Content, site.Config.Rules, found.Record, found.Until, site.Config.EmailRecipients(), byGit)
	return site, input, nil
}
