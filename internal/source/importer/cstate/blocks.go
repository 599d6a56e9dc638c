package cstate

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
)

// role is the role of a block in an issue.
type role uint8

const (
	initial role = iota
	middle
	final
	postmortem
)

// label is what a label such as "*Investigating*" says.
type label struct {
	role   role
	status incident.Status // 0: unchanged
}

// block is a part of an issue's text that was an update of its own.
type block struct {
	label
	plain bool      // it has no label
	at    time.Time // zero if not stated
	line  int
	text  []string
}

func (b *block) body() string { return strings.Trim(strings.Join(b.text, "\n"), "\n") }

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
var labelWords = map[label]string{
	{middle, incident.Investigating}: "investigating,scheduled,তদন্ত চলছে,untersuchung,wird untersucht,investigando,enquête,investigation,investigasi,indagine,調査中,tiriama," +
		"истражување,onderzoek,badanie,investigação,investigare,расследование,utreder,iniimbestigahan,inceleniyor,розслідування",
	{middle, incident.Identified}: "identified,in progress,চিহ্নিত,identifiziert,identificado,identifié,teridentifikasi,identificato,特定済み,nustatyta," +
		"идентификувано,geïdentificeerd,zidentyfikowano,identificat,выявлено,identifierat,natukoy,belirlendi,виявлено",
	{middle, incident.Monitoring}: "monitoring,পর্যবেক্ষণ,überwachung,wird beobachtet,monitoreando,supervisando,surveillance,pemantauan,monitoraggio,監視中,stebima," +
		"следење,bewaking,monitorowanie,monitorando,monitorizare,мониторинг,övervakar,sinusubaybayan,izleniyor,моніторинг",
	{final, incident.Resolved}: "resolved,fixed,completed,সমাধান করা হয়েছে,gelöst,behoben,resuelto,solucionado,résolu,selesai,risolto,解決済み,išspręsta problema," +
		"решено,opgelost,rozwiązano,resolvido,rezolvat,löst,na-resolba,çözümlendi,вирішено",
	{middle, 0}: "update,updated,edit,হালনাগাদ,aktualisierung,actualización,mise à jour,pembaruan,aggiornamento,更新,atnaujinimas,ажурирање,aktualizacja," +
		"atualização,actualizare,обновление,uppdatering,güncelleme,оновлення",
	{postmortem, 0}: "post-mortem,postmortem,post mortem",
}

// labels returns the labels by their words.
func labels() map[string]label {
	known := map[string]label{}
	for l, words := range labelWords {
		for word := range strings.SplitSeq(words, ",") {
			known[word] = l
		}
	}
	return known
}

// split splits an issue's text into its updates, oldest first. It also returns the line and column
// of the shortcodes that gave a time. Labels and times in HTML comments and code blocks are text.
func (r *reader) split(p post) (blocks []block, used map[[2]int]bool) {
	used = map[[2]int]bool{}
	current := block{plain: true, line: p.line}
	add := func(next block) {
		if current.body() != "" || !current.plain {
			blocks = append(blocks, current)
		}
		current = next
	}
	comment, code, paragraph := false, false, 0 // paragraph: where it starts in current.text
	for n, line := range strings.Split(p.body, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "```") && !comment {
			code = !code
		}
		if text := !comment && !code && !strings.Contains(line, "<!--"); text {
			if next, rest, ok := r.label(line); ok {
				next.line, paragraph = p.line+n, len(next.text)
				add(next)
				line = rest
			}
			if m := track.FindStringSubmatchIndex(line); m != nil {
				if t, ok := parseDate(line[m[2]:m[3]]); !ok {
					r.Note(diag.LostInImport, diag.Position{Path: p.path, Line: p.line + n}, "the time %q is not valid", line[m[2]:m[3]])
				} else if current.at.IsZero() || paragraph > 0 {
					if !current.at.IsZero() || current.plain && paragraph > 0 {
						own := slices.Clone(current.text[paragraph:])
						current.text = current.text[:paragraph]
						add(block{label: label{role: middle}, line: p.line + n - len(own), text: own})
					}
					current.at, paragraph = t, 0
					whole := strings.Split(p.body, "\n")[n]
					used[[2]int{p.line + n, strings.Index(whole, "{{") + 1}] = true
					line = line[:m[0]] + line[m[1]:]
				}
			}
		}
		if opened := strings.LastIndex(line, "<!--"); opened >= 0 {
			comment = true
		}
		if closed := strings.LastIndex(line, "-->"); closed >= 0 && closed > strings.LastIndex(line, "<!--") {
			comment = false
		}
		current.text = append(current.text, line)
		if strings.TrimSpace(line) == "" {
			paragraph = len(current.text)
		}
	}
	add(block{})
	return oldestFirst(blocks), used
}

