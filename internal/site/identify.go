package site

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"regexp"
	"slices"
	"strings"

	"settler.io/crier/internal/site/links"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/config"
)

// Identify returns the permanent id that the API has for something, made from its kind and slug: 12
// characters of a to z and 0 to 9.
func Identify(kind, slug string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + slug))
	// The remainder of the hash by 36^12, in base 36.
	const modulus = 4738381338321616896
	var rest uint64
	for i := 0; i < len(sum); i += 8 {
		_, rest = bits.Div64(rest, binary.BigEndian.Uint64(sum[i:]), modulus)
	}
	var text [12]byte
	for i := range slices.Backward(text[:]) {
		text[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[rest%36]
		rest /= 36
	}
	return string(text[:])
}

var statuspageID = regexp.MustCompile(`^[a-z0-9]{12}$`)

// codeOf is the id of an incident or maintenance in the API. A folder that is named like an id of
// Statuspage was imported from there, and keeps it.
func codeOf(s *published.Incident) string {
	if statuspageID.MatchString(s.ID) {
		return s.ID
	}
	return Identify(strings.ToLower(s.Kind()), s.ID)
}

// guidOf is the permanent id of an incident or maintenance in /history.rss.
func (p *Site) guidOf(s *published.Incident) string {
	if statuspageID.MatchString(s.ID) { // Statuspage has one path for both, without a slash at its end
		return p.Meta.BaseURL + "incidents/" + s.ID
	}
	return p.Meta.URL(refOf(s))
}

func componentCode(c *config.Component) string {
	return cmp.Or(c.Code, Identify("component", c.ID))
}

// UpdateCode is the id of an update in the API. The name of a file that was imported from
// Statuspage ends in it.
func (r *Record) UpdateCode(id string) string {
	if code := id[strings.LastIndexByte(id, '-')+1:]; statuspageID.MatchString(r.ID) && statuspageID.MatchString(code) {
		return code
	}
	return Identify("update", links.Section(&r.History)+r.ID+"/"+id)
}
