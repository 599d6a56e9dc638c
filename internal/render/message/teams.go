package message

import "strings"

// Teams returns the body of a request to a workflow of Microsoft Teams that posts an Adaptive Card
// (adaptivecards.io/explorer, version 1.4). The text is in RichTextBlocks, in which nothing is
// markup; mentions would need entities, and there are none.
func Teams(m Message) ([]byte, error) {
	title := cut(m.Title, titleLimit)
	body := []object{{"type": "RichTextBlock", "id": cut(m.ID, 255), "inlines": []object{{"type": "TextRun", "text": title, "weight": "Bolder", "size": "Medium"}}}}
	for _, b := range blocks(m) {
		inlines := []object{}
		if b.marker != "" {
			inlines = append(inlines, object{"type": "TextRun", "text": strings.Repeat("    ", b.indent-1) + b.marker + " "})
		}
		for _, r := range b.runs {
			text := object{"type": "TextRun", "text": r.text}
			if r.bold {
				text["weight"] = "Bolder"
			}
			if r.code || b.code {
				text["fontType"] = "Monospace"
			}
			if r.italic || b.quote {
				text["italic"] = true
			}
			if r.strike {
				text["strikethrough"] = true
			}
			if r.url != "" {
				text["selectAction"] = object{"type": "Action.OpenUrl", "url": r.url}
			}
			inlines = append(inlines, text)
		}
		body = append(body, object{"type": "RichTextBlock", "inlines": inlines})
	}
	card := object{
		"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "fallbackText": title,
		"body": body, "actions": []object{{"type": "Action.OpenUrl", "title": cut(m.Page, 100), "url": m.URL}},
	}
	return encode(object{"type": "message", "attachments": []object{{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}}})
}
