package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// run is one run of a program.
type run struct {
	wall, cpu time.Duration
	memory    int64 // peak resident memory in bytes
}

// results are the runs for one size, keyed by name.
type results struct {
	incidents int
	names     []string
	runs      map[string][]run
	files     map[string]int
	bytes     map[string]int64
}

// The names of what is run.
const (
	hugoMemory  = "Hugo, to memory"
	hugoDisk    = "Hugo, to disk"
	sameMemory  = "Crier, Hugo's outputs, to memory"
	sameDisk    = "Crier, Hugo's outputs, to disk"
	allMemory   = "Crier, all outputs, to memory"
	allDisk     = "Crier, all outputs, to disk"
	floorMemory = "writing the same bytes only, to memory"
	floorDisk   = "writing the same bytes only, to disk"
	warmNothing = "Crier again, nothing changed"
	warmUpdate  = "Crier again, one update added"
	warmNoCache = "Crier again, nothing changed, --no-cache"
)

// measure runs everything on a site with the given number of incidents. It works round by round, so
// that other load on the machine affects all of them.
func (o *options) measure(incidents int) (*results, error) {
	r := &results{incidents: incidents, runs: map[string][]run{}, files: map[string]int{}, bytes: map[string]int64{}}
	name := strconv.Itoa(incidents)
	site, hugo := filepath.Join(o.shmAt, name, "crier"), filepath.Join(o.shmAt, name, "hugo")
	fmt.Fprintf(os.Stderr, "%d incidents: making the sites\n", incidents)
	// In a separate process, because the memory of this one when it starts a program would count as
	// that program's peak memory.
	if _, err := execute([]string{o.program, "sites", site, hugo, o.theme, name}); err != nil {
		return nil, err
	}
	when := at.Format(time.RFC3339)
	for round := range o.rounds {
		fmt.Fprintf(os.Stderr, "%d incidents: round %d of %d\n", incidents, round+1, o.rounds)
		out := func(base, kind string) string { return filepath.Join(base, name, "out", strconv.Itoa(round), kind) }
		crier := func(to string, more ...string) []string {
			return append([]string{o.crier, "build", "--site", site, "--at", when, "--out", to}, more...)
		}
		shm, dsk := out(o.shmAt, "all"), out(o.diskAt, "all")
		hugoShm, sameShm, floorShm := out(o.shmAt, "hugo"), out(o.shmAt, "same"), out(o.shmAt, "floor")
		steps := []struct {
			name string
			out  string // folder whose files to count
			gone string // folder in memory to delete afterwards
			args []string
		}{
			{hugoMemory, hugoShm, hugoShm, []string{"hugo", "--quiet", "--source", hugo, "--destination", hugoShm, "--cacheDir", filepath.Join(o.shmAt, "hugo-cache")}},
			{sameMemory, sameShm, sameShm, []string{o.program, "same", site, sameShm}},
			{allMemory, shm, "", crier(shm)},
			{floorMemory, "", floorShm, []string{o.program, "floor", shm, floorShm}},
			{hugoDisk, "", "", []string{"hugo", "--quiet", "--source", hugo, "--destination", out(o.diskAt, "hugo"), "--cacheDir", filepath.Join(o.shmAt, "hugo-cache")}},
			{sameDisk, "", "", []string{o.program, "same", site, out(o.diskAt, "same")}},
			{allDisk, "", "", crier(dsk)},
			{floorDisk, "", shm, []string{o.program, "floor", shm, out(o.diskAt, "floor")}},
			{warmNothing, "", "", crier(dsk)},
			{warmUpdate, "", "", crier(dsk)},
			{warmNoCache, "", "", crier(dsk, "--no-cache")},
		}
		for _, s := range steps {
			if s.args[0] == "hugo" && incidents > o.hugoMost {
				continue
			}
			if s.name == warmUpdate {
				if err := addUpdate(site, round); err != nil {
					return nil, err
				}
			}
			// The cache of an earlier build would save work.
			if s.name == allMemory || s.name == allDisk {
				if err := os.RemoveAll(filepath.Join(site, ".crier")); err != nil {
					return nil, err
				}
			}
			one, err := execute(s.args)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			if round == 0 {
				r.names = append(r.names, s.name)
				if s.out != "" {
					if r.files[s.name], r.bytes[s.name], err = count(s.out); err != nil {
						return nil, err
					}
				}
			}
			fmt.Fprintf(os.Stderr, "  %-42s %8s wall %8s CPU\n", s.name, one.wall.Round(time.Millisecond), one.cpu.Round(time.Millisecond))
			r.runs[s.name] = append(r.runs[s.name], one)
			if s.gone != "" && !o.keep { // memory is small, but fast at deleting
				if err := os.RemoveAll(s.gone); err != nil {
					return nil, err
				}
			}
		}
		if err := forget(out(o.diskAt, "")); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// execute runs a program until it exits. A floor reports its own time.
func execute(args []string) (run, error) {
	c := exec.Command(args[0], args[1:]...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	syscall.Sync() // don't count data that an earlier run left to be written
	begin := time.Now()
	err := c.Run()
	r := run{wall: time.Since(begin)}
	if err != nil {
		return r, fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String()+stdout.String()))
	}
	r.cpu = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	r.memory = c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss * 1024
	if args[1] == "floor" {
		r.wall, err = time.ParseDuration(stdout.String())
	}
	return r, err
}

// count returns the number and total size of the files in a folder, without Crier's own state.
func count(folder string) (files int, size int64, err error) {
	err = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == ".crier":
			return filepath.SkipDir
		case entry.IsDir():
			return nil
		}
		info, err := entry.Info()
		files, size = files+1, size+info.Size()
		return err
	})
	if files == 0 {
		return 0, 0, errors.Join(err, fmt.Errorf("nothing was written to %s", folder))
	}
	return files, size, err
}

// median returns the median of each measure.
func (r *results) median(name string) (run, bool) {
	runs := r.runs[name]
	if len(runs) == 0 {
		return run{}, false
	}
	middle := func(of func(run) int64) int64 {
		values := make([]int64, len(runs))
		for i, one := range runs {
			values[i] = of(one)
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	return run{
		wall:   time.Duration(middle(func(r run) int64 { return int64(r.wall) })),
		cpu:    time.Duration(middle(func(r run) int64 { return int64(r.cpu) })),
		memory: middle(func(r run) int64 { return r.memory }),
	}, true
}

// machine prints what the benchmark runs on.
func machine() {
	version := func(name string, args ...string) string {
		out, err := exec.Command(name, args...).Output()
		if err != nil {
			return "not there"
		}
		return strings.TrimSpace(string(out))
	}
	fmt.Printf("%d processors, %s/%s, %s; %s\n", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), version("hugo", "version"))
}
