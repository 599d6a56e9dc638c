package recordsource

import (
	"context"
	"errors"
	"net/http"

	"settler.io/crier/internal/httpclient"
	"settler.io/crier/internal/publish/record"
)

// readSite reads the files of the record that the live site has.
func readSite(ctx context.Context, transport http.RoundTripper, base string) (map[string][]byte, error) {
	client := httpclient.New(httpclient.Options{Transport: transport, Timeout: limit, MaxBody: record.MaxFileSize + 1})
	files := map[string][]byte{}
	names := []string{record.Index}
	for n := 0; n < len(names); n++ {
		raw, err := httpclient.Get(ctx, client, base+record.Dir+"/"+names[n])
		if status := (*httpclient.StatusError)(nil); errors.As(err, &status) && (status.Code == http.StatusNotFound || status.Code == http.StatusGone) {
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
