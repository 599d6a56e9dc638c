package content

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/frontmatter"
)

// A draft must never be published by accident, so any doubt withholds a file. This file holds all
// of that logic.

// Withholds reports whether a finding means that a file in content/, or part of what it says, is
// withheld until someone corrects it.
func Withholds(f diag.Finding) bool {
	if !strings.HasPrefix(f.Position.Path, "content/") {
		return false
	}
	switch f.Kind {
	case diag.UnclearDraft, diag.UnclearHold, diag.BadSyntax, diag.TooDeep, diag.NoFrontMatter, diag.NotUTF8, diag.FileTooLarge, diag.UnreadableFile:
		return true
	}
	return false
}

// flag is what front matter says about a key that is true or false.
type flag struct {
	*frontmatter.Decoder
	word    string
	effect  string // of doubt, such as "this file is withheld"
	entries []frontmatter.Entry
	yes, no bool // it is stated
	doubt   bool // something else is stated, or both
}

func (f *flag) unclear(at *frontmatter.Node, hint, format string, args ...any) {
	f.doubt = true
	f.Report(diag.UnclearDraft, at, hint, format+", so "+f.effect, args...)
}

// read reads the flag, and keys at most two typing errors away from it. It reports all doubt as
// findings, and removes the keys from root.
func (f *flag) read(root *frontmatter.Node) {
	f.entries = takeKey(root, f.word, 2)
	for _, e := range f.entries {
		switch {
		case !sameKey(f.Decoder, e, f.word):
			f.unclear(e.Place(), fmt.Sprintf("did you mean %q?", f.word), "the unknown key %q may mean %s", e.Key, f.word)
		case saysNo(e.Value):
			f.no = true
			if e.Value.Kind != frontmatter.Bool {
				f.Canonical(e.Value, e.Value.Text, "false")
			}
		case saysTrue(e.Value):
			f.yes = true
		default:
			f.unclear(e.Value, fmt.Sprintf("write %[1]s: true or %[1]s: false", f.word), "%s where true or false belongs", e.Value.Describe())
		}
	}
	if n := len(f.entries); f.yes && f.no {
		f.unclear(f.entries[n-1].Place(), "keep one of the two", "%s is set twice, with different values", f.word)
	} else if n > 1 && !f.doubt {
		f.Report(diag.DuplicateKey, f.entries[n-1].Place(), "keep one of the two", "%q is set twice, first in line %d", f.word, f.entries[0].Line)
	}
}

// isDraft reports whether a file is a draft or may be meant as one. It reports all doubt as
// findings. It removes the keys that it read from the front matter.
func isDraft(d *frontmatter.Decoder, file parsed) bool {
	draft := flag{Decoder: d, word: "draft", effect: "this file is withheld"}
	draft.read(file.root)
	for _, at := range nestedDrafts(file.root, nil) {
		draft.unclear(at, "write draft at the start of its line, without indentation", "the key draft is inside the value of another")
	}
	if len(file.repairs) > 0 {
		for _, line := range draftLines(file.front.text) {
			if !slices.ContainsFunc(draft.entries, func(e frontmatter.Entry) bool { return e.Line == line }) {
				draft.unclear(&frontmatter.Node{Line: line, Column: 1}, "write draft: true or draft: false on a line of its own", "this line may mean draft")
			}
		}
	}
	return draft.yes || draft.doubt
}

// isPublic reports whether the front matter of a post-mortem clearly says that it is public. It
// removes the keys that it read from root.
func isPublic(d *frontmatter.Decoder, root *frontmatter.Node) bool {
	public := flag{Decoder: d, word: "public", effect: "this post-mortem is not public"}
	public.read(root)
	return public.yes && !public.doubt
}

// readHold returns the hold stated in front matter. It removes the keys that it read from root.
func readHold(d *frontmatter.Decoder, root *frontmatter.Node) incident.Hold {
	var hold incident.Hold
	var first *frontmatter.Entry
	for _, e := range takeKey(root, "hold", 1) {
		switch {
		case !sameKey(d, e, "hold"):
			hold = incident.Hold{Unclear: true}
			d.Report(diag.UnclearHold, e.Place(), `did you mean "hold"?`, "the unknown key %q may mean hold", e.Key)
		case e.Value.Kind == frontmatter.Null:
		case first != nil:
			d.Report(diag.DuplicateKey, e.Place(), "keep one of the two", "%q is set twice, first in line %d", "hold", first.Line)
			if e.Value.Kind != first.Value.Kind || e.Value.Text != first.Value.Text {
				hold = incident.Hold{Unclear: true}
			}
		default:
			first = &e
			if own, ok := oneHold(d, e.Value); !ok || hold.Unclear {
				hold = incident.Hold{Unclear: true}
			} else {
				hold = own
			}
		}
	}
	return hold
}

