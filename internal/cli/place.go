package cli

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path"

	"settler.io/crier/internal/sitefs/regularfile"
)

// placed is what became of files that a command puts into a site.
type placed struct {
	written []string
	equal   []string // were there already, with the same content
	kept    []string // were there already with other content, and were left alone
}

// place puts a file below a folder unless there is one of that name, which is never overwritten.
func (p *placed) place(target *os.Root, name string, content []byte, mode fs.FileMode, dryRun bool) error {
	old, err := regularfile.Read(target, name, regularfile.Asset)
	switch {
	case err == nil && bytes.Equal(old, content):
		p.equal = append(p.equal, name)
		return nil
	case err == nil, errors.As(err, new(*regularfile.TooLargeError)):
		p.kept = append(p.kept, name)
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if dryRun {
		p.written = append(p.written, name)
		return nil
	}
	if err := target.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := target.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	p.written = append(p.written, name)
	return errors.Join(err, file.Close())
}
