package notify

import (
	"io"
	"log"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/render/message"
	"settler.io/crier/internal/source/config"
)

var quiet = log.New(io.Discard, "", 0)

// mailbox is a real SMTP server that keeps what it gets. refuse returns the error for an address.
type mailbox struct {
	address string
	mutex   sync.Mutex
	mails   map[string][]string // by recipient
	refuse  func(to string) error
}

func (m *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{box: m}, nil }

type session struct {
	box *mailbox
	to  []string
}

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Reset()                               { s.to = nil }
func (s *session) Logout() error                        { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := s.box.refuse(to); err != nil {
		return err
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.box.mutex.Lock()
	defer s.box.mutex.Unlock()
	for _, to := range s.to {
		s.box.mails[to] = append(s.box.mails[to], string(text))
	}
	return err
}

func serveMail(t *testing.T) *mailbox {
	box := &mailbox{mails: map[string][]string{}, refuse: func(string) error { return nil }}
	server := smtp.NewServer(box)
	server.ErrorLog = quiet
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	box.address = listener.Addr().String()
	return box
}

func (m *mailbox) recipient(to ...string) Recipient {
	return Recipient{Notify: config.Notify{Name: "contracts", Form: "smtp", From: "Example Status <status@example.com>"}, URL: "smtp://" + m.address, Emails: to}
}

// parts returns the header of an e-mail and its bodies by media type.
func parts(t *testing.T, raw string) (mail.Header, map[string]string) {
	t.Helper()
	msg, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatal(kind, err)
	}
	bodies := map[string]string{}
	for reader := multipart.NewReader(msg.Body, params["boundary"]); ; {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			return msg.Header, bodies
		}
		if err != nil {
			t.Fatal(err)
		}
		if encoding := part.Header.Get("Content-Transfer-Encoding"); encoding != "quoted-printable" {
			t.Fatalf("encoding %q", encoding)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		bodies[kind] = strings.ReplaceAll(string(body), "\r\n", "\n")
	}
}

func TestEachAddressGetsAMailOfItsOwn(t *testing.T) {
	box := serveMail(t)
	r := box.recipient("a@example.com", "b@example.com")
	results := memory{}.run(t.Context(), []Recipient{r}, news(t), now)
	if len(results) != 1 || results[0].Err != nil || len(results[0].Told) != 2 {
		t.Fatalf("%+v", results)
	}
	memory{}.run(t.Context(), []Recipient{r}, news(t), now) // has forgotten
	ids := map[string]int{}
	for to, other := range map[string]string{"a@example.com": "b@example.com", "b@example.com": "a@example.com"} {
		if len(box.mails[to]) != 4 {
			t.Fatalf("%s got %d mails", to, len(box.mails[to]))
		}
		for n, raw := range box.mails[to] {
			header, bodies := parts(t, raw)
			if strings.Contains(raw, other) {
				t.Errorf("%s sees %s", to, other)
			}
			ids[header.Get("Message-Id")]++
			want := message.Email(of(t, []string{opened, resolved}[n%2]).message(""))
			subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
			if err != nil || subject != want.Subject || bodies["text/plain"] != want.Text || bodies["text/html"] != want.HTML {
				t.Errorf("%q %v: %q", subject, err, bodies)
			}
		}
	}
	if len(ids) != 4 {
		t.Errorf("a repeat has another id: %v", ids)
	}
}

func TestHeadersCannotBeInjected(t *testing.T) {
	box := serveMail(t)
	r := box.recipient("a@example.com")
	for _, title := range []string{"x\r\nBcc: all@example.com", "x\nSubject: y\n\nbody", "ünï🎉 " + strings.Repeat("long ", 300), "=?utf-8?q?x?= <a@example.com>"} {
		m := of(t, opened).message("")
		m.Title = title
		if err := sendMail(t, r, m); err != nil {
			t.Fatal(err)
		}
		sent := box.mails["a@example.com"]
		header, _ := parts(t, sent[len(sent)-1])
		subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
		if err != nil || subject != message.Email(m).Subject || header.Get("Bcc") != "" || len(header["Subject"]) != 1 {
			t.Errorf("%q: %q %v %v", title, subject, header, err)
		}
	}
	if len(box.mails) != 1 {
		t.Errorf("others got mail: %v", box.mails)
	}
}

