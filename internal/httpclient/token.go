package httpclient

import (
	"fmt"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/sitefs/regularfile"
)

// ReadToken reads a file that contains only a token. shown is the name of the file in errors, which
// do not contain the token.
func ReadToken(name, shown string) (string, error) {
	const hint = "name a file that contains only the token"
	raw, err := regularfile.ReadPath(name, regularfile.Text)
	if err != nil {
		return "", diag.Hinted(fmt.Errorf("cannot read the token: %w", err), hint)
	}
	token := strings.TrimSpace(string(raw))
	if token == "" || strings.ContainsAny(token, " \t\r\n") {
		return "", diag.Hinted(fmt.Errorf("%s does not contain a token", shown), hint)
	}
	return token, nil
}
