package site

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"

	"settler.io/crier/internal/site/published"
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

// codeOf is the id of an incident or maintenance in the API.
func codeOf(s *published.Incident) string { return Identify(strings.ToLower(s.Kind()), s.ID) }
