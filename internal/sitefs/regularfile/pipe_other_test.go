//go:build !unix

package regularfile

import "testing"

func makePipe(t *testing.T, _ string) {
	t.Helper()
	t.Skip("this system has no pipes among its files")
}
