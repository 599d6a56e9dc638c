package cli

import (
	"bytes"
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

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/httpclient"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/importer/statuspage"
)

// maxExport is the limit of a file of an export, in bytes.
const maxExport = 32 << 20

type statuspageOptions struct {
	importOptions
	files, subscribers string
	client             *http.Client
	asked              bool // a request was sent
}

func newImportStatuspage(a *app.App) *cobra.Command {
	o := &statuspageOptions{importOptions: importOptions{App: a}}
	command := &cobra.Command{
		Use:   "statuspage [PAGE_ID]",
		Short: "Import a page of Atlassian Statuspage",
		Long: `Turn a page of Atlassian Statuspage into config.toml and content/ of the site.

With PAGE_ID, the command first downloads what the folder of --files lacks, at one request per second, with the API key in
STATUSPAGE_API_KEY. An interrupted run continues where it stopped; for a new export, name a new folder. Without PAGE_ID, it reads
only the files. Existing files of the site are never overwritten. --dry-run lists what would become what.

--subscribers writes the e-mail subscribers to a CSV file for the provider of your mailing list. E-mail addresses don't belong in
git, so neither this file nor the export may be in the site or in a repository.`,
		Example: `  crier import statuspage kctbh9vrtdwd --files ../export --subscribers ../subscribers.csv --site new
  crier import statuspage --files ../export --site new --dry-run`,
		Args: app.Arguments(0, 1, "at most the id of a page"),
		RunE: func(command *cobra.Command, args []string) error { return o.run(command.Context(), args) },
	}
	flags := command.Flags()
	flags.StringVar(&o.files, "files", "", "`folder` of the export")
	flags.StringVar(&o.subscribers, "subscribers", "", "write the e-mail subscribers to this CSV `file`")
	app.DryRunFlag(command, &o.dryRun)
	return command
}

var pageID = regexp.MustCompile(`^[a-z0-9]+$`)

func (o *statuspageOptions) run(ctx context.Context, args []string) error {
	page, key := strings.Join(args, ""), strings.TrimSpace(o.Getenv("STATUSPAGE_API_KEY"))
	o.Secrets.Add(key)
	switch {
	case o.files == "":
		return app.Usage(errors.New("--files is missing"), "name the folder of the export, such as --files ../export")
	case page != "" && !pageID.MatchString(page):
		return app.Usage(fmt.Errorf("%q is not the id of a page", page), "copy it from the URL of Statuspage: https://manage.statuspage.io/pages/ID")
	case o.subscribers != "" && page == "":
		return app.Usage(errors.New("--subscribers needs the id of the page"), "add it, and set STATUSPAGE_API_KEY")
	}
	o.client = httpclient.New(httpclient.Options{Transport: o.Transport, MaxBody: maxExport})
	var subscribers []byte
	if page != "" {
		for flag, name := range map[string]string{"files": o.files, "subscribers": o.subscribers} {
			if name != "" && o.private(name) {
				return app.Hinted(fmt.Errorf("--%s %s is in the site or in a git repository", flag, name), "name a path outside of it: what is not public must not get into git")
			}
		}
		if err := o.download(ctx, page, key); err != nil {
			return app.Hinted(fmt.Errorf("the export is not complete: %w", err), "run the command again: it continues where it stopped")
		}
		if o.subscribers != "" {
			var err error
			if subscribers, err = o.emails(ctx, page, key); err != nil {
				return app.Hinted(fmt.Errorf("cannot read the subscribers: %w", err), "run the command again, or leave out --subscribers")
			}
		}
	}
	const hint = "name a folder with page.json and incidents.json, or delete the file that is not complete and import again"
	source, err := os.OpenRoot(o.Path(o.files))
	if err != nil {
		return app.Hinted(fmt.Errorf("cannot open the export: %w", err), hint)
	}
	defer source.Close()
	site, err := statuspage.Read(regularfile.FS(source, maxExport))
	if err := o.write(site, err, hint); err != nil || o.subscribers == "" || o.dryRun {
		return err
	}
	return o.writeSubscribers(subscribers)
}

// private reports whether a path is in the site or in a git repository, where what is not public
// must not be.
func (o *statuspageOptions) private(name string) bool {
	real := func(name string) string {
		if folder, err := filepath.EvalSymlinks(name); err == nil {
			return folder
		}
		if folder, err := filepath.EvalSymlinks(filepath.Dir(name)); err == nil {
			return filepath.Join(folder, filepath.Base(name))
		}
		return name
	}
	own := real(o.Path(name))
	below, err := filepath.Rel(real(o.Folder()), own)
	_, found := sitefs.InRepository(own)
	return found || err == nil && filepath.IsLocal(below)
}

