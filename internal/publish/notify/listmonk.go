package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// campaign is what listmonk says about a campaign.
type campaign struct {
	ID     int    `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status"`
}

// sendCampaign creates and starts a campaign. A campaign of that name that already exists, from an
// attempt whose answer was lost, is started if it is still a draft, and never sent twice.
func (r Recipient) sendCampaign(ctx context.Context, client *http.Client, name string, body []byte) error {
	var found struct {
		Data struct{ Results []campaign }
	}
	// The newest 50 that Crier made. Many versions of listmonk can't search for a name with colons.
	if err := r.listmonk(ctx, client, http.MethodGet, "?tag=crier&order_by=created_at&order=DESC&per_page=50&no_body=true", nil, &found); err != nil {
		return err
	}
	var c struct{ Data campaign }
	if at := slices.IndexFunc(found.Data.Results, func(c campaign) bool { return c.Name == name }); at >= 0 {
		c.Data = found.Data.Results[at]
	} else if err := r.listmonk(ctx, client, http.MethodPost, "", body, &c); err != nil {
		return err
	}
	if c.Data.ID == 0 {
		return errors.New("listmonk did not say which campaign it created")
	}
	if c.Data.Status != "draft" {
		return nil // on its way, or sent
	}
	return r.listmonk(ctx, client, http.MethodPut, fmt.Sprintf("/%d/status", c.Data.ID), []byte(`{"status":"running"}`), &c)
}

// listmonk makes a request to listmonk's API (listmonk.app/docs/apis/campaigns) and decodes the
// answer.
func (r Recipient) listmonk(ctx context.Context, client *http.Client, method, path string, body []byte, into any) error {
	answer, err := exchange(ctx, client, method, strings.TrimSuffix(r.URL, "/")+"/api/campaigns"+path, body, func(request *http.Request) {
		user, token, _ := strings.Cut(r.Secret, ":")
		request.SetBasicAuth(user, token)
	})
	if err == nil && json.Unmarshal(answer, into) != nil {
		return errors.New("listmonk's answer is not JSON")
	}
	return err
}