// label returns the block that a line begins, and the rest of the line.
func (r *reader) label(line string) (b block, rest string, ok bool) {
	if m := bracket.FindStringSubmatch(line); m != nil && !strings.HasPrefix(m[2], "(") {
		b.role, b.at = roleOf(m[1]), dateIn(m[1])
		if !plainLabel.MatchString(strings.TrimSpace(m[1])) && b.at.IsZero() {
			b.text = []string{"**" + strings.TrimSpace(m[1]) + "**", ""}
		}
		return b, m[2], true
	}
	m := labelled.FindStringSubmatch(line)
	if m == nil {
		return b, "", false
	}
	b.label, ok = r.labels[strings.ToLower(strings.TrimSpace(m[1]))]
	return b, m[4], ok && (m[2]+m[3] != "" || m[4] == "")
}

// oldestFirst reverses the blocks if the newest comes first. Text above the labels, such as a
// summary, stays the first block, and says nothing about their order.
func oldestFirst(blocks []block) []block {
	own := blocks
	preamble := len(own) > 0 && own[0].plain && own[0].at.IsZero()
	if preamble || len(own) > 0 && own[0].role == postmortem {
		own = own[1:]
	}
	if len(own) < 2 {
		return blocks
	}
	first, last := own[0], own[len(own)-1]
	one, other := first.rank(), last.rank()
	switch {
	case !first.at.IsZero() && !last.at.IsZero():
		preamble = !first.at.After(last.at)
	case one != other && one > 0 && other > 0:
		preamble = one < other
	case first.role == initial, last.role == final:
		preamble = true
	}
	if !preamble {
		slices.Reverse(own)
	}
	return blocks
}

// rank returns how late a block is in an incident, or 0 if it does not say.
func (b *block) rank() int {
	switch {
	case b.status != 0:
		return 1 + int(b.status)
	case b.role == initial && !b.plain:
		return 1
	case b.role == final:
		return 1 + int(incident.Resolved)
	}
	return 0
}

func roleOf(label string) role {
	label = strings.ToLower(label)
	switch {
	case strings.HasPrefix(label, "initial"), strings.HasPrefix(label, "open"):
		return initial
	case strings.HasPrefix(label, "final"), strings.HasPrefix(label, "clos"), strings.HasPrefix(label, "end"):
		return final
	}
	return middle
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

var separator = regexp.MustCompile(`^(\d{4}-\d{1,2}-\d{1,2})[Tt ]+`)

// parseDate parses a date in the forms used by cState sites. Without a zone it is in UTC, as in
// Hugo.
func parseDate(text string) (time.Time, bool) {
	text = strings.ToUpper(separator.ReplaceAllString(strings.TrimSpace(text), "$1 "))
	for _, layout := range []string{"2006-1-2", "2006-1-2 15:4", "2006-1-2 15:4:5"} {
		for _, zone := range []string{"", "Z07:00", " Z07:00", "Z0700", " Z0700"} {
			if t, err := time.Parse(layout+zone, text); err == nil {
				return t.UTC(), true
			}
		}
	}
	return time.Time{}, false
}
