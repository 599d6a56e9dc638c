package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"

	"github.com/wneessen/go-mail"

	"settler.io/crier/internal/render/message"
)

// addresses reads e-mail addresses, separated by commas, semicolons or white space. Errors don't
// repeat them.
func addresses(text string) ([]string, error) {
	fields := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",; \t\r\n", r) })
	for n, field := range fields {
		if a, err := netmail.ParseAddress(field); err != nil || a.Address != field {
			return nil, errors.New("entry " + strconv.Itoa(n+1) + " of the list is not an e-mail address")
		}
	}
	if len(fields) == 0 {
		return nil, errors.New("there is no e-mail address in the list")
	}
	return fields, nil
}

// server returns a client for smtps://user:password@host (port 465) or smtp://…, which uses
// STARTTLS (port 587). Only on this machine does smtp:// do without encryption.
func server(text string) (*mail.Client, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New(`the mail server is not a URL like smtps://user:password@mail.example.com`)
	}
	options := []mail.Option{mail.WithTimeout(requestTimeout), mail.WithTLSPolicy(mail.TLSMandatory)}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "smtps" {
		options = append(options, mail.WithSSL(), mail.WithPort(465))
	} else if u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	}
	if port, err := strconv.Atoi(u.Port()); err == nil {
		options = append(options, mail.WithPort(port))
	}
	if user := u.User.Username(); user != "" {
		password, _ := u.User.Password()
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(user), mail.WithPassword(password))
	}
	return mail.NewClient(u.Hostname(), options...)
}

// sendMail sends a message to each address of the list, so that nobody sees who else gets it.
// A repeat has the same Message-ID, by which mail programs recognize duplicates. If the server
// refuses some addresses for good, the others still get the message, and it counts as sent.
func (r Recipient) sendMail(ctx context.Context, m message.Message) error {
	client, err := server(r.URL)
	if err != nil {
		return err
	}
	var list []*mail.Msg
	for _, to := range r.Emails {
		msg, err := r.Mail(m, to)
		if err != nil {
			return errors.New("the e-mail can't be written") // the reason may contain an address
		}
		list = append(list, msg)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return errors.New("the mail server can't be reached, or refuses the password")
	}
	defer client.Close()
	if client.Send(list...) == nil {
		return nil
	}
	sent, later := 0, 0
	for _, msg := range list {
		switch failure := msg.SendError(); {
		case failure == nil:
			sent++
		case isTemporary(failure):
			later++
		}
	}
	if later > 0 || sent == 0 {
		return errors.New("the mail server did not accept " + strconv.Itoa(len(list)-sent) + " of " + strconv.Itoa(len(list)) + " e-mails")
	}
	return nil
}

func isTemporary(err error) bool {
	var failure *mail.SendError
	return !errors.As(err, &failure) || failure.IsTemp()
}

// Mail returns the e-mail for one address.
func (r Recipient) Mail(m message.Message, to string) (*mail.Msg, error) {
	text := message.Email(m)
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.From(r.From); err != nil {
		return nil, err
	}
	if err := msg.To(to); err != nil {
		return nil, err
	}
	msg.Subject(text.Subject)
	sum := sha256.Sum256([]byte(m.ID + "\n" + to))
	host := "localhost"
	if u, err := url.Parse(m.Home); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	msg.SetMessageIDWithValue(hex.EncodeToString(sum[:16]) + "@" + host)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(mail.TypeTextPlain, text.Text)
	msg.AddAlternativeString(mail.TypeTextHTML, text.HTML)
	return msg, nil
}
