package content

import (
	"bytes"
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

// isDraft reports whether a file is a draft or may be meant as one. It reports all doubt as
// findings. It removes the keys that it read from root.
func isDraft(d *frontmatter.Decoder, root *frontmatter.Node, front front, repaired bool) bool {
	entries := takeKey(root, "draft", 2)
	draft, public, doubt := false, false, false
	unclear := func(at *frontmatter.Node, hint, format string, args ...any) {
		doubt = true
		d.Report(diag.UnclearDraft, at, hint, format+", so this file is withheld", args...)
	}
	for _, e := range entries {
		switch {
		case !sameKey(d, e, "draft"):
			unclear(place(e), `did you mean "draft"?`, "the unknown key %q may mean draft", e.Key)
		case saysNo(e.Value):
			public = true
			if e.Value.Kind != frontmatter.Bool {
				d.Canonical(e.Value, e.Value.Text, "false")
			}
		case saysTrue(e.Value):
			draft = true
		default:
			unclear(e.Value, "write draft: true or draft: false", "%s where true or false belongs", e.Value.Describe())
		}
	}
	if draft && public {
		unclear(place(entries[len(entries)-1]), "keep one of the two", "draft is set twice, with different values")
	} else if n := len(entries); n > 1 && !doubt {
		d.Report(diag.DuplicateKey, place(entries[n-1]), "keep one of the two", "%q is set twice, first in line %d", "draft", entries[0].Line)
	}
	for _, at := range nestedDrafts(root, nil) {
		unclear(at, "write draft at the start of its line, without indentation", "the key draft is inside the value of another")
	}
	if repaired {
		for _, line := range draftLines(front.text) {
			if !slices.ContainsFunc(entries, func(e frontmatter.Entry) bool { return e.Line == line }) {
				unclear(&frontmatter.Node{Line: line, Column: 1}, "write draft: true or draft: false on a line of its own", "this line may mean draft")
			}
		}
	}
	return draft || doubt
}

// isPublic reports whether the front matter of a post-mortem clearly says that it is public. It
// removes the keys that it read from root.
func isPublic(d *frontmatter.Decoder, root *frontmatter.Node) bool {
	said, doubt := false, false
	for _, e := range takeKey(root, "public", 2) {
		switch {
		case !sameKey(d, e, "public"):
			doubt = true
			d.Report(diag.UnclearDraft, place(e), `did you mean "public"?`, "the unknown key %q may mean public, so this post-mortem is not public", e.Key)
		case saysNo(e.Value):
			doubt = true
			if e.Value.Kind != frontmatter.Bool {
				d.Canonical(e.Value, e.Value.Text, "false")
			}
		case saysTrue(e.Value):
			if said {
				d.Report(diag.DuplicateKey, place(e), "keep one of the two", "%q is set twice", "public")
			}
			said = true
		default:
			doubt = true
			d.Report(diag.UnclearDraft, e.Value, "write public: true or public: false", "%s where true or false belongs, so this post-mortem is not public", e.Value.Describe())
		}
	}
	if said && doubt {
		d.Report(diag.UnclearDraft, root, "keep public: true only", "public is set twice, with different values, so this post-mortem is not public")
	}
	return said && !doubt
}

// readHold returns the hold stated in front matter. It removes the keys that it read from root.
func readHold(d *frontmatter.Decoder, root *frontmatter.Node) incident.Hold {
	var hold incident.Hold
	var first *frontmatter.Entry
	for _, e := range takeKey(root, "hold", 1) {
		switch {
		case !sameKey(d, e, "hold"):
			hold = incident.Hold{Unclear: true}
			d.Report(diag.UnclearHold, place(e), `did you mean "hold"?`, "the unknown key %q may mean hold", e.Key)
		case e.Value.Kind == frontmatter.Null:
		case first != nil:
			d.Report(diag.DuplicateKey, place(e), "keep one of the two", "%q is set twice, first in line %d", "hold", first.Line)
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
	if key == word || len(key) > 4*len(word) {
		return key == word
	}
	strange := 0 // letters that are not in the word; each is one typing error
	for i := range len(key) {
		if key[i] < utf8.RuneSelf && strings.IndexByte(word, key[i]) < 0 {
			strange++
		}
	}
	return strange <= slips && diag.Edits(key, word) <= slips
}

// sameKey reports whether the key of an entry is the given word. If it is written in another form,
// sameKey reports that.
func sameKey(d *frontmatter.Decoder, e frontmatter.Entry, word string) bool {
	if frontmatter.Fold(e.Key) != word {
		return false
	}
	if e.Key != word {
		d.Canonical(place(e), e.Key, word)
	}
	return true
}

func place(e frontmatter.Entry) *frontmatter.Node {
	return &frontmatter.Node{Line: e.Line, Column: e.Column}
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
				found = append(found, place(inner))
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
