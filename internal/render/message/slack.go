package message

import (
	"encoding/json"
	"strconv"
	"strings"
)

// slackLimit is how much text a message may have: far below Slack's limits, and enough to read.
const slackLimit = 3000

// Slack returns the body of a request to an incoming webhook of Slack
// (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). The text is in rich_text
// blocks, in which nothing is markup or a mention; "text" is for notifications.
func Slack(m Message) ([]byte, error) {
	type object = map[string]any
	header := object{"type": "rich_text_section", "elements": []object{{"type": "link", "url": m.URL, "text": cut(m.heading(), 500), "style": object{"bold": true}}}}
	elements := []object{header}
	for _, b := range limit(blocks(m.HTML), slackLimit) {
		section := object{"type": "rich_text_section", "elements": slackRuns(b)}
		switch {
		case b.code:
			section["type"] = "rich_text_preformatted"
		case b.quote:
			section["type"] = "rich_text_quote"
		case b.marker != "":
			style := "ordered"
			if b.marker == "•" {
				style = "bullet"
			}
			section = object{"type": "rich_text_list", "style": style, "indent": min(max(b.indent-1, 0), 8), "elements": []object{section}}
			if n, err := strconv.Atoi(strings.TrimSuffix(b.marker, ".")); err == nil && n > 1 {
				section["offset"] = n - 1
			}
		}
		elements = append(elements, section)
	}
	// Slack reads <, > and & in "text" as the start of mentions and links.
	text := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(cut(m.heading(), 500))
	return json.Marshal(object{"text": text, "blocks": []object{{"type": "rich_text", "block_id": cut(m.ID, 255), "elements": elements}}})
}

func slackRuns(b block) []map[string]any {
	list := []map[string]any{}
	if b.marker == "" && !b.code && !b.quote { // a section continues the line of the one before it
		list = append(list, map[string]any{"type": "text", "text": "\n"})
	}
	for _, r := range b.runs {
		element := map[string]any{"type": "text", "text": r.text}
		if r.url != "" {
			element["type"], element["url"] = "link", r.url
		}
		style := map[string]bool{}
		for name, on := range map[string]bool{"bold": r.bold, "italic": r.italic, "strike": r.strike, "code": r.code} {
			if on {
				style[name] = true
			}
		}
		if len(style) > 0 && !b.code {
			element["style"] = style
		}
		list = append(list, element)
	}
	return list
}
