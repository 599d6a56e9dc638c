package message

import "strings"

// Discord returns the body of a request to a webhook of Discord
// (docs.discord.com/developers/resources/webhook, "Execute Webhook"), within its limits
// (docs.discord.com/developers/resources/message, "Embed Limits"). It mentions nobody.
func Discord(m Message) ([]byte, error) {
	var text strings.Builder
	for i, b := range blocks(m) {
		if i > 0 {
			text.WriteString("\n")
			if b.marker == "" {
				text.WriteString("\n")
			}
		}
		text.WriteString(discordBlock(b))
	}
	embed := object{
		"title": cut(discordEscape(m.Title), 256), "url": m.URL, "color": m.Color, "footer": object{"text": cut(m.Page, titleLimit)},
	}
	if text.Len() > 0 {
		embed["description"] = cut(text.String(), 4096)
	}
	return encode(object{"embeds": []object{embed}, "allowed_mentions": object{"parse": []string{}}})
}

func discordBlock(b block) string {
	var out strings.Builder
	for _, r := range b.runs {
		if b.code {
			out.WriteString(r.text)
		} else {
			out.WriteString(discordRun(r))
		}
	}
	text := out.String()
	switch {
	case b.code:
		return "```\n" + strings.ReplaceAll(text, "```", "ˋˋˋ") + "\n```"
	case b.quote:
		return "> " + strings.ReplaceAll(text, "\n", "\n> ")
	case b.marker != "":
		return strings.Repeat("  ", b.indent-1) + strings.Replace(b.marker, "•", "-", 1) + " " + text
	}
	return text
}

func discordRun(r run) string {
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
