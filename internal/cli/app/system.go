package app

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"time"

	"golang.org/x/term"
)

// System is the environment of a run.
type System struct {
	Args   []string // without the program name
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Dir    string // working directory
	Now    func() time.Time
	Colour bool // standard output is a terminal that shows colours

	Getenv    func(name string) string                         // if nil, no variable is set
	Sleep     func(ctx context.Context, d time.Duration) error // if nil, returns immediately
	Transport http.RoundTripper                                // if nil, the default transport

	// Terminal is the user's terminal. The zero value means that there is none.
	Terminal Terminal
}

// Terminal is the terminal of the user. Questions are written to standard error, and answers are
// read from standard input.
type Terminal struct {
	Interactive bool // both are terminals, so the user can be asked for missing values
	// Raw switches the terminal to raw mode until restore is called. width is in columns.
	Raw func() (width int, restore func(), err error)
	// Edit runs a shell command with a file as its argument and waits for it.
	Edit func(command, file string) error
}

func OS() System {
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	// See no-color.org.
	colour := term.IsTerminal(int(os.Stdout.Fd())) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	return System{Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Dir: dir, Now: time.Now, Colour: colour, Terminal: terminal(), Getenv: os.Getenv, Sleep: sleep}
}

// sleep waits for a duration or until ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func (a *App) Wait(ctx context.Context, d time.Duration) error {
	if a.Sleep == nil {
		return ctx.Err()
	}
	return a.Sleep(ctx, d)
}

func terminal() Terminal {
	in := int(os.Stdin.Fd())
	return Terminal{
		Interactive: term.IsTerminal(in) && term.IsTerminal(int(os.Stderr.Fd())) && os.Getenv("TERM") != "dumb",
		Raw: func() (int, func(), error) {
			before, err := term.MakeRaw(in)
			if err != nil {
				return 0, nil, err
			}
			width, _, _ := term.GetSize(in)
			return width, func() { term.Restore(in, before) }, nil
		},
		Edit: func(command, file string) error {
			// Git runs editors in the same way. The trap keeps the shell alive if the editor
			// handles Ctrl-C.
			c := exec.Command("sh", "-c", "trap : INT; "+command+` "$@"`, command, file)
			c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
			return c.Run()
		},
	}
}

// Interruptible returns a context that is canceled by Ctrl-C, except while an editor runs, which
// receives the Ctrl-C then.
func (a *App) Interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	go func() {
		for {
			select {
			case <-interrupts:
				if !a.editing.Load() {
					cancel()
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx, func() {
		signal.Stop(interrupts)
		cancel()
	}
}
