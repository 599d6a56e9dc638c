package notify

import (
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
		return nil, fmt.Errorf("the secret has %d bytes; it needs at least %d", len(key), minKey)
	}
	return key, nil
}

// sign returns the signature of a message (standardwebhooks.com, version 1).
func sign(key []byte, id string, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.%s", id, at.Unix(), body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// sendWebhook sends an update as Standard Webhooks specify.
func (r Recipient) sendWebhook(ctx context.Context, client *http.Client, u Update, now time.Time) error {
	key, err := Key(r.Secret)
	if err != nil {
		return err
	}
	body, err := u.Webhook()
	if err != nil {
		return err
	}
	request, err := jsonRequest(http.MethodPost, r.URL, body)
	if err != nil {
		return err
	}
	request.Header.Set("Webhook-Id", u.ID)
	request.Header.Set("Webhook-Timestamp", strconv.FormatInt(now.Unix(), 10))
	request.Header.Set("Webhook-Signature", sign(key, u.ID, now, body))
	return post(ctx, client, request)
}
