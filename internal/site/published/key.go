package published

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/content"
)

// Digest hashes the parts of a key. Each part is preceded by its length, so that no two lists of
// parts are equal. The parts are few and short, so they are collected first.
type Digest struct{ parts []byte }

func (d *Digest) Add(parts ...string) {
	for _, part := range parts {
		d.parts = append(strconv.AppendInt(d.parts, int64(len(part)), 10), ':')
		d.parts = append(d.parts, part...)
	}
}

func (d *Digest) Number(n int64) {
	d.Add(strconv.FormatInt(n, 10))
}

func (d *Digest) time(t time.Time) {
	d.Number(t.Unix())
	d.Number(int64(t.Nanosecond()))
}

// Key returns the hash, as 32 hexadecimal digits.
func (d *Digest) Key() string {
	sum := sha256.Sum256(d.parts)
	return hex.EncodeToString(sum[:16])
}

// Key stands for all that is made of this incident alone, in the languages: an equal key means
// equal bytes. It begins with the salt, which stands for everything else. It is "" where it is not
// known: a text without a hash, or one with links into the site, which depends on other files.
func (i *Incident) Key(salt string, c *content.Content, languages []string) string {
	if len(i.Linking) > 0 {
		return ""
	}
	var d Digest
	d.Add(salt, i.ID)
	known := true
	add := func(source string) {
		sum, ok := c.Sums[source]
		known = known && ok
		d.Add(source, string(sum[:]))
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
		d.Add(u.ID)
		d.time(u.Date)
		d.time(i.PublishedAt(n))
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
	return d.Key()
}
