package recordsource

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"

	"settler.io/crier/internal/publish/record"
)

// live returns a function that reads the record's files from the live site, bypassing caches.
func live(ctx context.Context, client *http.Client, base string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+record.Dir+"/"+name, nil)
		if err != nil {
			return nil, err
		}
		request.Header.Set("Cache-Control", "no-cache")
		request.Header.Set("User-Agent", "crier")
		response, err := client.Do(request)
		if err != nil {
			var wrapped *url.Error
			if errors.As(err, &wrapped) {
				err = wrapped.Err
			}
			return nil, err
		}
		defer response.Body.Close()
		switch response.StatusCode {
		case http.StatusOK:
		case http.StatusNotFound, http.StatusGone:
			return nil, fs.ErrNotExist
		default:
			return nil, fmt.Errorf("the site answered %s", response.Status)
		}
		raw, err := io.ReadAll(io.LimitReader(response.Body, record.MaxFileSize+1))
		if err == nil && len(raw) > record.MaxFileSize {
			err = fmt.Errorf("%s is larger than %d bytes", name, record.MaxFileSize)
		}
		return raw, err
	}
}
