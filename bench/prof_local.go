package main

import (
	"os"
	"runtime"
	"runtime/pprof"
)

func init() {
	if n := os.Getenv("BPROF"); n != "" {
		f, _ := os.Create(n)
		pprof.StartCPUProfile(f)
		stopProf = func() { pprof.StopCPUProfile(); f.Close() }
	}
	if n := os.Getenv("MPROF"); n != "" {
		runtime.MemProfileRate = 4096
		heapProf = func(what string) {
			runtime.GC()
			f, _ := os.Create(n + "." + what)
			pprof.Lookup("allocs").WriteTo(f, 0)
			f.Close()
		}
	}
}

var stopProf = func() {}
var heapProf = func(what string) {}
