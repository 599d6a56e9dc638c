package httpclient

import (
	"path/filepath"
	"strings"
	"testing"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/testsite/testenv"
)

func TestReadToken(t *testing.T) {
	dir := t.TempDir()
	testenv.Write(t, dir, "token", "s3cret\n")
	testenv.Write(t, dir, "empty", "\n")
	testenv.Write(t, dir, "two", "s3cret\ns3cret\n")
	if token, err := ReadToken(filepath.Join(dir, "token"), "token"); token != "s3cret" || err != nil {
		t.Error(token, err)
	}
	for name, want := range map[string]string{"empty": "empty does not contain a token", "two": "two does not contain a token", "none": "cannot read the token: "} {
		if _, err := ReadToken(filepath.Join(dir, name), name); err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "s3cret") || diag.HintOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
