package cli

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path"

	"settler.io/crier/internal/sitefs/regularfile"
)

// placed lists the files that a command wrote to a site, and those that it left alone.
type placed struct {
	written []string
	equal   []string // already existed with the same content
	kept    []string // already existed with other content, and were left alone
}

// place writes a file below target. It never overwrites an existing file.
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
