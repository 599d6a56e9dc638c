package diag

import (
	"fmt"
	"strings"
)

// Nearest returns the known word that a misspelt one most likely stands for: the one with the
// smallest edit distance (see Edits), ignoring case. It returns "" if even the smallest distance is
// more than a third of the length of the longer word.
func Nearest(word string, known []string) string {
	best, least := "", 0
	for _, candidate := range known {
		slips := Edits(word, candidate)
		if limit := (max(len(word), len(candidate)) + 2) / 3; slips > limit || slips >= len(candidate) {
			continue
		}
		if best == "" || slips < least {
			best, least = candidate, slips
		}
	}
	return best
}

// DidYouMean returns a hint for an unknown word: the nearest known word, or a list of all known
// words if none is close.
func DidYouMean(word string, known []string) string {
	if near := Nearest(word, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(known) == 0 {
		return ""
	}
	return "valid values: " + strings.Join(known, ", ")
}

// Edits returns the number of letters to add, drop, change or swap to turn one word into the other,
// ignoring case: the Damerau-Levenshtein distance (optimal string alignment) in characters.
func Edits(one, other string) int {
	a, b := []rune(strings.ToLower(one)), []rune(strings.ToLower(other))
	var room [3][32]int // keeps most words, and so every key of an update, off the heap
	before, above, row := room[0][:], room[1][:], room[2][:]
	if n := len(b) + 1; n > len(row) {
		before, above, row = make([]int, n), make([]int, n), make([]int, n)
	}
	for j := range len(b) + 1 {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