// download adds the files that the export lacks.
func (o *statuspageOptions) download(ctx context.Context, page, key string) error {
	folder := o.Path(o.files)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	keep := func(name, url, key string) ([]byte, error) {
		raw, err := regularfile.Read(root, name, maxExport)
		if err == nil && (json.Valid(raw) || key == "") || err != nil && !errors.Is(err, fs.ErrNotExist) {
			return raw, err
		}
		o.progress(name)
		if raw, err = o.get(ctx, url, key); err == nil {
			err = sitefs.Replace(folder, name, string(raw))
		}
		return raw, err
	}
	defer o.progress("")
	api := statuspageAPI + page
	raw, err := keep("page.json", api, key)
	if err != nil {
		return err
	}
	var about struct{ Domain, Subdomain string }
	if err := json.Unmarshal(raw, &about); err != nil {
		return fmt.Errorf("page.json: %w", err)
	}
	for _, list := range [][2]string{{"components", "per_page"}, {"component-groups", "per_page"}, {"incidents", "limit"}} {
		err := pages(func(n int) ([]byte, error) {
			return keep(fmt.Sprintf("%s-%03d.json", list[0], n), fmt.Sprintf("%s/%s?%s=%d&page=%d", api, list[0], list[1], perPage, n), key)
		}, func(json.RawMessage) error { return nil })
		if err != nil {
			return fmt.Errorf("%s: %w", list[0], err)
		}
	}
	host := about.Domain
	if host == "" && about.Subdomain != "" {
		host = about.Subdomain + ".statuspage.io"
	}
	if _, err := keep("history.atom", "https://"+host+"/history.atom", ""); err != nil && ctx.Err() == nil {
		fmt.Fprintf(o.Stderr, "warning: there is no history.atom: %v\n  hint: save it from the page as %s, so that entries keep their ids\n", err, filepath.Join(o.files, "history.atom"))
	}
	return ctx.Err()
}

const (
	statuspageAPI = "https://api.statuspage.io/v1/pages/"
	perPage       = 100
)

// pages reads the pages of a list, up to the first that is not full.
func pages(read func(n int) ([]byte, error), each func(json.RawMessage) error) error {
	for n := 1; ; n++ {
		raw, err := read(n)
		if err != nil {
			return err
		}
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			return fmt.Errorf("page %d is not a list: %w", n, err)
		}
		for _, item := range list {
			if err := each(item); err != nil {
				return err
			}
		}
		if len(list) < perPage {
			return nil
		}
	}
}

// progress shows on a terminal what is being downloaded; "" clears the line.
func (o *statuspageOptions) progress(what string) {
	if o.Terminal.Interactive {
		fmt.Fprintf(o.Stderr, "\r\x1b[K%s", what)
	}
}

// get returns the answer to a request. It waits a second between requests, and as long as
// Statuspage asks.
func (o *statuspageOptions) get(ctx context.Context, url, key string) ([]byte, error) {
	if key == "" && strings.HasPrefix(url, statuspageAPI) {
		return nil, errors.New("there is no API key: set STATUSPAGE_API_KEY to one from https://manage.statuspage.io/account/info")
	}
	for try := 1; ; try++ {
		if o.asked {
			if err := o.Wait(ctx, time.Second); err != nil {
				return nil, err
			}
		}
		o.asked = true
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return nil, err
		}
		request.Header.Set("User-Agent", "crier")
		if key != "" {
			request.Header.Set("Authorization", "OAuth "+key)
		}
		response, err := o.client.Do(request)
		if err != nil {
			return nil, err
		}
		raw, err := io.ReadAll(response.Body)
		response.Body.Close()
		switch code := response.StatusCode; {
		case err != nil:
			return nil, err
		case code == http.StatusOK:
			return raw, nil
		case key != "" && (code == http.StatusUnauthorized || code == http.StatusForbidden):
			return nil, errors.New("the key in STATUSPAGE_API_KEY was refused")
		case code != 420 && code != http.StatusTooManyRequests && code < 500, try == 5:
			return nil, fmt.Errorf("%s answered %s", request.URL.Host+request.URL.Path, response.Status)
		}
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
		if err := o.Wait(ctx, time.Duration(min(max(seconds, 10), 300))*time.Second); err != nil {
			return nil, err
		}
	}
}

// emails returns the e-mail subscribers as a CSV file, in the columns that listmonk imports.
func (o *statuspageOptions) emails(ctx context.Context, page, key string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"email", "name", "attributes"})
	written, others := 0, 0
	err := pages(func(n int) ([]byte, error) {
		o.progress(fmt.Sprintf("subscribers, page %d", n))
		return o.get(ctx, fmt.Sprintf("%s%s/subscribers?limit=%d&page=%d", statuspageAPI, page, perPage, n), key)
	}, func(item json.RawMessage) error {
		var s struct {
			Mode, Email string
			Quarantined string   `json:"quarantined_at"`
			Components  []string `json:"components"`
		}
		if err := json.Unmarshal(item, &s); err != nil {
			return err
		}
		address, err := mail.ParseAddress(s.Email)
		if err != nil || address.Address != s.Email || s.Quarantined != "" || s.Mode != "email" {
			others++
			return nil
		}
		attributes := ""
		if len(s.Components) > 0 {
			raw, _ := json.Marshal(map[string][]string{"statuspage_components": s.Components})
			attributes = string(raw)
		}
		written++
		return w.Write([]string{s.Email, "", attributes})
	})
	o.progress("")
	if err != nil {
		return nil, err
	}
	w.Flush()
	fmt.Fprintf(o.Stdout, "%s by e-mail; %d others (SMS, webhooks, chats, quarantined) can't be moved.\n", report.Count(written, "subscriber"), others)
	return b.Bytes(), w.Error()
}

// writeSubscribers writes the CSV file, which only its owner may read.
func (o *statuspageOptions) writeSubscribers(content []byte) error {
	name := o.Path(o.subscribers)
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		if old, err := regularfile.ReadPath(name, regularfile.Own); err == nil && bytes.Equal(old, content) {
			return nil
		}
		return app.Hinted(fmt.Errorf("%s exists with other content, and was left alone", o.subscribers), "name another file")
	}
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err != nil {
		os.Remove(name)
	}
	return err
}
