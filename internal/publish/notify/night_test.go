package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/disk"
	"settler.io/crier/internal/publish/publishtest"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

// night is a site with 12 updates to 3 incidents, from 02:00 on, and things that must stay private.
func night(t *testing.T, at time.Time) *site.Site {
	t.Helper()
	c, findings, err := config.Parse("config.toml", []byte("title = \"Example\"\nbase_url = \"https://status.example.com/\"\n[[components]]\nid = \"api\"\n"))
	if err != nil || len(findings) > 0 {
		t.Fatal(findings, err)
	}
	files := fstest.MapFS{}
	add := func(name, text string) {
		files["content/incidents/"+name] = &fstest.MapFile{Data: []byte("---\n" + text)}
	}
	begin := time.Date(2026, 10, 2, 2, 0, 0, 0, time.UTC)
	for i, id := range []string{"one", "two", "three"} {
		for n, status := range []string{"investigating", "identified", "monitoring", "resolved"} {
			head := ""
			if n == 0 {
				head = fmt.Sprintf("title: Incident %s\nseverity: P%d\ncomponents: [api]\n", id, i%2)
			}
			date := begin.Add(time.Duration(n*40+i*10) * time.Minute)
			add(fmt.Sprintf("%s/%02d-%s.md", id, n+1, status), fmt.Sprintf("%sstatus: %s\ndate: %s\nimpact: x\neta: unknown\n---\nUpdate %d of %s.\n", head, status, date.Format(time.RFC3339), n+1, id))
		}
	}
	add("one/05-secret.md", "status: resolved\ndate: 2026-10-02T02:30:00Z\ndraft: true\n---\nNEVERSENT draft.\n")
	add("held/01-investigating.md", "title: NEVERSENT held\nseverity: P2\nstatus: investigating\ndate: 2026-10-02T04:59:00Z\nhold: 1h\n---\nNEVERSENT\n")
	add("ahead/01-investigating.md", "title: NEVERSENT ahead\nseverity: P0\nstatus: investigating\ndate: 2026-10-03T02:00:00Z\nimpact: x\neta: unknown\n---\nNEVERSENT\n")
	loaded, findings := content.Load(files, content.Options{Config: c})
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	plan, _ := site.Plan(site.Input{Config: c, Content: loaded, Now: at})
	return plan
}

// chat is a double of a chat: it checks requests against the documented shape, and keeps the keys
// by which a repeat can be recognized.
type chat struct {
	*httptest.Server
	mutex sync.Mutex
	keys  []string
	texts []string
	down  bool
}

func serveChat(t *testing.T, form string) *chat {
	schema := jsonschema.NewCompiler().MustCompile("../../render/message/testdata/" + form + ".schema.json")
	c := &chat{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		body, _ := io.ReadAll(r.Body)
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
		if err == nil {
			err = schema.Validate(value)
		}
		if err != nil || r.Method != "POST" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %v\n%s", form, err, body)
		}
		if c.down {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		c.keys, c.texts = append(c.keys, key(form, body)), append(c.texts, string(body))
	}))
	t.Cleanup(c.Close)
	return c
}

// key returns the part of a message that identifies its update.
func key(form string, body []byte) string {
	var m struct {
		Blocks []struct {
			ID string `json:"block_id"`
		}
		Embeds []struct {
			URL string
		}
		Attachments []struct {
			Content struct{ Body []struct{ ID string } }
		}
	}
	json.Unmarshal(body, &m)
	switch form {
	case "slack":
		return m.Blocks[0].ID
	case "discord":
		_, rest, _ := strings.Cut(m.Embeds[0].URL, "/incidents/")
		return "tag:status.example.com,2005:Incident/" + strings.Replace(rest, "/#", "/", 1)
	}
	return m.Attachments[0].Content.Body[0].ID
}

// firsts returns the keys in the order of their first occurrence.
func firsts(keys []string) []string {
	var list []string
	for _, k := range keys {
		if !slices.Contains(list, k) {
			list = append(list, k)
		}
	}
	return list
}

