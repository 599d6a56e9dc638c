package cli

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"sync/atomic"

	"golang.org/x/term"
)

// Terminal is where a person can be asked. Questions are written to standard error, answers read from standard input.
type Terminal struct {
	Interactive bool // both are a terminal: what is missing may be asked for
	// Raw has the terminal hand over every key, until restore, and tells its width in columns.
	Raw func() (width int, restore func(), err error)
	// Edit runs a command of the shell with a file as its argument, and waits for it.
	Edit func(command, file string) error
	// Getenv reads a variable of the environment.
	Getenv func(name string) string
}

// variable reads a variable of the environment; without one, nothing is set.
func (t Terminal) variable(name string) string {
	if t.Getenv == nil {
		return ""
	}
	return t.Getenv(name)
}

// terminal gives the terminal of this process.
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
			// As git runs editors; the trap keeps the shell alive when the editor makes something else of Ctrl-C.
			c := exec.Command("sh", "-c", "trap : INT; "+command+` "$@"`, command, file)
			c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
			return c.Run()
		},
		Getenv: os.Getenv,
	}
}

// interruptible gives a context that ends with Ctrl-C, except while an editor runs: the editor has it then.
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
