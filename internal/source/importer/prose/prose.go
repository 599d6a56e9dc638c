// Package prose finds the updates in a text that people wrote about an incident: parts that begin
// with a label such as "*Investigating*" or "[Final message]", or that state a time. It knows the
// labels of several languages. It reads no clock and no files.
package prose

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/importer"
)

// Role is what a block is in an incident.
type Role uint8

const (
	Initial Role = iota
	Middle
	Final
	Postmortem
)

// Label is the meaning of a label.
type Label struct {
	Role   Role
	Status incident.Status // 0: unchanged
}

// Block is a part of a text that was an update of its own.
type Block struct {
	Label
	At   time.Time // zero if not stated
	Line int       // in the file

	plain bool // it has no label
	lines []string
}

// Text returns the text without its label and time, and without a line that divides it from the
// next block.
func (b *Block) Text() string {
	text := strings.Trim(strings.Join(b.lines, "\n"), "\n")
	return strings.TrimRight(strings.TrimSuffix(text, "\n\n---"), "\n")
}

// Note reports a problem at a position in the file.
type Note func(kind diag.Kind, line, column int, format string, args ...any)

var (
	// bracket matches a line such as "[Final Message]", "[Update - 2022-02-14 10h30 UTC]" or
	// "[Initial message] text".
	bracket = regexp.MustCompile(`(?i)^\s*\**\[\s*((?:initial|open|final|clos|end of|update|edit)[^\[\]]*)\]\**:?(?:[ \t]+(.*))?$`)
	// plainLabel matches a label that states only its role.
	plainLabel = regexp.MustCompile(`(?i)^(initial|opening|open|final|closing|close|end of outage|updated?|edit)( message| issue| incident| maintenance)?$`)
	// labelled matches a line such as "*Investigating* - text" or "**Resolved:** text".
	labelled = regexp.MustCompile(`^\s*[*_]{1,2}([^*_:]{2,40}?)\s*(:?)[*_]{1,2}\s*([-–—:]?)\s*(.*)$`)
	track    = regexp.MustCompile(`\s*\{\{[<%]\s*track\s+"([^"]*)"\s*[>%]\}\}`)
	isoDate  = regexp.MustCompile(`(\d{4}-\d{1,2}-\d{1,2})[ T,-]+(\d{1,2})[h:](\d{2})`)
	longDate = regexp.MustCompile(`(?i)(\d{1,2})(?:st|nd|rd|th)? (?:of )?([a-z]+),? (\d{4})[ ,-]+(\d{1,2})[h:](\d{2})`)
)

// labelWords are the words of labels: in English, and in the languages of cState's i18n folder,
// whose words for "resolved" are among them.
var labelWords = map[Label]string{
	{Middle, incident.Investigating}: "investigating,scheduled,তদন্ত চলছে,untersuchung,wird untersucht,investigando,enquête,investigation,investigasi,indagine,調査中,tiriama," +
		"истражување,onderzoek,badanie,investigação,investigare,расследование,utreder,iniimbestigahan,inceleniyor,розслідування",
	{Middle, incident.Identified}: "identified,in progress,চিহ্নিত,identifiziert,identificado,identifié,teridentifikasi,identificato,特定済み,nustatyta," +
		"идентификувано,geïdentificeerd,zidentyfikowano,identificat,выявлено,identifierat,natukoy,belirlendi,виявлено",
	{Middle, incident.Monitoring}: "monitoring,পর্যবেক্ষণ,überwachung,wird beobachtet,monitoreando,supervisando,surveillance,pemantauan,monitoraggio,監視中,stebima," +
		"следење,bewaking,monitorowanie,monitorando,monitorizare,мониторинг,övervakar,sinusubaybayan,izleniyor,моніторинг",
	{Final, incident.Resolved}: "resolved,fixed,completed,সমাধান করা হয়েছে,gelöst,behoben,resuelto,solucionado,résolu,selesai,risolto,解決済み,išspręsta problema," +
		"решено,opgelost,rozwiązano,resolvido,rezolvat,löst,na-resolba,çözümlendi,вирішено",
	{Middle, 0}: "update,updated,edit,হালনাগাদ,aktualisierung,actualización,mise à jour,pembaruan,aggiornamento,更新,atnaujinimas,ажурирање,aktualizacja," +
		"atualização,actualizare,обновление,uppdatering,güncelleme,оновлення",
	{Postmortem, 0}: "post-mortem,postmortem,post mortem",
}

