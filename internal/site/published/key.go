package published

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/content"
)

// Hash returns the hash of the parts of a key, as 32 hexadecimal digits. Each part is hashed after
// its length, so that no two lists of parts are equal.
func Hash(parts ...string) string {
	var text []byte
	for _, part := range parts {
		text = append(strconv.AppendInt(text, int64(len(part)), 10), ':')
		text = append(text, part...)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// Key stands for all that is made of this incident alone, in the languages: an equal key means
// equal bytes. It begins with the salt, which stands for everything else. It is "" where it is not
// known: a text without a hash, or one with links into the site, which depends on other files.
func (i *Incident) Key(salt string, c *content.Content, languages []string) string {
	if len(i.Linking) > 0 {
		return ""
	}
	parts, known := []string{salt, i.ID}, true
	add := func(source string) {
		sum, ok := c.Sums[source]
		known = known && ok
		parts = append(parts, source, sum.String())
	}
	texts := func(source string, translations map[string]incident.Translation) {
		add(source)
		for _, code := range languages {
			if t, ok := translations[code]; ok {
				add(t.Path)
			}
		}
	}
	for n := range i.Steps {
		u := i.Steps[n].Update
		parts = append(parts, u.ID, u.Date.UTC().Format(time.RFC3339Nano), i.PublishedAt(n).UTC().Format(time.RFC3339Nano))
		if u.Path != "" {
			texts(u.Path, u.Translations)
		}
	}
	if i.HasPostmortem() {
		texts(i.Postmortem.Path, i.Postmortem.Translations)
	}
	if !known {
		return ""
	}
	return Hash(parts...)
}
