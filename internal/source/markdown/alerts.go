package markdown

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// alertForm is the first line of a quote that is an alert, as GitHub writes them.
var alertForm = regexp.MustCompile(`^\[!(?i:(NOTE|TIP|IMPORTANT|WARNING|CAUTION))\][ \t]*\n$`)

// alertKey is the attribute of a quote that is an alert: its word, such as "Warning".
const alertKey = "alert"

// alerts finds the quotes that are alerts, and removes the lines that say so.
type alerts struct{}

func (alerts) Transform(document *ast.Document, reader text.Reader, _ parser.Context) {
	ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		first := n.FirstChild()
		if !entering || n.Kind() != ast.KindBlockquote || first == nil || first.Kind() != ast.KindParagraph || first.Lines().Len() == 0 {
			return ast.WalkContinue, nil
		}
		line := first.Lines().At(0)
		found := alertForm.FindSubmatch(line.Value(reader.Source()))
		if found == nil {
			return ast.WalkContinue, nil
		}
		var marker []ast.Node
		for child := first.FirstChild(); child != nil; child = child.NextSibling() {
			words, ok := child.(*ast.Text)
			if !ok { // a link with that name
				return ast.WalkContinue, nil
			}
			marker = append(marker, child)
			if words.SoftLineBreak() || words.HardLineBreak() {
				break
			}
		}
		for _, child := range marker {
			first.RemoveChild(first, child)
		}
		word := string(found[1])
		n.SetAttributeString(alertKey, strings.ToUpper(word[:1])+strings.ToLower(word[1:]))
		return ast.WalkContinue, nil
	})
}

func alertParsers() parser.Option {
	return parser.WithASTTransformers(util.Prioritized(alerts{}, 998))
}

// alertOf returns the word of an alert; "" for another quote.
func alertOf(n ast.Node) string {
	word, _ := n.AttributeString(alertKey)
	text, _ := word.(string)
	return text
}

func (p *page) blockquote(n ast.Node, entering bool) {
	word := alertOf(n)
	switch {
	case word == "" && entering:
		p.WriteString("<blockquote>\n")
	case word == "":
		p.WriteString("</blockquote>\n")
	case entering:
		p.WriteString(`<div class="alert ` + strings.ToLower(word) + "\">\n<p><strong>" + word + "</strong></p>\n")
	default:
		p.WriteString("</div>\n")
	}
}
