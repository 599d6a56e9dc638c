// Package config turns config.toml into a Config, with every mistake at its line. It takes the file's bytes and gives
// the configuration and all findings; it reads no files, no environment and no clock.
package config

import (
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/policy"
)

// Config is a site's configuration. What the file leaves out has its default.
type Config struct {
	Title       string
	BaseURL     string // absolute, ends with a slash
	Description string
	Zone        *time.Location // in which days begin and end and times are shown
	Language    string         // BCP 47 tag of what the updates are written in
	Languages   []string       // all the site is built in, Language first
	Theme       string
	ThemeAt     diag.Position // where the configuration names it
	Brand       Brand

	Groups     []Group
	Components []Component
	Links      []Link // navigation to other places, in the header

	Rules   policy.Rules
	Uptime  Uptime
	Feeds   Feeds
	Publish Publish

	Security Security
	Webhooks []Webhook
}

// Webhook is an address that is told of every update once it is live.
type Webhook struct {
	Name      string // unique, and permanent: under it the publish record keeps what was told
	URL       string
	SecretEnv string // the environment variable that holds the secret which signs what is sent
	At        diag.Position
}

// Group gathers components under a heading.
type Group struct {
	ID          string
	Name        string
	Description string
}

// Component is a part of the platform that has a condition of its own.
type Component struct {
	ID          string
	Name        string
	Group       string // a group's ID, or ""
	Description string
	StartDate   time.Time // first day that counts for uptime, midnight in Config.Zone; zero: from ever
	Aliases     []string  // former addresses, as paths that start with a slash
}

// Link is an entry of the navigation.
type Link struct {
	Name string
	URL  string // absolute, or a path below the site that starts with a slash
	At   diag.Position
}

// Uptime says which share of a span counts as downtime, from 0 to 1. Maintenance counts as none.
type Uptime struct {
	DegradedPerformance float64
	PartialOutage       float64
	MajorOutage         float64
}

// Feeds configures what is syndicated.
type Feeds struct {
	Host   string // in the ids of feed items, so that they survive a move; default: the host of BaseURL
	Hub    string // WebSub hub that is told of new items; "" for none
	CState bool   // keep /index.xml and /affected/<x>/index.xml, the feeds of a former cState site
	// Entries is how many entries a feed without archives holds, the newest ones.
	Entries int
}

// Security is what security.txt says (RFC 9116): where to report vulnerabilities of the platform. Without Contact there is none.
type Security struct {
	Contact            []string // mailto:, https: or tel: URIs, best first
	Expires            time.Time
	Policy             string // addresses; "" for none
	Acknowledgments    string
	Encryption         string
	PreferredLanguages []string
}

// Publish configures `crier publish`.
type Publish struct {
	To    []string
	CNAME string
}

// Default gives the configuration of an empty config.toml.
func Default() *Config {
	return &Config{
		Title:     "Status",
		BaseURL:   "http://localhost/",
		Zone:      time.UTC,
		Language:  "en",
		Languages: []string{"en"},
		Theme:     "default",
		Rules:     policy.Defaults(),
		Uptime:    Uptime{PartialOutage: 0.3, MajorOutage: 1},
		Feeds:     Feeds{Host: "localhost", Entries: 50},
	}
}

// Component gives the component with the id.
func (c *Config) Component(id string) (Component, bool) {
	for i := range c.Components {
		if c.Components[i].ID == id {
			return c.Components[i], true
		}
	}
	return Component{}, false
}
