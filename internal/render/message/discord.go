package message

import (
	"encoding/json"
	"strings"
)

// Discord's limits (docs.discord.com/developers/resources/message, "Embed Limits").
const (
	discordTitle       = 256
	discordDescription = 4096
)

// Discord returns the body of a request to a webhook of Discord
// (docs.discord.com/developers/resources/webhook, "Execute Webhook"). It mentions nobody.
func Discord(m Message) ([]byte, error) {
	type footer struct {
		Text string `json:"text"`
	}
	type embed struct {
		Title       string `json:"title"`
		URL         string `json:"url"`
		Description string `json:"description,omitempty"`
		Color       int    `json:"color,omitempty"`
		Footer      footer `json:"footer"`
	}
	type mentions struct {
		Parse []string `json:"parse"`
	}
	return json.Marshal(struct {
		Embeds   []embed  `json:"embeds"`
		Mentions mentions `json:"allowed_mentions"`
	}{[]embed{{cut(discordEscape(m.heading()), discordTitle), m.URL, discordText(m), m.Color, footer{cut(m.Page, 200)}}}, mentions{[]string{}}})
}

// discordText returns the text in Discord's Markdown. Escapes can double its length, so what is too
// long is shortened before it is escaped.
func discordText(m Message) string {
	list := blocks(m.HTML)
	for most := discordDescription; ; most /= 2 {
		var out strings.Builder
		for i, b := range limit(list, most) {
			if i > 0 {
				out.WriteString("\n")
				if b.marker == "" {
					out.WriteString("\n")
				}
			}
			out.WriteString(discordBlock(b))
		}
		if text := out.String(); cut(text, discordDescription) == text {
			return text
		}
	}
}

func discordBlock(b block) string {
	var out strings.Builder
	for _, r := range b.runs {
		out.WriteString(discordRun(r, b.code))
	}
	text := out.String()
	switch {
	case b.code:
		return "```\n" + strings.ReplaceAll(strings.TrimRight(text, "\n"), "```", "ˋˋˋ") + "\n```"
	case b.quote:
		return "> " + strings.ReplaceAll(text, "\n", "\n> ")
	case b.marker == "•":
		return strings.Repeat("  ", max(b.indent-1, 0)) + "- " + text
	case b.marker != "":
		return strings.Repeat("  ", max(b.indent-1, 0)) + b.marker + " " + text
	}
	return text
}

func discordRun(r run, preformatted bool) string {
	if preformatted {
		return r.text
	}
	text := discordEscape(r.text)
	if r.code {
		text = "`" + strings.ReplaceAll(r.text, "`", "ˋ") + "`"
	}
	inner := strings.TrimSpace(text)
	if inner == "" {
		return text
	}
	if r.url == r.text {
		return "<" + r.url + ">"
	}
	before, after, _ := strings.Cut(text, inner)
	for _, style := range []struct {
		on   bool
		mark string
	}{{r.italic, "*"}, {r.bold, "**"}, {r.strike, "~~"}} {
		if style.on {
			inner = style.mark + inner + style.mark
		}
	}
	if strings.HasPrefix(r.url, "http") {
		inner = "[" + inner + "](<" + strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20").Replace(r.url) + ">)"
	}
	return before + inner + after
}

// discordEscape makes a text literal: Markdown, mentions (<@1>, @everyone) and bare links.
func discordEscape(text string) string {
	return discordEscaper.Replace(text)
}

// A zero-width space after @ keeps @everyone from being one, also in a copy of the text.
var discordEscaper = strings.NewReplacer(
	`\`, `\\`, `*`, `\*`, `_`, `\_`, `~`, `\~`, "`", "\\`", `|`, `\|`, `>`, `\>`, `<`, `\<`, `#`, `\#`, `[`, `\[`,
	"@", "@\u200b",
)
