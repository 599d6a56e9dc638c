package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"slices"
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
			return nil, fmt.Errorf("entry %d of the list is not an e-mail address", n+1)
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
		return nil, errors.New("the mail server is not a URL like smtps://user:password@mail.example.com")
	}
	options := []mail.Option{mail.WithTimeout(requestTimeout), mail.WithTLSPolicy(mail.TLSMandatory)}
	if u.Scheme == "smtps" {
		options = append(options, mail.WithSSL(), mail.WithPort(465))
	} else if u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback() {
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

// mailer returns a function that sends a message to each address of the list, so that nobody sees
// who else gets it. After an error it may be called again, for the addresses that are left.
func (r Recipient) mailer(ctx context.Context, m message.Message) (func() error, error) {
	client, err := server(r.URL)
	if err != nil {
		return nil, err
	}
	var left []*mail.Msg
	for _, to := range r.Emails {
		msg, err := r.mail(m, to)
		if err != nil {
			return nil, errors.New("the e-mail can't be written") // the reason may contain an address
		}
		left = append(left, msg)
	}
	accepted := 0
	return func() error {
		if err := client.DialWithContext(ctx); err != nil {
			return errors.New("the mail server can't be reached, or refuses the password")
		}
		defer client.Close()
		if client.Send(left...) == nil {
			return nil
		}
		left = slices.DeleteFunc(left, func(msg *mail.Msg) bool {
			if msg.IsDelivered() {
				accepted++
			}
			return msg.IsDelivered() || msg.HasSendError() && !msg.SendErrorIsTemp()
		})
		return failure{
			text:  fmt.Sprintf("the mail server did not accept %d of %d e-mails", len(r.Emails)-accepted, len(r.Emails)),
			final: len(left) == 0, partial: len(left) == 0 && accepted > 0,
		}
	}, nil
}

// mail returns the e-mail for one address. A repeat has the same Message-ID, by which mail programs
// recognize duplicates.
func (r Recipient) mail(m message.Message, to string) (*mail.Msg, error) {
	text := message.Email(m)
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := errors.Join(msg.From(r.From), msg.To(to)); err != nil {
		return nil, err
	}
	home, err := url.Parse(m.Home)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(m.ID + "\n" + to))
	msg.SetMessageIDWithValue(hex.EncodeToString(sum[:16]) + "@" + home.Hostname())
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.Subject(text.Subject)
	msg.SetBodyString(mail.TypeTextPlain, text.Text)
	msg.AddAlternativeString(mail.TypeTextHTML, text.HTML)
	return msg, nil
}
