// Command bench compares Crier with Hugo and with a program that only writes files. The script
// bench/compare runs it. It is not part of Crier.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) > 1 {
		if err := child(os.Args[1], os.Args[2:]); err != errNoChild {
			exit(err)
		}
	}
	var o options
	var sizes string
	var quick bool
	flag.StringVar(&sizes, "sizes", "1000,10000,50000", "incidents of the sites")
	flag.IntVar(&o.rounds, "rounds", 5, "runs of each kind, of which the median counts")
	flag.StringVar(&o.disk, "disk", os.TempDir(), "`folder` on a disk")
	flag.StringVar(&o.memory, "memory", "/dev/shm", "`folder` in memory")
	flag.StringVar(&o.crier, "crier", "crier", "`program` to measure")
	flag.IntVar(&o.hugoMost, "hugo-most", 10000, "largest site that Hugo has to build")
	flag.BoolVar(&o.keep, "keep", false, "leave the outputs where they are")
	flag.BoolVar(&quick, "quick", false, "100 incidents, once")
	flag.Parse()
	if quick {
		sizes, o.rounds = "100", 1
	}
	for _, text := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n <= 0 {
			exit(fmt.Errorf("%q is not a number of incidents", text))
		}
		o.sizes = append(o.sizes, n)
	}
	exit(o.run())
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

type options struct {
	sizes          []int
	rounds         int
	disk, memory   string
	crier          string
	hugoMost       int
	keep           bool
	diskAt, shmAt  string // folders of this run
	program, theme string
}

// run measures all sizes and prints the tables.
func (o *options) run() (err error) {
	if o.program, err = os.Executable(); err != nil {
		return err
	}
	if o.theme, err = filepath.Abs("bench/hugo"); err != nil {
		return err
	}
	if o.diskAt, err = os.MkdirTemp(o.disk, "crier-bench-"); err != nil {
		return err
	}
	if o.shmAt, err = os.MkdirTemp(o.memory, "crier-bench-"); err != nil {
		return err
	}
	if !o.keep {
		defer func() {
			err = cmp.Or(err, os.RemoveAll(o.diskAt), os.RemoveAll(o.shmAt))
		}()
	}
	machine()
	var all []*results
	for _, n := range o.sizes {
		r, err := o.measure(n)
		if err != nil {
			return err
		}
		r.table()
		all = append(all, r)
	}
	acceptance(all)
	return nil
}
