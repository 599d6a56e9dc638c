package message

import (
	"strconv"
	"strings"
)

// Slack returns the body of a request to an incoming webhook of Slack
// (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). The text is in rich_text
// blocks, in which nothing is markup or a mention; "text" is for notifications.
func Slack(m Message) ([]byte, error) {
	title := cut(m.Title, titleLimit)
	heading := object{"type": "link", "url": m.URL, "text": title, "style": object{"bold": true}}
	elements := []object{{"type": "rich_text_section", "elements": []object{heading}}}
	for _, b := range blocks(m) {
		section := object{"type": "rich_text_section", "elements": slackRuns(b)}
		switch {
		case b.code:
			section["type"] = "rich_text_preformatted"
		case b.quote:
			section["type"] = "rich_text_quote"
		case b.marker != "":
			list := object{"type": "rich_text_list", "style": "bullet", "indent": min(b.indent-1, 8), "elements": []object{section}}
			if n, err := strconv.Atoi(strings.TrimSuffix(b.marker, ".")); err == nil {
				list["style"], list["offset"] = "ordered", max(n-1, 0)
			}
			section = list
		}
		elements = append(elements, section)
	}
	// Slack reads <, > and & in "text" as the start of mentions and links.
	text := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(title)
	return encode(object{"text": text, "blocks": []object{{"type": "rich_text", "block_id": cut(m.ID, 255), "elements": elements}}})
}

func slackRuns(b block) []object {
	list := []object{}
	if b.marker == "" && !b.code && !b.quote { // a section continues the line of the one before it
		list = append(list, object{"type": "text", "text": "\n"})
	}
	for _, r := range b.runs {
		element := object{"type": "text", "text": r.text}
		if r.url != "" {
			element["type"], element["url"] = "link", r.url
		}
		style := object{}
		for name, on := range map[string]bool{"bold": r.bold, "italic": r.italic, "strike": r.strike, "code": r.code} {
			if on && !b.code {
				style[name] = true
			}
		}
		if len(style) > 0 {
			element["style"] = style
		}
		list = append(list, element)
	}
	return list
}
