package prose

import (
	"strings"
	"testing"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
)

// TestResolvedInAllLanguages checks the words of cState's i18n folder.
func TestResolvedInAllLanguages(t *testing.T) {
	for _, word := range strings.Split("সমাধান করা হয়েছে,Gelöst,Resolved,Resuelto,Résolu,Selesai,Risolto,解決済み,Išspręsta problema,Решено,Opgelost,Rozwiązano,Resolvido,Rezolvat,Решено,Löst,Na-resolba,Çözümlendi,Вирішено", ",") {
		if l := labels[strings.ToLower(word)]; l.Status != incident.Resolved || l.Role != Final {
			t.Errorf("%s: %v", word, l)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("[Final Message]\nDone.\n[Initial]\nDown.")
	f.Add("*Resolved* - Done {{< track \"2024-01-01 10:00:00\" >}}\n<!-- [Update] -->")
	f.Add("Done {{< track \"2024-01-01 10:00:00\" >}}\n\nDown {{< track \"2024-01-01 09:00:00\" >}}")
	f.Fuzz(func(t *testing.T, text string) {
		var all strings.Builder
		blocks, _ := Split(text, 1, func(diag.Kind, int, int, string, ...any) {})
		for _, b := range blocks {
			all.WriteString(strings.Join(b.lines, "\n") + "\n")
		}
		for line := range strings.SplitSeq(text, "\n") {
			if _, _, label := Begins(line); label || strings.Contains(line, "{{") {
				continue
			}
			if !strings.Contains(all.String(), line) {
				t.Errorf("the line %q of %q is lost", line, text)
			}
		}
	})
}
