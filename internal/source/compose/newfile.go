package compose

// NewFile is a file that is added to a site.
type NewFile struct {
	Path       string // slash-separated
	Bytes      []byte
	Executable bool
	Sample     bool // an example, not needed if the site already has content
	// Mark is how the file begins if Crier wrote it earlier; then it is replaced. "": never.
	Mark string
}