// TestANight plays 12 updates to 3 incidents, each published to a folder. Every run is killed after
// another step, a request or the writing of the log, and then repeated; one chat is down for an
// hour. Every recipient gets every update at least once, in order, with the same key on a repeat.
func TestANight(t *testing.T) {
	begin := time.Date(2026, 10, 2, 2, 0, 0, 0, time.UTC)
	var want, titles []string
	for _, u := range Updates(night(t, begin.Add(3*time.Hour)), nil) {
		want, titles = append(want, u.FeedID), append(titles, u.message("").Title)
	}
	if len(want) != 12 {
		t.Fatal(want)
	}
	chats := map[string]*chat{}
	hook, list, box := receive(t), serveListmonk(t), serveMail(t)
	recipients := []Recipient{webhook("hook", hook.URL, secret), list.recipient(), box.recipient("a@example.com")}
	for _, form := range []string{"slack", "discord", "teams"} {
		chats[form] = serveChat(t, form)
		recipients = append(recipients, Recipient{Notify: config.Notify{Name: form, Form: form}, URL: chats[form].URL})
	}
	folder, steps := &disk.Folder{Dir: t.TempDir()}, 0
	for minute := -10; minute <= 180; minute += 10 {
		clock := publishtest.NewClock(begin.Add(time.Duration(minute) * time.Minute))
		chats["teams"].down = minute >= 40 && minute < 100
		plan := night(t, clock.Now())
		var shown []string
		for _, u := range plan.Public() {
			shown = append(shown, u.ID+"/"+u.Update)
		}
		folder.Patience = clock.Patience(func(string) {})
		build := publishtest.Build(publishtest.Revision(0, minute+10), clock.Now(), map[string]string{"index.html": fmt.Sprint(shown), "version.json": fmt.Sprint(minute)}, shown...)
		run := func(ctx context.Context, published *publish.Plan, place publish.Target, transport http.RoundTripper) {
			log := &publish.DeliveryLog{Place: place, Warn: func(err error) { t.Error(err) }}
			Delivery{Site: plan, Build: build, Plan: published, Log: log, Recipients: recipients, Transport: transport, Now: clock.Now, Wait: clock.Wait}.Run(ctx)
		}
		before := len(hook.requests)
		if run(t.Context(), nil, folder, nil); len(hook.requests) > before {
			t.Errorf("at minute %d an update was sent before it was published", minute)
		}
		published, err := publish.Run(t.Context(), folder, build, publishtest.Options(folder.Patience))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		killer := &killer{Target: folder, cancel: cancel, left: steps % 9}
		run(ctx, published, killer, killer)
		cancel()
		steps++
		run(t.Context(), published, folder, nil)
	}
	got := map[string][]string{"hook": hook.abouts(), "customers": list.sent}
	for form, c := range chats {
		got[form] = c.keys
	}
	repeats := 0
	for name, keys := range got {
		if !slices.Equal(firsts(keys), want) {
			t.Errorf("%s got %q, not %q", name, firsts(keys), want)
		}
		repeats += len(keys) - len(firsts(keys))
	}
	if repeats == 0 {
		t.Error("no kill came between a message and its note")
	}
	if n := len(list.sent) - len(firsts(list.sent)); n > 0 {
		t.Errorf("%d campaigns were sent twice", n)
	}
	subjects, ids := []string{}, map[string]string{}
	for _, raw := range box.mails["a@example.com"] {
		header, _ := parts(t, raw)
		subject, id := header.Get("Subject"), header.Get("Message-Id")
		if subjects = append(subjects, subject); ids[subject] != "" && ids[subject] != id {
			t.Errorf("%s was repeated as %s, not %s", subject, id, ids[subject])
		}
		ids[subject] = id
	}
	if !slices.Equal(firsts(subjects), titles) {
		t.Errorf("mail came in the order %q", firsts(subjects))
	}
	everything := fmt.Sprint(hook.requests, list.subjects, box.mails)
	for _, c := range chats {
		everything += strings.Join(c.texts, "\n")
	}
	if strings.Contains(everything, "NEVERSENT") {
		t.Error("a draft, a held update or one dated ahead was sent")
	}
}

// killer ends a run after a number of steps: requests, and writing the log.
type killer struct {
	publish.Target
	mutex  sync.Mutex
	left   int
	cancel func()
}

func (k *killer) dead() bool {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.left--; k.left < 0 {
		k.cancel()
	}
	return k.left < 0
}

func (k *killer) RoundTrip(r *http.Request) (*http.Response, error) {
	if k.dead() {
		return nil, context.Canceled
	}
	return http.DefaultTransport.RoundTrip(r)
}

func (k *killer) WriteLog(ctx context.Context, text string) error {
	if k.dead() {
		return context.Canceled
	}
	return k.Target.WriteLog(ctx, text)
}

// TestReminders checks that a chat is reminded every 15 minutes after the last update that it was
// told of, whichever job does it, and no longer once the incident is resolved.
func TestReminders(t *testing.T) {
	r := Recipient{Notify: config.Notify{Name: "incidents", Form: "slack", Severities: []incident.Severity{incident.P0}, Remind: 15 * time.Minute}}
	var got []string
	job := time.Time{} // each job begins where the one before it ended
	for minute := 0; minute <= 180; minute += 5 {
		at := time.Date(2026, 10, 2, 2, minute, 0, 0, time.UTC)
		plan := night(t, at)
		told := func(u Update, channel string) time.Time { return u.Public } // at once
		due, next := reminders(plan, []Recipient{r}, Updates(plan, nil), told, job, at)
		for _, d := range due {
			title := d.update.message("").Title
			got = append(got, at.Format("15:04 ")+title)
			if body, err := d.recipient.body(d.update); err != nil || !strings.Contains(string(body), title) {
				t.Errorf("%s %v", body, err)
			}
		}
		if !next.IsZero() && !next.After(at) {
			t.Errorf("at %s the next reminder is due at %s", at, next)
		}
		job = at
	}
	want := []string{
		"02:15 P0 Incident one: open for 15 min, last update 02:00 UTC, next due 02:30 UTC",
		"02:30 P0 Incident one: open for 30 min, last update 02:00 UTC, next due 02:30 UTC",
		"02:35 P0 Incident three: open for 15 min, last update 02:20 UTC, next due 02:50 UTC",
		"02:50 P0 Incident three: open for 30 min, last update 02:20 UTC, next due 02:50 UTC",
		"02:55 P0 Incident one: open for 55 min, last update 02:40 UTC, next due 03:10 UTC",
		"03:10 P0 Incident one: open for 1 h 10 min, last update 02:40 UTC, next due 03:10 UTC",
		"03:15 P0 Incident three: open for 55 min, last update 03:00 UTC, next due 03:30 UTC",
		"03:30 P0 Incident three: open for 1 h 10 min, last update 03:00 UTC, next due 03:30 UTC",
		"03:35 P0 Incident one: open for 1 h 35 min, last update 03:20 UTC, next due 03:50 UTC",
		"03:50 P0 Incident one: open for 1 h 50 min, last update 03:20 UTC, next due 03:50 UTC",
		"03:55 P0 Incident three: open for 1 h 35 min, last update 03:40 UTC, next due 04:10 UTC",
		"04:10 P0 Incident three: open for 1 h 50 min, last update 03:40 UTC, next due 04:10 UTC",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
