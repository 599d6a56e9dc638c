package cli

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"sync/atomic"

	"golang.org/x/term"
)

// Terminal is the terminal of the user. Questions are written to standard error, and answers are
// read from standard input.
type Terminal struct {
	Interactive bool // both are terminals, so the user can be asked for missing values
	// Raw switches the terminal to raw mode until restore is called. width is in columns.
	Raw func() (width int, restore func(), err error)
	// Edit runs a shell command with a file as its argument and waits for it.
	Edit func(command, file string) error
	// Getenv returns the value of an environment variable.
	Getenv func(name string) string
}

// variable returns the value of an environment variable, or "" if Getenv is nil.
func (t Terminal) variable(name string) string {
	if t.Getenv == nil {
		return ""
	}
	return t.Getenv(name)
}

// terminal returns the terminal of this process.
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
		Getenv: os.Getenv,
	}
}

// interruptible returns a context that is canceled by Ctrl-C, except while an editor runs, which
// receives the Ctrl-C then.
func interruptible(editing *atomic.Bool) (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-interrupts:
				if !editing.Load() {
					cancel()
				}
			case <-done:
				return
			}
		}
	}()
	return ctx, func() {
		signal.Stop(interrupts)
		close(done)
		cancel()
	}
}
