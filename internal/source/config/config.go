// Package config parses config.toml. It takes the bytes of the file and returns a Config and all
// findings, each with its position. It reads no files, no environment and no clock.
package config

import (
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/frontmatter"
)

// Config is the configuration of a site. Keys that the file leaves out have their default values.
type Config struct {
	Title       string
	BaseURL     string // absolute, ends with a slash
	Description string
	Zone        *time.Location // for displayed times and for the start and end of days
	Language    string         // BCP 47 tag of the language of the updates
	Languages   []string       // all languages of the site, Language first
	Theme       string
	ThemeAt     diag.Position // position of the theme key
	Brand       Brand
	Code        string                       // id of the page in the API, from Statuspage; "": made from Feeds.Host
	Labels      map[incident.Severity]string // words for severities; the language's own if missing

	Groups     []Group
	Components []Component
	Links      []Link // links in the navigation in the header

	Subscribe Subscribe
	Promises  bool // publish how the promises were kept

	Rules policy.Rules
	// Reviewed is the day on which the rules were last compared with the runbook, and ReviewEvery
	// how often that is due. Zero: never.
	Reviewed    time.Time
	ReviewEvery time.Duration
	Uptime      Uptime
	Feeds       Feeds
	Publish     Publish
	Push        bool // commands that write push by default

	Roles map[string]string // who has a role: on_call, lead, cto or ceo

	Security Security
	Notify   []Notify
}

// Brand customizes the appearance of the theme.
type Brand struct {
	Colour         string            // accent colour such as "#0b5fff"; "" for the theme's
	Conditions     map[string]string // colours by condition name
	Logo, Icon     string            // files in the theme's assets; "": no logo, default icon
	LogoAt, IconAt diag.Position
}

// Group is a heading for several components.
type Group struct {
	ID          string
	Name        string
	Description string
	Code        string // its id in the API, from Statuspage; "": made from ID
	Collapse    *bool  // whether the overview collapses it while all is well; nil: by the number of components
}

type Component struct {
	ID          string
	Name        string
	Group       string // a group's ID, or ""
	Description string
	StartDate   time.Time // first day that counts for uptime, in Config.Zone; zero: no limit
	Code        string    // its id in the API, from Statuspage; "": made from ID
	Aliases     []string  // former URLs, as paths that start with a slash
}

type Link struct {
	Name string
	URL  string // absolute, or a path on the site that starts with a slash
	At   diag.Position
}

// Uptime says how much of the time in a condition counts as downtime, from 0 (none) to 1 (all).
// Maintenance never counts.
type Uptime struct {
	DegradedPerformance float64
	PartialOutage       float64
	MajorOutage         float64
}

type Feeds struct {
	Host   string // permanent host in the ids of feed items; default: the host of BaseURL
	Hub    string // URL of the WebSub hub to notify of new items; "" for none
	CState bool   // keep /index.xml and /affected/<x>/index.xml, the feeds of a former cState site
	// Entries is the number of entries in a feed without archives: the newest ones.
	Entries int
}

// Security holds the contents of security.txt (RFC 9116), which says where to report
// vulnerabilities of the platform. The file is written only if Contact is set.
type Security struct {
	Contact            []string // mailto:, https: or tel: URIs, best first
	Expires            time.Time
	Policy             string // URL, like the next two; "" for none
	Acknowledgments    string
	Encryption         string
	PreferredLanguages []string
}

type Publish struct {
	To    []string
	CNAME string
}

// Default returns the configuration for an empty config.toml.
func Default() *Config {
	return &Config{
		Title:     "Status",
		BaseURL:   "http://localhost/",
		Zone:      time.UTC,
		Language:  "en",
		Languages: []string{"en"},
		Theme:     "default",
		Brand:     Brand{Conditions: map[string]string{}},
		Labels:    map[incident.Severity]string{},
		Roles:     map[string]string{},
		Rules:     policy.Defaults(),
		Uptime:    Uptime{PartialOutage: 0.3, MajorOutage: 1},
		Feeds:     Feeds{Host: "localhost", Entries: 50},
	}
}

func (c *Config) ComponentIDs() []string {
	return each(c.Components, func(part Component) string { return part.ID })
}

// Meant returns the ids of the components that a text may mean: the one with that id, or all with
// that id or name in another form.
func (c *Config) Meant(text string) (ids []string) {
	if _, known := c.Component(text); known {
		return []string{text}
	}
	folded := frontmatter.Fold(text)
	for _, part := range c.Components {
		if folded == frontmatter.Fold(part.ID) || folded == frontmatter.Fold(part.Name) {
			ids = append(ids, part.ID)
		}
	}
	return ids
}

func (c *Config) Component(id string) (Component, bool) {
	for i := range c.Components {
		if c.Components[i].ID == id {
			return c.Components[i], true
		}
	}
	return Component{}, false
}