// labels are the labels by their words.
var labels = func() map[string]Label {
	known := map[string]Label{}
	for l, words := range labelWords {
		for word := range strings.SplitSeq(words, ",") {
			known[word] = l
		}
	}
	return known
}()

// Split splits a text into its updates, oldest first. line is the number of its first line in the
// file. used holds the line and column of the shortcodes that gave a time. Labels and times in HTML
// comments and code blocks are text.
func Split(text string, line int, note Note) (blocks []Block, used map[[2]int]bool) {
	used = map[[2]int]bool{}
	current := Block{plain: true, Line: line}
	add := func(next Block) {
		if current.Text() != "" || !current.plain {
			blocks = append(blocks, current)
		}
		current = next
	}
	comment, code, paragraph := false, false, 0 // paragraph: where it starts in current.lines
	for n, whole := range strings.Split(text, "\n") {
		number, words := line+n, whole
		if strings.HasPrefix(strings.TrimSpace(whole), "```") && !comment {
			code = !code
		}
		if !comment && !code && !strings.Contains(whole, "<!--") {
			if next, rest, ok := Begins(whole); ok {
				next.Line, paragraph = number, len(next.lines)
				add(next)
				words = rest
			}
			if m := track.FindStringSubmatchIndex(words); m != nil {
				column := strings.Index(whole, "{{") + 1
				switch t, ok := importer.ParseDate(words[m[2]:m[3]]); {
				case !ok:
					note(diag.LostInImport, number, column, "the time %q is not valid", words[m[2]:m[3]])
				case current.At.IsZero() || paragraph > 0:
					if !current.At.IsZero() || current.plain && paragraph > 0 {
						own := slices.Clone(current.lines[paragraph:])
						current.lines = current.lines[:paragraph]
						add(Block{Label: Label{Role: Middle}, Line: number - len(own), lines: own})
					}
					current.At, paragraph = t, 0
					used[[2]int{number, column}] = true
					words = words[:m[0]] + words[m[1]:]
				}
			}
		}
		opened, closed := strings.LastIndex(words, "<!--"), strings.LastIndex(words, "-->")
		comment = closed <= opened && (comment || opened >= 0)
		current.lines = append(current.lines, words)
		if strings.TrimSpace(words) == "" {
			paragraph = len(current.lines)
		}
	}
	add(Block{})
	return oldestFirst(blocks), used
}

// Begins reports whether a line begins with a label, and returns the block that it begins, and the
// rest of the line.
func Begins(line string) (b Block, rest string, ok bool) {
	if m := bracket.FindStringSubmatch(line); m != nil && !strings.HasPrefix(m[2], "(") {
		b.Role, b.At = roleOf(m[1]), dateIn(m[1])
		if !plainLabel.MatchString(strings.TrimSpace(m[1])) && b.At.IsZero() {
			b.lines = []string{"**" + strings.TrimSpace(m[1]) + "**", ""}
		}
		return b, m[2], true
	}
	m := labelled.FindStringSubmatch(line)
	if m == nil {
		return b, "", false
	}
	b.Label, ok = labels[strings.ToLower(strings.TrimSpace(m[1]))]
	return b, m[4], ok && (m[2]+m[3] != "" || m[4] == "")
}

// oldestFirst reverses the blocks if the newest comes first. Text above the labels, such as a
// summary, stays the first block, and says nothing about their order.
func oldestFirst(blocks []Block) []Block {
	own := blocks
	preamble := len(own) > 0 && own[0].plain && own[0].At.IsZero()
	if preamble || len(own) > 0 && own[0].Role == Postmortem {
		own = own[1:]
	}
	if len(own) < 2 {
		return blocks
	}
	first, last := own[0], own[len(own)-1]
	one, other := first.rank(), last.rank()
	switch {
	case !first.At.IsZero() && !last.At.IsZero():
		preamble = !first.At.After(last.At)
	case one != other && one > 0 && other > 0:
		preamble = one < other
	case first.Role == Initial, last.Role == Final:
		preamble = true
	}
	if !preamble {
		slices.Reverse(own)
	}
	return blocks
}