// sendMail makes one attempt.
func sendMail(t *testing.T, r Recipient, m message.Message) error {
	t.Helper()
	send, err := r.mailer(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return send()
}

// TestAnAddressIsRefused lets a server refuse an address for good, or for a while. The others get
// the message, and get it once also if the run tries the address again.
func TestAnAddressIsRefused(t *testing.T) {
	for code, final := range map[int]bool{550: true, 451: false} {
		box := serveMail(t)
		box.refuse = func(to string) error {
			if to == "b@example.com" {
				return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "b@example.com is not here"}
			}
			return nil
		}
		r := box.recipient("a@example.com", "b@example.com", "c@example.com")
		results := memory{}.run(t.Context(), []Recipient{r}, news(t), now)
		told, waiting := 0, 2 // the news about the P0
		if final {
			told, waiting = 2, 0
		}
		if got := results[0]; len(got.Told) != told || got.Waiting != waiting || got.Err == nil || got.Err.Error() != "the mail server did not accept 1 of 3 e-mails" {
			t.Errorf("%d: %+v", code, got)
		}
		if n := max(told, 1); len(box.mails["a@example.com"]) != n || len(box.mails["c@example.com"]) != n {
			t.Errorf("%d: the others got %v", code, box.mails)
		}
	}
	box := serveMail(t)
	box.refuse = func(string) error { return &smtp.SMTPError{Code: 550, Message: "nobody is here"} }
	if got := (memory{}).run(t.Context(), []Recipient{box.recipient("a@example.com")}, news(t), now)[0]; len(got.Told) > 0 || got.Waiting != 2 {
		t.Errorf("%+v", got)
	}
}

func TestResolve(t *testing.T) {
	env := map[string]string{
		"CRIER_URL": "https://hooks.example.com/s3cret", "CRIER_HTTP": "http://hooks.example.com/s3cret", "CRIER_KEY": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
		"CRIER_WEAK": "s3cret", "CRIER_LIST": "a@example.com, b@example.com", "CRIER_BAD": "a@example.com, s3cret", "CRIER_SMTP": "smtps://u:s3cret@mail.example.com", "CRIER_NOT": "mail.example.com/s3cret",
	}
	for _, c := range []struct{ form, to, secret, want string }{
		{"slack", "CRIER_URL", "", ""},
		{"slack", "CRIER_NONE", "", "CRIER_NONE is not set"},
		{"slack", "CRIER_HTTP", "", "CRIER_HTTP is not an https URL without a password"},
		{"webhook", "https://example.com/", "CRIER_KEY", ""},
		{"webhook", "https://example.com/", "CRIER_WEAK", "CRIER_WEAK: the secret has 6 bytes; it needs at least 24"},
		{"smtp", "CRIER_LIST", "CRIER_SMTP", ""},
		{"smtp", "CRIER_BAD", "CRIER_SMTP", "CRIER_BAD and CRIER_SMTP: entry 2 of the list is not an e-mail address"},
		{"smtp", "CRIER_LIST", "CRIER_NOT", "CRIER_LIST and CRIER_NOT: the mail server is not a URL like smtps://user:password@mail.example.com"},
	} {
		r, _, err := Resolve(config.Notify{Name: "x", Form: c.form, To: c.to, Secret: c.secret}, func(name string) string { return env[name] })
		if c.want == "" && (err != nil || c.form == "smtp" && len(r.Emails) != 2) || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "s3cret") || diag.HintOf(err) == "") {
			t.Errorf("%+v: %+v %v", c, r, err)
		}
	}
}
