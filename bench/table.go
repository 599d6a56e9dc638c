package main

import (
	"fmt"
	"slices"
	"time"
)

// table prints the medians of one size, as Markdown.
func (r *results) table() {
	fmt.Printf("\n### %d incidents, medians of %d\n\n", r.incidents, len(r.runs[allMemory]))
	fmt.Println("| | files | MB written | wall | CPU | peak memory | wall, of Hugo's to memory | µs for an incident |")
	fmt.Println("|---|--:|--:|--:|--:|--:|--:|--:|")
	hugo, _ := r.median(hugoMemory)
	for _, name := range r.names {
		m, _ := r.median(name)
		files, size, share := "", "", ""
		if n := r.files[name]; n > 0 {
			files, size = fmt.Sprint(n), fmt.Sprintf("%.1f", float64(r.bytes[name])/1e6)
		}
		if hugo.wall > 0 {
			share = fmt.Sprintf("%.2f", ratio(m.wall, hugo.wall))
		}
		fmt.Printf("| %s | %s | %s | %s | %s | %d MB | %s | %d |\n", name, files, size, m.wall.Round(time.Millisecond), m.cpu.Round(time.Millisecond),
			m.memory/1e6, share, m.wall.Microseconds()/int64(r.incidents))
	}
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

// acceptance prints what the project asks of itself, and how it stands.
func acceptance(all []*results) {
	fmt.Print("\n### Asked and measured\n\n| incidents | what | at most | measured |\n|--:|---|--:|--:|\n")
	line := func(r *results, what string, most, got float64, unit string) {
		mark := ""
		if got > most {
			mark = " (missed)"
		}
		fmt.Printf("| %d | %s | %.4g%s | %.2f%s%s |\n", r.incidents, what, most, unit, got, unit, mark)
	}
	for _, r := range all {
		wall := func(name string) time.Duration { m, _ := r.median(name); return m.wall }
		memory := func(name string) float64 { m, _ := r.median(name); return float64(m.memory) / 1e6 }
		if hugo := wall(hugoMemory); hugo > 0 {
			line(r, "Hugo's outputs to memory, wall, of Hugo's", 0.35, ratio(wall(sameMemory), hugo), "")
			line(r, "all outputs to memory, peak memory, of Hugo's", 0.3, memory(allMemory)/memory(hugoMemory), "")
		}
		line(r, "all outputs to disk, wall, of the greater of floor and to memory", 1.25, ratio(wall(allDisk), max(wall(floorDisk), wall(allMemory))), "")
		line(r, "again with nothing changed, wall, of the first time", 0.15, ratio(wall(warmNothing), wall(allDisk)), "")
		line(r, "again with one update added, wall, of the first time", 0.2, ratio(wall(warmUpdate), wall(allDisk)), "")
		line(r, "peak memory", 1500, memory(allMemory), " MB")
		line(r, "peak memory, of the bytes written", 2, memory(allMemory)/(float64(r.bytes[allMemory])/1e6), "")
		first := slices.MinFunc(all, func(a, b *results) int { return a.incidents - b.incidents })
		each := func(r *results) float64 { m, _ := r.median(allMemory); return float64(m.wall) / float64(r.incidents) }
		if r != first {
			line(r, fmt.Sprintf("time for an incident, of that at %d", first.incidents), 1.2, each(r)/each(first), "")
		}
	}
}
