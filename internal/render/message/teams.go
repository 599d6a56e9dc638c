package message

import (
	"encoding/json"
	"strings"
)

// teamsLimit keeps a card below the 28 KB that Teams accepts, in any script.
const teamsLimit = 4000

// Teams returns the body of a request to a workflow of Microsoft Teams that posts an Adaptive Card
// (adaptivecards.io/explorer, version 1.4). The text is in RichTextBlocks, in which nothing is
// markup; mentions would need entities, and there are none.
func Teams(m Message) ([]byte, error) {
	type object = map[string]any
	body := []object{{"type": "RichTextBlock", "id": cut(m.ID, 255), "inlines": []object{{"type": "TextRun", "text": cut(m.heading(), 500), "weight": "Bolder", "size": "Medium"}}}}
	for _, b := range limit(blocks(m.HTML), teamsLimit) {
		inlines := []object{}
		if b.marker != "" {
			inlines = append(inlines, object{"type": "TextRun", "text": strings.Repeat("    ", max(b.indent-1, 0)) + b.marker + " "})
		}
		for _, r := range b.runs {
			piece := object{"type": "TextRun", "text": r.text}
			for _, style := range []struct {
				on         bool
				key, value string
			}{{r.bold, "weight", "Bolder"}, {r.code || b.code, "fontType", "Monospace"}} {
				if style.on {
					piece[style.key] = style.value
				}
			}
			if r.italic || b.quote {
				piece["italic"] = true
			}
			if r.strike {
				piece["strikethrough"] = true
			}
			if strings.HasPrefix(r.url, "http") {
				piece["selectAction"] = object{"type": "Action.OpenUrl", "url": r.url}
			}
			inlines = append(inlines, piece)
		}
		body = append(body, object{"type": "RichTextBlock", "inlines": inlines})
	}
	card := object{
		"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "fallbackText": cut(m.heading(), 500),
		"body": body, "actions": []object{{"type": "Action.OpenUrl", "title": cut(m.Page, 100), "url": m.URL}},
	}
	return json.Marshal(object{"type": "message", "attachments": []object{{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}}})
}
