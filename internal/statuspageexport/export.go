// Package statuspageexport downloads an export of a page of Atlassian Statuspage into a folder, for
// package source/importer/statuspage. It sends at most one request per second, and only for files
// that the folder lacks, so an interrupted download continues where it stopped.
package statuspageexport

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/httpclient"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/sitefs/regularfile"
)

// MaxFile is the limit of a file of an export, in bytes.
const MaxFile = 32 << 20

const (
	api     = "https://api.statuspage.io/v1/pages/"
	perPage = 100 // elements of a list
)

// Export is an export of a page. What it contains is not public.
type Export struct {
	Folder    string // absolute; it is made if necessary
	Site      string // the folder of the site that it is imported to, absolute
	Page      string // its id
	Key       string // of the API; sent to nobody else
	Transport http.RoundTripper
	Wait      func(context.Context, time.Duration) error
	Progress  func(file string)

	root   *os.Root
	client *http.Client
}

var pageID = regexp.MustCompile(`^[a-z0-9]+$`)

// check returns an error if the page cannot be downloaded into the folder. Nothing of an export may
// get into a repository.
func (e Export) check() error {
	_, inRepository := sitefs.InRepository(sitefs.RealPath(e.Folder))
	below, err := filepath.Rel(sitefs.RealPath(e.Site), sitefs.RealPath(e.Folder))
	switch {
	case !pageID.MatchString(e.Page):
		return diag.Usage(fmt.Errorf("%q is not the id of a page", e.Page),
			"copy it from the URL of Statuspage: https://manage.statuspage.io/pages/ID")
	case e.Key == "":
		return diag.Usage(errors.New("there is no API key"), "set STATUSPAGE_API_KEY to one from https://manage.statuspage.io/account/info")
	case inRepository || err == nil && filepath.IsLocal(below):
		return diag.Hinted(fmt.Errorf("%s is in the site or in a git repository", e.Folder),
			"name a folder outside of it: what is not public must not get into git")
	}
	return nil
}

// Result says what was downloaded besides the page.
type Result struct {
	Emails, Others int     // subscribers in subscribers.csv, and those who can't be moved
	Missing        []error // why history.atom or subscribers.csv is missing
}

// Download adds the files that the folder lacks.
func (e Export) Download(ctx context.Context) (result Result, err error) {
	if err := e.check(); err != nil {
		return result, err
	}
	if err := os.MkdirAll(e.Folder, 0o700); err != nil {
		return result, err
	}
	if e.root, err = os.OpenRoot(e.Folder); err != nil {
		return result, err
	}
	defer e.root.Close()
	e.client = httpclient.New(httpclient.Options{Transport: e.Transport, MaxBody: MaxFile})
	if err := e.download(ctx, &result); err != nil {
		return result, diag.Hinted(fmt.Errorf("the export is not complete: %w", err),
			"run the command again: it continues where it stopped")
	}
	return result, nil
}

func (e Export) download(ctx context.Context, result *Result) error {
	raw, err := e.file(ctx, "page.json", api+e.Page)
	if err != nil {
		return err
	}
	var about struct{ Domain, Subdomain string }
	if err := json.Unmarshal(raw, &about); err != nil {
		return fmt.Errorf("page.json: %w", err)
	}
	for _, name := range []string{"components", "component-groups", "incidents"} {
		if _, err := e.list(ctx, name); err != nil {
			return err
		}
	}
	host := cmp.Or(about.Domain, about.Subdomain+".statuspage.io")
	if _, err := e.file(ctx, "history.atom", "https://"+host+"/history.atom"); err != nil {
		result.Missing = append(result.Missing, fmt.Errorf("history.atom: %w", err))
	}
	if err := e.subscribers(ctx, result); err != nil {
		result.Missing = append(result.Missing, fmt.Errorf("subscribers.csv: %w", err))
	}
	return ctx.Err()
}

// subscribers writes the subscribers by e-mail to a CSV file, in the columns that listmonk imports.
func (e Export) subscribers(ctx context.Context, result *Result) error {
	list, err := e.list(ctx, "subscribers")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"email", "name", "attributes"})
	for _, raw := range list {
		var s struct {
			Mode, Email string
			Quarantined string   `json:"quarantined_at"`
			Components  []string `json:"components"`
		}
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		address, err := mail.ParseAddress(s.Email)
		if err != nil || address.Address != s.Email || s.Quarantined != "" || s.Mode != "email" {
			result.Others++
			continue
		}
		attributes := ""
		if len(s.Components) > 0 {
			raw, _ := json.Marshal(map[string][]string{"statuspage_components": s.Components})
			attributes = string(raw)
		}
		w.Write([]string{s.Email, "", attributes})
		result.Emails++
	}
	w.Flush()
	return e.keep("subscribers.csv", b.Bytes())
}

// list downloads a list, in one file for each page of it, and returns its elements.
func (e Export) list(ctx context.Context, name string) (all []json.RawMessage, err error) {
	for n := 1; ; n++ {
		file := fmt.Sprintf("%s-%03d.json", name, n)
		// The number of elements has one name for components and another for incidents.
		raw, err := e.file(ctx, file, fmt.Sprintf("%s%s/%s?per_page=%d&limit=%d&page=%d", api, e.Page, name, perPage, perPage, n))
		if err != nil {
			return nil, err
		}
		var part []json.RawMessage
		if err := json.Unmarshal(raw, &part); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if all = append(all, part...); len(part) < perPage {
			return all, nil
		}
	}
}

// file returns a file of the folder, and downloads it if there is none.
func (e Export) file(ctx context.Context, name, url string) ([]byte, error) {
	raw, err := regularfile.Read(e.root, name, MaxFile)
	if !errors.Is(err, fs.ErrNotExist) {
		return raw, err
	}
	e.Progress(name)
	if raw, err = e.get(ctx, url); err != nil {
		return nil, err
	} else if strings.HasSuffix(name, ".json") && !json.Valid(raw) {
		return nil, fmt.Errorf("the answer for %s is not JSON", name)
	}
	return raw, e.keep(name, raw)
}

// keep writes a file, whole or not at all.
func (e Export) keep(name string, raw []byte) error {
	const part = "download.part"
	if err := regularfile.Write(e.root, part, raw, 0o600); err != nil {
		return err
	}
	return e.root.Rename(part, name)
}

// get returns the answer to a request, and then waits a second, or as long as Statuspage asks.
func (e Export) get(ctx context.Context, url string) ([]byte, error) {
	for try := 1; ; try++ {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return nil, err
		}
		own := strings.HasPrefix(url, api)
		request.Header.Set("User-Agent", "crier")
		if own {
			request.Header.Set("Authorization", "OAuth "+e.Key)
		}
		response, err := e.client.Do(request)
		if err != nil {
			return nil, err
		}
		raw, err := io.ReadAll(response.Body)
		response.Body.Close()
		code, pause := response.StatusCode, time.Second
		busy := code == 420 || code == http.StatusTooManyRequests || code >= 500
		if busy {
			seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
			pause = time.Duration(min(max(seconds, 10), 300)) * time.Second
		}
		if waiting := e.Wait(ctx, pause); err == nil {
			err = waiting
		}
		switch {
		case err != nil:
			return nil, err
		case own && (code == http.StatusUnauthorized || code == http.StatusForbidden):
			return nil, errors.New("the key in STATUSPAGE_API_KEY was refused")
		case code == http.StatusOK:
			return raw, nil
		case !busy || try == 5:
			return nil, fmt.Errorf("%s answered %s", request.URL.Host+request.URL.Path, response.Status)
		}
	}
}
