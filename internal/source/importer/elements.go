package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"settler.io/crier/internal/diag"
)

// Elements calls a function for every element of the arrays in a JSON file: those at the top, which
// may follow each other, and those below the keys of an object. key is "" at the top. Other values
// of keys are passed on as they are. It stops at the first error, and adds the position.
func Elements(name string, raw []byte, each func(key string, at diag.Position, value json.RawMessage) error) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	at := diag.Position{Path: name}
	value := func(key string) error {
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		start := raw[:d.InputOffset()-int64(len(value))]
		at.Line, at.Column = 1+bytes.Count(start, []byte("\n")), len(start)-bytes.LastIndexByte(start, '\n')
		return each(key, at, value)
	}
	array := func(key string) error {
		for d.More() {
			if err := value(key); err != nil {
				return err
			}
		}
		_, err := d.Token()
		return err
	}
	top := func() error {
		token, err := d.Token()
		switch {
		case err != nil:
			return err
		case token == json.Delim('['):
			return array("")
		case token != json.Delim('{'):
			return errors.New("neither an array nor an object")
		}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return err
			}
			rest := bytes.TrimLeft(raw[d.InputOffset():], ": \t\r\n")
			if len(rest) > 0 && rest[0] == '[' {
				if _, err = d.Token(); err == nil {
					err = array(key.(string))
				}
			} else {
				err = value(key.(string))
			}
			if err != nil {
				return err
			}
		}
		_, err = d.Token()
		return err
	}
	for first := true; ; first = false {
		err := top()
		switch {
		case err == io.EOF && !first:
			return nil
		case err == io.EOF, errors.Is(err, io.ErrUnexpectedEOF):
			return fmt.Errorf("%s ends too early: it is not complete", name)
		case err != nil:
			return fmt.Errorf("%s:%d:%d: %w", name, max(1, at.Line), max(1, at.Column), err)
		}
	}
}
