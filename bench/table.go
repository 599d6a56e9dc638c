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

// acceptance prints the project's performance targets and the measured values.
func acceptance(all []*results) {
	fmt.Print("\n### Asked and measured\n\n| incidents | what | at most | measured |\n|--:|---|--:|--:|\n")
	line := func(r *results, what string, most, got float64, unit string) {
		mark := ""
		if got > most {
			mark = " (missed)"
		}
		fmt.Printf("| %d | %s | %.4g%s | %.2f%s%s |\n", r.incidents, what, most, unit, got, unit, mark)
	}
	first := slices.MinFunc(all, func(a, b *results) int { return a.incidents - b.incidents })
	each := func(r *results) float64 { m, _ := r.median(allMemory); return float64(m.wall) / float64(r.incidents) }
	for _, r := range all {
		wall := func(name string) time.Duration { m, _ := r.median(name); return m.wall }
		memory := func(name string) float64 { m, _ := r.median(name); return float64(m.memory) / 1e6 }
		if hugo := wall(hugoMemory); hugo > 0 {
			line(r, "Hugo's outputs to memory, wall, of Hugo's", 0.45, ratio(wall(sameMemory), hugo), "")
			most := 0.7
			if r.incidents > 1000 {
				most = 0.8
			}
			line(r, "all outputs to memory, wall, of Hugo's", most, ratio(wall(allMemory), hugo), "")
			if r.incidents >= 10000 {
				line(r, "all outputs to memory, peak memory, of Hugo's", 0.35, memory(allMemory)/memory(hugoMemory), "")
			}
		}
		if r.incidents <= 1000 {
			line(r, "bytes written", 25, float64(r.bytes[allMemory])/1e6, " MB")
		}
		line(r, "again with nothing changed, wall, of the first time", 0.15, ratio(wall(warmNothing), wall(allDisk)), "")
		line(r, "again with one update added, wall, of the first time", 0.4, ratio(wall(warmUpdate), wall(allDisk)), "")
		if r != first {
			line(r, fmt.Sprintf("time for an incident, of that at %d", first.incidents), 1.2, each(r)/each(first), "")
		}
	}
}
