package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Webhook is a URL to which each update is sent.
type Webhook struct {
	Name   string
	URL    string
	Secret string // signs the requests; see Key
}

// minKey is the minimum length of a key in bytes, as specified by Standard Webhooks.
const minKey = 24

// Key returns the signing key: the base64-decoded part after "whsec_", as the libraries of Standard
// Webhooks read it, or else the bytes of the secret itself.
func Key(secret string) ([]byte, error) {
	key := []byte(secret)
	if coded, ok := strings.CutPrefix(secret, "whsec_"); ok {
		var err error
		if key, err = base64.StdEncoding.DecodeString(coded); err != nil {
			return nil, errors.New("the secret begins with whsec_ and is not base64 after that")
		}
	}
	if len(key) < minKey {
		return nil, fmt.Errorf("the secret is %d bytes long and needs %d at least", len(key), minKey)
	}
	return key, nil
}

// sign returns the signature of a message (standardwebhooks.com, version 1).
func sign(key []byte, id string, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.%s", id, at.Unix(), body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// deliver sends a webhook the updates, oldest first, one request each. If the receiver refuses an
// update permanently, deliver continues with the next one. If the receiver can't be reached,
// deliver gives up for this run.
func (w Webhook) deliver(ctx context.Context, client *http.Client, list []Update, now time.Time) Result {
	result := Result{Channel: w.Name, Waiting: len(list)}
	key, err := Key(w.Secret)
	if err != nil {
		result.Err = err
		return result
	}
	for _, u := range list[:min(len(list), maxUpdates)] {
		err := w.send(ctx, client, u, key, now)
		if err == nil {
			result.Told = append(result.Told, u.ID)
			result.Waiting--
			continue
		}
		result.Err = err
		if refused := (refusal{}); !errors.As(err, &refused) || !refused.final() {
			return result
		}
	}
	return result
}

func (w Webhook) send(ctx context.Context, client *http.Client, u Update, key []byte, now time.Time) error {
	body, err := u.body()
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return errors.New("its address cannot be used")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Webhook-Id", u.ID)
	request.Header.Set("Webhook-Timestamp", strconv.FormatInt(now.Unix(), 10))
	request.Header.Set("Webhook-Signature", sign(key, u.ID, now, body))
	return post(ctx, client, request)
}