// rank returns how late a block is in an incident, or 0 if it does not say.
func (b *Block) rank() int {
	switch {
	case b.Status != 0:
		return 1 + int(b.Status)
	case b.Role == Initial && !b.plain:
		return 1
	case b.Role == Final:
		return 1 + int(incident.Resolved)
	}
	return 0
}

// Settle assigns a time to every block: the start to the first block, the end to a final block of
// something that has ended, and to the others the time they state or, without one, a time evenly
// spaced between their neighbours. It returns the blocks by time; at least one.
func Settle(blocks []Block, start, end time.Time, ended bool, note Note) []Block {
	if len(blocks) == 0 {
		return []Block{{At: start}}
	}
	stamp := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	put := func(b *Block, to time.Time, what string) {
		if !b.At.IsZero() && !b.At.Equal(to) {
			note(diag.GuessInImport, b.Line, 1, "the time of this update, %s, was replaced by the %s, %s", stamp(b.At), what, stamp(to))
		}
		b.At = to
	}
	last, first := len(blocks)-1, blocks[0].Line
	put(&blocks[0], start, "start")
	if ended && last > 0 && blocks[last].Role == Final {
		put(&blocks[last], end, "end")
	}
	guessed := false
	for n := range blocks {
		b := &blocks[n]
		if !b.At.IsZero() {
			if b.At.Before(start) || ended && b.At.After(end) {
				note(diag.GuessInImport, b.Line, 1, "the time of this update, %s, is before the start or after the end", stamp(b.At))
			}
			continue
		}
		guessed = true
		next := n + 1 // the next block with a time
		for next <= last && blocks[next].At.IsZero() {
			next++
		}
		before, count := blocks[n-1].At, time.Duration(next-n+1)
		until := before.Add(count * time.Minute)
		if next <= last {
			until = blocks[next].At
		} else if ended {
			until = end
		}
		b.At = incident.Later(before, before.Add(until.Sub(before)/count).Truncate(time.Second))
	}
	if guessed {
		note(diag.GuessInImport, first, 1, "updates without a time were spaced evenly between the others")
	}
	slices.SortStableFunc(blocks, func(a, b Block) int { return a.At.Compare(b.At) })
	return blocks
}

// Updates returns the updates of an incident, one for each block, by time; see Settle.
func Updates(blocks []Block, end time.Time, ended bool) (updates []importer.Update) {
	status := incident.Investigating
	for n, b := range blocks {
		closes := n > 0 && (b.Role == Final || n == len(blocks)-1)
		switch {
		case ended && n > 0 && b.At.After(end), ended && closes && !b.At.Before(end):
			status = incident.Resolved
		case b.Status == incident.Resolved, n > 0 && b.Role == Final:
			status = incident.Monitoring // it claims to be resolved, but was not yet
		case b.Status != 0:
			status = b.Status
		}
		updates = append(updates, importer.Update{Body: b.Text(), Update: incident.Update{Status: status, Date: b.At}})
	}
	return updates
}

func roleOf(label string) Role {
	label = strings.ToLower(label)
	switch {
	case strings.HasPrefix(label, "initial"), strings.HasPrefix(label, "open"):
		return Initial
	case strings.HasPrefix(label, "final"), strings.HasPrefix(label, "clos"), strings.HasPrefix(label, "end"):
		return Final
	}
	return Middle
}

// dateIn returns the date and time in a label, or zero.
func dateIn(label string) (t time.Time) {
	if m := isoDate.FindStringSubmatch(label); m != nil {
		t, _ = time.Parse("2006-1-2 15:4", m[1]+" "+m[2]+":"+m[3])
	} else if m := longDate.FindStringSubmatch(label); m != nil {
		t, _ = time.Parse("2 January 2006 15:4", strings.Join(m[1:4], " ")+" "+m[4]+":"+m[5])
	}
	return t
}
