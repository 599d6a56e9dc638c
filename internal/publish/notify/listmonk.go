package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"settler.io/crier/internal/render/message"
)

// campaign is what listmonk says about a campaign.
type campaign struct {
	ID     int    `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status"`
}

// sendCampaign creates and starts a campaign. A campaign of that name that already exists, from an
// attempt whose answer was lost, is started if it is still a draft, and never sent twice.
func (r Recipient) sendCampaign(ctx context.Context, client *http.Client, m message.Message) error {
	var found struct {
		Data struct {
			Results []campaign `json:"results"`
		} `json:"data"`
	}
	name := message.CampaignName(m)
	query := url.Values{"query": {name}, "per_page": {"100"}}.Encode()
	if err := r.listmonk(ctx, client, http.MethodGet, "/api/campaigns?"+query, nil, &found); err != nil {
		return err
	}
	// listmonk searches for words, so other campaigns may be in the list.
	at := slices.IndexFunc(found.Data.Results, func(c campaign) bool { return c.Name == name })
	var c campaign
	if at >= 0 {
		c = found.Data.Results[at]
	} else {
		body, err := message.Listmonk(m, r.Lists, r.From)
		if err != nil {
			return err
		}
		var created struct {
			Data campaign `json:"data"`
		}
		if err := r.listmonk(ctx, client, http.MethodPost, "/api/campaigns", body, &created); err != nil {
			return err
		}
		c = created.Data
	}
	if c.ID == 0 {
		return errors.New("listmonk did not say which campaign it created")
	}
	if at >= 0 && c.Status != "draft" {
		return nil // on its way, or sent
	}
	return r.listmonk(ctx, client, http.MethodPut, fmt.Sprintf("/api/campaigns/%d/status", c.ID), []byte(`{"status":"running"}`), nil)
}

// listmonk makes a request to listmonk's API (listmonk.app/docs/apis/apis) and decodes the answer.
func (r Recipient) listmonk(ctx context.Context, client *http.Client, method, path string, body []byte, into any) error {
	request, err := jsonRequest(method, strings.TrimSuffix(r.URL, "/")+path, body)
	if err != nil {
		return err
	}
	user, token, _ := strings.Cut(r.Secret, ":")
	request.SetBasicAuth(user, token)
	answer, err := exchange(ctx, client, request)
	if err == nil && into != nil && json.Unmarshal(answer, into) != nil {
		return errors.New("listmonk's answer is not JSON")
	}
	return err
}
