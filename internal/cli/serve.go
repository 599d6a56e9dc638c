package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/serve"
)

type serveFlags struct {
	at, host string
	port     int
	open     bool
}

// servePort is the default port of the preview.
const servePort = 1414

func serveCommand(a *app) *cobra.Command {
	var flags serveFlags
	command := &cobra.Command{
		Use:   "serve",
		Short: "Preview the site in a browser, following every change",
		Long: `Build the site in memory, serve it to browsers on this machine, and follow every change of its files until Ctrl-C.

A browser that shows a page takes over what differs, and keeps its place. Mistakes are shown above the last good build, with
file, line and hint, until they are fixed. A bar at the end of each page looks at any other instant, and at drafts and what
is held back, marked as not public. It is for looking at one's own work: readers get what crier build writes.`,
		Example: `  crier serve --open
  crier serve --at 2026-10-02T10:30:00Z --port 8080`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.serve(command.Context(), flags) },
	}
	command.Flags().StringVar(&flags.at, "at", "", "begin with the site as it may be public at this `time` (RFC 3339) instead of now")
	command.Flags().StringVar(&flags.host, "host", "localhost", "`address` to listen at; one beyond this machine shows drafts to whoever reaches it")
	command.Flags().IntVar(&flags.port, "port", servePort, "`port` to listen at; 0 takes a free one")
	command.Flags().BoolVar(&flags.open, "open", false, "open the preview in the browser")
	return command
}

func (a *app) serve(ctx context.Context, flags serveFlags) error {
	var start time.Time
	if flags.at != "" {
		var err error
		if start, err = a.instant(flags.at); err != nil {
			return err
		}
	}
	listener, err := listen(flags)
	if err != nil {
		return err
	}
	defer listener.Close()
	server := serve.New(func(host string) bool {
		return serve.Local(host) || host == flags.host || !serve.Local(flags.host) && serve.Address(host)
	})
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	p := serve.NewPreview(server, serve.PreviewOptions{Folder: a.path(a.site), Start: start.UTC(), Now: a.Now, Sleep: a.sleep, Open: a.openSite,
		ConfigError: func(err error, findings []diag.Finding) error { return configError(err, findings, a.path(a.site)) }, Reporter: previewReporter{a}})
	begin := a.Now()
	if err := p.Begin(ctx); err != nil {
		return err
	}
	port := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	url := "http://" + net.JoinHostPort(reachable(flags.host), port) + "/"
	title, ok := p.Title()
	if !ok {
		title = "a site that cannot be built yet"
	}
	fmt.Fprintf(a.Stdout, "%s: %s (built in %s; Ctrl-C ends it)\n", title, url, short(a.Now().Sub(begin)))
	if !serve.Local(flags.host) {
		fmt.Fprintf(a.Stderr, "note: whoever reaches this machine at %s sees this preview, drafts and held updates too\n", net.JoinHostPort(flags.host, port))
	}
	if flags.open {
		if err := openBrowser(ctx, url); err != nil {
			fmt.Fprintf(a.Stderr, "note: no browser could be opened (%v): open %s\n", err, url)
		}
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()
	err = p.Follow(ctx, served)
	stop()
	return err
}

// listen opens the port. Its errors suggest what to do.
func listen(flags serveFlags) (net.Listener, error) {
	if flags.port < 0 || flags.port > 65535 {
		return nil, usageError{fmt.Errorf("--port %d is not a port", flags.port), "ports are 1 to 65535; 0 takes a free one"}
	}
	host := flags.host
	if host == "localhost" {
		host = "127.0.0.1"
	} else if !serve.Address(host) {
		return nil, usageError{fmt.Errorf("--host %q is not an address", host), "write localhost, or an address of this machine, such as 192.168.1.20; 0.0.0.0 is all of them, and lets others in the network see drafts"}
	}
	listener, err := serve.Listen(host, flags.port)
	switch {
	case errors.Is(err, serve.ErrTaken):
		return nil, hinted{fmt.Errorf("port %d is taken by another program, perhaps another crier serve", flags.port), "choose another with --port, or --port 0 for one that is free"}
	case err != nil:
		return nil, hinted{fmt.Errorf("cannot listen at %s: %w", net.JoinHostPort(host, strconv.Itoa(flags.port)), err), "choose another --port or --host"}
	}
	return listener, nil
}

// reachable returns the host name under which a browser on this machine reaches a listening host.
func reachable(host string) string {
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		return "localhost"
	}
	return host
}

// openBrowser opens url in the default browser and does not wait for it.
func openBrowser(ctx context.Context, url string) error {
	opener := []string{"xdg-open", url}
	switch runtime.GOOS {
	case "darwin":
		opener = []string{"open", url}
	case "windows":
		opener = []string{"rundll32", "url.dll,FileProtocolHandler", url}
	}
	command := exec.CommandContext(context.WithoutCancel(ctx), opener[0], opener[1:]...)
	if err := command.Start(); err != nil {
		return err
	}
	go command.Wait()
	return nil
}

// previewReporter prints the events of a preview to the terminal.
type previewReporter struct{ *app }

func (r previewReporter) Note(why string) { fmt.Fprintf(r.Stderr, "note: %s\n", why) }

func (r previewReporter) Failed(err error) { fmt.Fprintln(r.Stderr, "error:", err) }

func (r previewReporter) Rebuilt(why []string, took time.Duration, shown serve.Shown) {
	line := r.Now().Format("15:04:05") + " " + strings.TrimSuffix(few(why), ".") + ": rebuilt in " + short(took)
	switch {
	case shown.Open == 0:
	case shown.Open == 1 && shown.Differ == 1:
		line += ", the open page differs"
	case shown.Open == 1:
		line += ", the open page is the same"
	default:
		line += fmt.Sprintf(", %d of %d open pages differ", shown.Differ, shown.Open)
	}
	fmt.Fprintln(r.Stdout, line)
}

func (r previewReporter) Findings(fresh []diag.Finding, before, after int, good bool) {
	r.printFindings(fresh)
	switch {
	case after > 0 && (len(fresh) > 0 || before != after):
		below := "the last good build stays"
		if !good {
			below = "what can be understood is shown"
		}
		fmt.Fprintf(r.Stderr, "%s: %s\n", count(after, "mistake"), below)
	case before > 0 && after == 0:
		fmt.Fprintln(r.Stderr, "no mistakes are left")
	}
}
