package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// Values decodes the JSON files of a kind, such as issues.json and issues-2.json, and calls a
// function for each value in them: `gh api --paginate` writes several lists to a file. It stops at
// the first error, and adds the name of the file.
func Values[T any](fsys fs.FS, kind string, each func(name string, value T) error) error {
	names, _ := fs.Glob(fsys, kind+"*.json")
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		for first := true; first || d.More(); first = false {
			var value T
			err := d.Decode(&value)
			if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
				return fmt.Errorf("%s ends too early: it is not complete", name)
			} else if err == nil {
				err = each(name, value)
			}
			if err != nil {
				return fmt.Errorf("%s has another shape than an export: %w", name, err)
			}
		}
	}
	return nil
}
