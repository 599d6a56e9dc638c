package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/render/message"
)

// webhookBody returns the JSON that a webhook receives, as specified by Standard Webhooks.
// docs/notifications.md describes it.
func webhookBody(u Update, m message.Message) ([]byte, error) {
	type page struct {
		Title string `json:"title"`
		URL   string `json:"url"`
	}
	type data struct {
		ID         string      `json:"id"`
		Page       page        `json:"page"`
		Kind       record.Kind `json:"kind"`
		Incident   string      `json:"incident"`
		Update     string      `json:"update,omitempty"`
		Status     string      `json:"status,omitempty"`
		Severity   string      `json:"severity,omitempty"`
		Components []string    `json:"components"`
		Title      string      `json:"title"`
		URL        string      `json:"url"`
		Text       string      `json:"text"`
		Date       string      `json:"date"`
		PublicAt   string      `json:"public_at"`
	}
	stamp := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	return json.Marshal(struct {
		Type      string `json:"type"`
		Timestamp string `json:"timestamp"`
		Data      data   `json:"data"`
	}{"update.published", stamp(u.Public), data{
		u.FeedID, page{m.Page, m.Home}, u.Kind, u.ID, u.Update, u.Status, u.Severity, u.Components, m.Title, m.URL, m.Text, stamp(u.Date), stamp(u.Public),
	}})
}

// minKey is the minimum length of a key in bytes, as specified by Standard Webhooks.
const minKey = 24

// signingKey returns the base64-decoded part after "whsec_", as the libraries of Standard Webhooks
// read it, or else the bytes of the secret itself.
func signingKey(secret string) ([]byte, error) {
	key := []byte(secret)
	if coded, ok := strings.CutPrefix(secret, "whsec_"); ok {
		var err error
		if key, err = base64.StdEncoding.DecodeString(coded); err != nil {
			return nil, errors.New("the secret begins with whsec_ and is not base64 after that")
		}
	}
	if len(key) < minKey {
		return nil, fmt.Errorf("the secret has %d bytes; it needs at least %d", len(key), minKey)
	}
	return key, nil
}

// sign adds the headers of Standard Webhooks, version 1, to a request.
func sign(request *http.Request, key []byte, id string, at time.Time, body []byte) {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.%s", id, at.Unix(), body)
	request.Header.Set("Webhook-Id", id)
	request.Header.Set("Webhook-Timestamp", strconv.FormatInt(at.Unix(), 10))
	request.Header.Set("Webhook-Signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}
