package cli

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/serve"
)

type serveOptions struct {
	*app.App
	at   time.Time
	host string
	port int
	open bool
}

// servePort is the default port of the preview.
const servePort = 1414

func newServe(a *app.App) *cobra.Command {
	o := &serveOptions{App: a}
	command := &cobra.Command{
		Use:   "serve",
		Short: "Preview the site in a browser, with live reload",
		Long: `Build the site in memory, serve it to browsers on this machine, and rebuild it whenever a file changes, until Ctrl-C.

An open page updates what differs and keeps its scroll position. Mistakes are shown above the last good build, with file, line and
hint, until they are fixed. A bar at the end of each page shows the site at any other instant, and drafts and held updates, marked
as not public. This is a preview of your own work: readers get what crier build writes.`,
		Example: `  crier serve --open
  crier serve --at 2026-10-02T10:30:00Z --port 8080`,
		Args: app.NoArguments,
		RunE: func(command *cobra.Command, _ []string) error { return o.run(command.Context()) },
	}
	app.AtFlag(command, &o.at, "start with the site as it may be public at this `time` (RFC 3339) instead of now")
	command.Flags().StringVar(&o.host, "host", "localhost", "`address` to listen at; one beyond this machine shows drafts to everyone who can reach it")
	command.Flags().IntVar(&o.port, "port", servePort, "`port` to listen at; 0 picks a free one")
	command.Flags().BoolVar(&o.open, "open", false, "open the preview in the browser")
	return command
}

func (o *serveOptions) run(ctx context.Context) error {
	listener, err := serve.Listen(o.host, o.port)
	if err != nil {
		return err
	}
	defer listener.Close()
	server := serve.New(func(host string) bool {
		return serve.Local(host) || host == o.host || !serve.Local(o.host) && serve.Address(host)
	})
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	p := serve.NewPreview(server, serve.PreviewOptions{Folder: o.Folder(), Start: o.at.UTC(), Now: o.Now, Sleep: o.Wait, Open: o.OpenSite,
		ConfigError: o.ConfigError, Reporter: previewReporter{o.App}})
	begin := o.Now()
	if err := p.Begin(ctx); err != nil {
		return err
	}
	port := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	url := serve.URL(o.host, port)
	title, ok := p.Title()
	if !ok {
		title = "a site that cannot be built yet"
	}
	fmt.Fprintf(o.Stdout, "%s: %s (built in %s; stop with Ctrl-C)\n", title, url, report.Short(o.Now().Sub(begin)))
	if !serve.Local(o.host) {
		fmt.Fprintf(o.Stderr, "note: everyone who can reach %s sees this preview, including drafts and held updates\n", net.JoinHostPort(o.host, port))
	}
	if o.open {
		if err := serve.OpenBrowser(ctx, url); err != nil {
			fmt.Fprintf(o.Stderr, "note: cannot open a browser (%v): open %s yourself\n", err, url)
		}
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()
	err = p.Follow(ctx, served)
	stop()
	return err
}

// previewReporter prints the events of a preview to the terminal.
type previewReporter struct{ *app.App }

func (r previewReporter) Note(why string) { fmt.Fprintf(r.Stderr, "note: %s\n", why) }

func (r previewReporter) Failed(err error) { fmt.Fprintln(r.Stderr, "error:", err) }

func (r previewReporter) Rebuilt(why []string, took time.Duration, shown serve.Shown) {
	fmt.Fprintf(r.Stdout, "%s %s: rebuilt in %s%s\n", r.Now().Format("15:04:05"), strings.TrimSuffix(diag.Few(why), "."), report.Short(took), shown)
}

func (r previewReporter) Findings(fresh []diag.Finding, before, after int, good bool) {
	r.PrintFindings(fresh)
	switch {
	case after > 0 && (len(fresh) > 0 || before != after):
		below := "the last good build is shown"
		if !good {
			below = "everything else is shown"
		}
		fmt.Fprintf(r.Stderr, "%s: %s\n", report.Count(after, "mistake"), below)
	case before > 0 && after == 0:
		fmt.Fprintln(r.Stderr, "all mistakes are fixed")
	}
}
