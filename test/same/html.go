package main

import (
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// canonical returns a document in a form that is equal for equivalent documents: HTML as its tree,
// and the texts of feeds as the trees that they parse to.
func canonical(name string, document []byte) string {
	switch path.Ext(name) {
	case ".html":
		return tree(string(document))
	case ".rss", ".atom", ".xml":
		return texts(string(document))
	}
	return string(document)
}

// tree returns the tree that HTML parses to. It drops white space next to blocks, as browsers do.
func tree(document string) string {
	root, err := html.Parse(strings.NewReader(document))
	if err != nil {
		return document
	}
	var b strings.Builder
	var write func(n *html.Node, kept bool)
	write = func(n *html.Node, kept bool) {
		switch n.Type {
		case html.TextNode:
			if text := n.Data; kept {
				b.WriteString(text + "\n")
			} else if text = shown(n); text != "" {
				b.WriteString(text + "\n")
			}
		case html.ElementNode:
			b.WriteString("<" + n.Data)
			for _, a := range n.Attr {
				b.WriteString(" " + a.Key + "=" + a.Val)
			}
			b.WriteString(">\n")
			kept = kept || n.Data == "pre" || n.Data == "script" || n.Data == "style"
		case html.DoctypeNode, html.CommentNode:
			b.WriteString("<!" + n.Data + ">\n")
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			write(child, kept)
		}
		if n.Type == html.ElementNode {
			b.WriteString("</" + n.Data + ">\n")
		}
	}
	write(root, false)
	return b.String()
}

// shown returns the text of a node as browsers show it: runs of white space become one space, or
// nothing next to a block.
func shown(n *html.Node) string {
	text := strings.Join(strings.Fields(n.Data), " ")
	blank := text == ""
	if inline(n.PrevSibling) && strings.TrimLeft(n.Data, " \t\r\n") != n.Data {
		text = " " + text
	}
	if inline(n.NextSibling) && strings.TrimRight(n.Data, " \t\r\n") != n.Data && (!blank || text == " ") {
		text = strings.TrimRight(text, " ") + " "
	}
	return text
}

func inline(n *html.Node) bool {
	return n != nil && n.Type == html.ElementNode && slices.Contains(strings.Fields("a abbr b bdi code del em i img input small span strong sub sup time var"), n.Data)
}

// texts returns the elements of an XML document, with each text as the tree that it parses to as
// HTML.
func texts(document string) string {
	var b strings.Builder
	decoder := xml.NewDecoder(strings.NewReader(document))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			return document
		}
		switch token := token.(type) {
		case xml.StartElement:
			b.WriteString("<" + token.Name.Space + token.Name.Local)
			for _, a := range token.Attr {
				b.WriteString(" " + a.Name.Space + a.Name.Local + "=" + a.Value)
			}
			b.WriteString(">\n")
		case xml.EndElement:
			b.WriteString("</" + token.Name.Local + ">\n")
		case xml.CharData:
			b.WriteString(tree(string(token)))
		case xml.ProcInst:
			b.WriteString("<?" + token.Target + " " + string(token.Inst) + "\n")
		case xml.Comment:
			b.WriteString("<!" + string(token) + "\n")
		}
	}
}