// oneHold reads the value of a hold: a duration or a time.
func oneHold(d *frontmatter.Decoder, n *frontmatter.Node) (hold incident.Hold, ok bool) {
	before := len(d.Findings)
	if text, isText := d.Text(n); isText && frontmatter.LooksLikeDate(text) {
		hold.Until, ok = d.Instant(n)
	} else if isText {
		hold.For, ok = d.Duration(n)
	}
	for i := before; i < len(d.Findings); i++ {
		d.Findings[i].Kind = diag.UnclearHold
		d.Findings[i].Message += ", so it counts as the longest hold"
	}
	return hold, ok
}

// takeKey removes and returns the entries of a key, including entries whose key is at most the
// given number of typing errors away from it.
func takeKey(root *frontmatter.Node, key string, slips int) []frontmatter.Entry {
	var taken []frontmatter.Entry
	root.Entries = slices.DeleteFunc(root.Entries, func(e frontmatter.Entry) bool {
		if !isLike(e.Key, key, slips) {
			return false
		}
		taken = append(taken, e)
		return true
	})
	return taken
}

func isLike(key, word string, slips int) bool {
	key = frontmatter.Fold(key)
	longer := utf8.RuneCountInString(key) - len(word) // the word is ASCII
	return max(longer, -longer) <= slips && diag.Edits(key, word) <= slips
}

// sameKey reports whether the key of an entry is the given word. If it is written in another form,
// sameKey reports that.
func sameKey(d *frontmatter.Decoder, e frontmatter.Entry, word string) bool {
	if frontmatter.Fold(e.Key) != word {
		return false
	}
	if e.Key != word {
		d.Canonical(e.Place(), e.Key, word)
	}
	return true
}

// saysNo reports whether a value means false.
func saysNo(n *frontmatter.Node) bool {
	if n.Tag != "" {
		return false
	}
	switch n.Kind {
	case frontmatter.Text, frontmatter.Bool, frontmatter.Integer:
		switch strings.ToLower(strings.TrimSpace(n.Text)) {
		case "false", "no", "off", "n", "0", "f":
			return true
		}
	}
	return false
}

func saysTrue(n *frontmatter.Node) bool {
	return n.Kind == frontmatter.Bool && n.Tag == "" && strings.EqualFold(n.Text, "true")
}

// nestedDrafts finds keys named draft in the values of other keys, where wrong indentation puts
// them. It ignores those whose value is a condition, since a component may be named draft.
func nestedDrafts(n *frontmatter.Node, found []*frontmatter.Node) []*frontmatter.Node {
	for _, e := range n.Entries {
		for _, inner := range e.Value.Entries {
			if _, condition := incident.ParseCondition(frontmatter.Fold(inner.Value.Text)); frontmatter.Fold(inner.Key) == "draft" && !condition {
				found = append(found, inner.Place())
			}
		}
		found = nestedDrafts(e.Value, found)
	}
	for _, item := range n.Items {
		found = nestedDrafts(&frontmatter.Node{Entries: []frontmatter.Entry{{Value: item}}}, found)
	}
	return found
}

// draftLines finds the lines of damaged front matter that may mark a draft and do not clearly say
// that the file is not one.
func draftLines(text []byte) []int {
	var lines []int
	for n, line := range strings.Split(string(bytes.ToValidUTF8(text, nil)), "\n") {
		const around = " \t\r-?!{[,\"'"
		end := strings.IndexAny(line, ":=")
		if end < 0 {
			word, _, _ := strings.Cut(strings.Trim(line, around), " ")
			if isLike(word, "draft", 0) {
				lines = append(lines, n+2)
			}
			continue
		}
		value, _, _ := strings.Cut(line[end+1:], " #")
		value = strings.Trim(value, " \t\r\"'")
		if isLike(strings.Trim(line[:end], around), "draft", 2) && !saysNo(&frontmatter.Node{Kind: frontmatter.Text, Text: value}) {
			lines = append(lines, n+2)
		}
	}
	return lines
}

// dropped reports what YAML ignores: a tag or an anchor, or a comment in place of a value.
func dropped(d *frontmatter.Decoder, n *frontmatter.Node, front front) {
	for _, e := range n.Entries {
		if e.Value.Kind == frontmatter.Null && e.Value.Comment != "" {
			d.Report(diag.DroppedText, e.Value, "if it is the value, quote it: "+strconv.Quote(e.Value.Comment), "YAML reads %q as a comment", e.Value.Comment)
		}
		dropped(d, e.Value, front)
	}
	for _, item := range n.Items {
		dropped(d, item, front)
	}
	anchor, isAnchor := strings.CutPrefix(n.Tag, "&")
	if n.Tag == "" || isAnchor && bytes.Contains(front.text, []byte("*"+anchor)) {
		return
	}
	hint := "delete it"
	if n.Kind != frontmatter.Map && n.Kind != frontmatter.List {
		hint = "put the text in quotes: " + strconv.Quote(strings.TrimSpace(n.Tag+" "+n.Text))
	}
	d.Report(diag.DroppedText, n, hint, "YAML ignores %q", n.Tag)
}
