package cli

import "syscall"

// largePages asks Linux for pages of 2 MB instead of 4 KB. The first access to a page takes several
// microseconds on a virtual machine, which adds up to a twentieth of a cold build. Errors are
// ignored because large pages are optional.
func largePages(memory []byte) { _ = syscall.Madvise(memory, syscall.MADV_HUGEPAGE) }
