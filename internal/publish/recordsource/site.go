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

// readSite reads the files of the record that the live site has.
func readSite(ctx context.Context, client *http.Client, base string) (map[string][]byte, error) {
	files := map[string][]byte{}
	names := []string{record.Index}
	for n := 0; n < len(names); n++ {
		raw, err := get(ctx, client, base+record.Dir+"/"+names[n])
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		files[names[n]] = raw
		if n == 0 {
			_, listed, _ := record.ParseIndex(raw)
			names = append(names, listed...)
		}
	}
	return files, nil
}

// get reads a file of the live site, bypassing caches.
func get(ctx context.Context, client *http.Client, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
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
		err = fmt.Errorf("%s is larger than %d bytes", address, record.MaxFileSize)
	}
	return raw, err
}
