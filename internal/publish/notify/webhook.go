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

// Webhook is an address that is sent each update.
type Webhook struct {
	Name   string
	URL    string
	Secret string // signs what is sent; see Key
}

// minKey is the least length of a key in bytes, as Standard Webhooks asks for.
const minKey = 24

// Key gives the bytes that sign: what follows "whsec_" in base64, as the libraries of Standard Webhooks read it, or else the
// secret's own bytes.
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

// sign gives the signature of a message (standardwebhooks.com, version 1).
func sign(key []byte, id string, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.%s", id, at.Unix(), body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// deliver sends a webhook the updates, one request each, oldest first. One that the receiver refuses for good stops none of
// the others; a receiver that cannot be reached is left alone for this run.
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
