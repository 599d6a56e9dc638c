package theme

import (
	"html/template"
	"time"

	"settler.io/crier/internal/compiled"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/status"
)

// pure are functions that give the same on every page, if what they get is the same.
var pure = map[string]bool{"asset": true, "logo": true, "icon": true, "picture": true, "css": true, "policy": true, "rtl": true, "t": true, "tn": true, "forms": true, "zone": true}

// calls are the types of functions and methods that templates call often. A type that is missing here costs time, and no more.
var calls = []compiled.Call{
	compiled.CallWords[string, template.HTML](),                  // t
	compiled.Call2E[string, *site.Page, template.HTML](),         // shared
	compiled.Call1[*site.Page, template.JS](),                    // linked
	compiled.Call2[*site.Page, any, paged](),                     // with_page
	compiled.Call1[time.Time, template.HTML](),                   // time
	compiled.Call1[time.Time, string](),                          // day, month
	compiled.Call1[time.Duration, template.HTML](),               // duration
	compiled.Call1[incident.Status, string](),                    // status
	compiled.Call1[incident.Severity, string](),                  // severity
	compiled.Call1[incident.ETA, template.HTML](),                // eta
	compiled.Call1[status.Overall, string](),                     // state
	compiled.Call1[incident.Condition, template.HTML](),          // condition
	compiled.Call2[*site.Page, site.Affected, template.HTML](),   // component
	compiled.Call2[*site.Page, []site.Affected, template.HTML](), // affected
	compiled.Call2[*site.Page, []site.Change, template.HTML](),   // changes
	compiled.Call1[site.Component, template.HTML](),              // bars
	compiled.Call1[time.Time, bool](),                            // .IsZero
	compiled.Call2[time.Time, time.Time, bool](),                 // .Equal
	compiled.Call2[*site.Page, site.Ref, string](),               // .Href
	compiled.Call2[*site.Page, site.Ref, bool](),                 // .Is
	compiled.Call1[*site.Page, []site.Edition](),                 // .Elsewhere
	compiled.Call2[*site.Meta, site.Ref, string](),               // .Site.URL
	compiled.Call1[site.Incident, time.Duration](),               // .Duration
	compiled.Call1[site.Postmortem, time.Duration](),             // .Duration
	compiled.Call1[site.Moment, bool](),                          // .Detected
	compiled.Call1[string, string](),                             // percent
}
