package config

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
)

func place(f diag.Finding) string {
	if f.Hint == "" || f.Position.Line == 0 || f.Position.Column == 0 {
		return "without hint or place: " + f.String()
	}
	return strings.TrimPrefix(f.Position.String(), "config.toml:")
}

func parse(t *testing.T, src string) (*Config, []string) {
	t.Helper()
	c, findings, _ := Parse("config.toml", []byte(src))
	var said []string
	for _, f := range findings {
		said = append(said, place(f)+" "+f.Kind.Code+": "+f.Message+" | "+f.Hint)
	}
	return c, said
}

func TestEverything(t *testing.T) {
	c, said := parse(t, `
title = "Example Status"
base_url = "https://status.example.com/page"
description = "How Example works"
timezone = "Europe/Berlin"
language = "de"
languages = ["EN", "de", "pt_br"]
promises = true
code = "kctbh9vrtdwd"
theme = "plain"

[[links]]
name = "Support"
url = "https://example.com/support"
[[links]]
url = "/about/"

[[groups]]
id = "core"
name = "Core"
description = "What all else needs"
[[groups]]
id = "edge"
collapse = false

[labels]
P0 = "Sev 1"
P3 = " "

[[components]]
id = "api"
name = "API"
group = "core"
description = "The public API"
start_date = 2025-01-01
code = "x0ljvc9m1wxj"
aliases = ["/affected/api/"]
[[components]]
id = "web.2"

[severity.P2]
publish = "30m"
batch = "10m"
respond = "immediately"
resolve = "12h"
escalate_lead = "6h"
escalate_cto = "1d"
meeting = "2d"
postmortem = "1w"

[rules]
tolerance = "2m"
since = 2026-01-01
notify = "2d"
outage_ceo = "3h"
[rules.update_every]
P2 = "4h"

[uptime]
degraded_performance = 0.1
partial_outage = 0.5
major_outage = 1

[feeds]
host = "example.com"
cstate = true
entries = 20

[subscribe]
action = "https://lists.example.com:8443/subscribe/post?u=1&id=2"
field = "EMAIL"
hidden = {l = ["one", "two"], nonce = "", n = 3}

[publish]
to = ["github:example/status#gh-pages", "dir:/srv/www"]
cname = "status.example.com"

[[webhooks]]
name = "pager"
url = "https://example.com/hooks/status?team=1"
secret_env = "STATUS_WEBHOOK_SECRET"
`)
	if len(said) > 0 {
		t.Fatal(said)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{
		Title: "Example Status", BaseURL: "https://status.example.com/page/", Description: "How Example works",
		Zone: berlin, Language: "de", Languages: []string{"de", "en", "pt-BR"}, Theme: "plain",
		Groups: []Group{{ID: "core", Name: "Core", Description: "What all else needs"}, {ID: "edge", Name: "edge", Collapse: new(bool)}},
		Components: []Component{
			{ID: "api", Name: "API", Group: "core", Description: "The public API", StartDate: time.Date(2025, 1, 1, 0, 0, 0, 0, berlin), Code: "x0ljvc9m1wxj", Aliases: []string{"/affected/api/"}},
			{ID: "web.2", Name: "web.2"},
		},
		Promises: true, Code: "kctbh9vrtdwd",
		Subscribe: Subscribe{Action: "https://lists.example.com:8443/subscribe/post?u=1&id=2", Origin: "https://lists.example.com:8443", Field: "EMAIL",
			Hidden: []HiddenField{{"l", "one"}, {"l", "two"}, {"nonce", ""}, {"n", "3"}}},
		Brand:   Default().Brand,
		Labels:  map[incident.Severity]string{incident.P0: "Sev 1"},
		Roles:   Default().Roles,
		Links:   []Link{{Name: "Support", URL: "https://example.com/support"}, {Name: "/about/", URL: "/about/"}},
		Uptime:  Uptime{0.1, 0.5, 1},
		Feeds:   Feeds{Host: "example.com", CState: true, Entries: 20},
		Publish: Publish{To: []string{"github:example/status#gh-pages", "dir:/srv/www"}, CNAME: "status.example.com"},
		Notify:  []Notify{{Name: "pager", Form: "webhook", To: "https://example.com/hooks/status?team=1", Secret: "STATUS_WEBHOOK_SECRET"}},
		Rules:   Default().Rules,
	}
	p2 := want.Rules.Severity[incident.P2]
	p2.Publish, p2.Batch, p2.Respond, p2.Resolve, p2.Lead, p2.CTO = 30*time.Minute, 10*time.Minute, 0, 12*time.Hour, 6*time.Hour, 24*time.Hour
	p2.Meeting, p2.Postmortem = 48*time.Hour, 7*24*time.Hour
	want.Rules.Severity[incident.P2] = p2
	want.Rules.Tolerance = 2 * time.Minute
	want.Rules.Notify, want.Rules.OutageCEO = 48*time.Hour, 3*time.Hour
	want.Rules.Since = time.Date(2026, 1, 1, 0, 0, 0, 0, berlin)
	want.Rules.UpdateEvery[incident.P2] = 4 * time.Hour
	zones := cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })
	if d := cmp.Diff(want, c, zones, cmpopts.IgnoreTypes(diag.Position{})); d != "" {
		t.Error(d)
	}
	if got, ok := c.Component("api"); !ok || got.Name != "API" {
		t.Error("the API is not found")
	}
	if _, ok := c.Component("nope"); ok {
		t.Error("found what is not there")
	}
}

func TestAnEmptyFileHasDefaults(t *testing.T) {
	c, said := parse(t, "")
	if want := []string{`1:1 missing-key: no title | write title = "Example Status" at the top`}; cmp.Diff(want, said) != "" {
		t.Error(said)
	}
	if d := cmp.Diff(Default(), c, cmpopts.IgnoreTypes(diag.Position{}), cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })); d != "" {
		t.Error(d)
	}
}

func TestFeedsHostFollowsTheAddress(t *testing.T) {
	c, _ := parse(t, "title = \"x\"\nbase_url = \"https://status.example.com:8443/\"\n")
	international, _ := parse(t, "base_url = \"https://zustand.bücher.example:8080/seite\"")
	if international.BaseURL != "https://zustand.xn--bcher-kva.example:8080/seite/" || international.Feeds.Host != "zustand.xn--bcher-kva.example" {
		t.Errorf("%s, %s", international.BaseURL, international.Feeds.Host)
	}
	if c.Feeds.Host != "status.example.com" {
		t.Error(c.Feeds.Host)
	}
	c, _ = parse(t, "title = \"x\"\nbase_url = \"https://new.example.com/\"\n[feeds]\nhost = \"old.example.com\"\n")
	if c.Feeds.Host != "old.example.com" {
		t.Error(c.Feeds.Host)
	}
}

// TestMistakes puts one mistake at a time on the lines after a title and checks the finding and its
// hint.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`titel = "x"`, `2:1 unknown-key: unknown key "titel" | did you mean "title"?`},
		{`compnents = []`, `2:1 unknown-key: unknown key "compnents" | did you mean "components"?`},
		{`description = ["x"]`, `2:16 wrong-type: a list where a text belongs | write one text; put it in quotes if it contains a colon or a bracket`},
		{`base_url = "status.example.com"`, `2:12 bad-url: "status.example.com" is not an absolute http or https URL | write "https://status.example.com/"`},
		{`base_url = "ftp://status.example.com/"`, `2:12 bad-url: "ftp://status.example.com/" is not an absolute http or https URL | write it like "https://status.example.com/"`},
		{`base_url = "https://status.example.com/?x"`, `2:12 bad-url: "https://status.example.com/?x" is not an absolute http or https URL | write it like "https://status.example.com/"`},
		{`base_url = "https://user:secret@status.example.com/"`, `2:12 bad-url: everybody can read this URL, so it must not contain a user name or a password | leave out everything before the @`},
		{`base_url = 3`, `2:12 bad-url: "3" is not an absolute http or https URL | write it like "https://status.example.com/"`},
		{`base_url = []`, `2:1 wrong-type: a list where a text belongs | write one text; put it in quotes if it contains a colon or a bracket`},
		{`timezone = "Berlin"`, `2:12 bad-zone: unknown time zone "Berlin" | write a name such as "UTC" or "Europe/Berlin"`},
		{`timezone = "Local"`, `2:12 bad-zone: unknown time zone "Local" | write a name such as "UTC" or "Europe/Berlin"`},
		{`timezone = "../etc/passwd"`, `2:12 bad-zone: unknown time zone "../etc/passwd" | write a name such as "UTC" or "Europe/Berlin"`},
		{`language = "english please"`, `2:12 unknown-language: "english please" is not a language | write a tag such as "en", "de" or "pt-BR"`},
		{`languages = ["en", "???"]`, `2:20 unknown-language: "???" is not a language | write a tag such as "en", "de" or "pt-BR"`},
		{`languages = {a = 1}`, `2:14 wrong-type: a map of keys where a list belongs | write it like [one, two]`},
		{"[components]\nid = \"x\"", `2:2 wrong-type: one table where a list of tables belongs | use double brackets, as in [[components]]`},
		{`components = ["api"]`, `2:15 wrong-type: a value where a component ([[components]]) belongs | write one [[components]] for each`},
		{"[[components]]\nname = \"x\"", `2:3 missing-key: a component without id | write id = "api"`},
		{"[[components]]\nid = \"My API\"", `3:6 bad-id: "My API" is not an id: lower-case letters and digits, with . _ - between them | write "my-api"`},
		{"[[components]]\nid = \"../x\"", `3:6 bad-id: "../x" is not an id: lower-case letters and digits, with . _ - between them | write "x"`},
		{"[[components]]\nid = \"a\"\n[[components]]\nid = \"a\"", `5:6 duplicate-id: the id "a" is taken | give one of them another id`},
		{"[[groups]]\nid = \"a\"\n[[groups]]\nid = \"a\"", `5:6 duplicate-id: the id "a" is taken | give one of them another id`},
		{"[subscribe]\nfield = \"email\"", `2:2 missing-key: [subscribe] has no action | write action = "https://lists.example.com/subscription/form"`},
		{"[subscribe]\naction = \"http://lists.example.com/\"", `3:10 bad-url: not an absolute https URL that a form can post to | write it like "https://lists.example.com/subscription/form"`},
		{"[subscribe]\naction = \"https://lists.example.com;script-src/\"", `3:10 bad-url: not an absolute https URL that a form can post to | write it like "https://lists.example.com/subscription/form"`},
		{"[subscribe]\naction = \"https://me:x@lists.example.com/\"", `3:10 bad-url: not an absolute https URL that a form can post to | write it like "https://lists.example.com/subscription/form"`},
		{"[subscribe]\naction = \"https://lists.example.com/\"\nfield = \" \"", `4:9 missing-key: a field without a name | write the name of the provider's field, such as "email"`},
		{"[subscribe]\naction = \"https://lists.example.com/\"\nhidden = [\"l\"]", `4:11 wrong-type: a list where a table of fields belongs | write keys, each with its value`},
		{"[subscribe]\naction = \"https://lists.example.com/\"\nhidden = {l = {a = 1}}", `4:16 wrong-type: a map of keys where a list belongs | write it like [one, two]`},
		{"[subscribe]\naktion = \"x\"", `3:1 unknown-key: unknown key "aktion" | did you mean "action"?`},
		{`subscribe = "https://lists.example.com/"`, `2:13 wrong-type: "https://lists.example.com/" where a table ([subscribe]) belongs | write keys, each with its value`},
		{`promises = "on"`, `2:12 wrong-type: "on" where true or false belongs | write true`},
		{"[labels]\nP4 = \"x\"", `3:1 unknown-key: unknown key "P4" | did you mean "P0"?`},
		{"[labels]\nP0 = []", `3:1 wrong-type: a list where a text belongs | write one text; put it in quotes if it contains a colon or a bracket`},
		{`labels = "Sev 1"`, `2:10 wrong-type: "Sev 1" where a table ([labels]) belongs | write keys, each with its value`},
		{"[[groups]]\nid = \"a\"\ncollapse = \"yes\"", `4:12 wrong-type: "yes" where true or false belongs | write true`},
		{"[feeds]\nhub = \"hub\"", `3:7 bad-url: "hub" is not an absolute http or https URL | write it like "https://status.example.com/"`},
		{"[security]\nexpires = 2027-10-01", `2:2 missing-key: [security] has no contact | write contact = ["mailto:security@example.com"]`},
		{"[security]\ncontact = [\"mailto:security@example.com\"]", `2:2 missing-key: [security] has no expires | write expires, a day at most a year ahead, and review the file by then`},
		{"[security]\ncontact = [\"https://example.com/x\", \"me@example.com\"]\nexpires = 2027-10-01", `3:37 bad-url: "me@example.com" is not a URL for reports | write it like "mailto:security@example.com" or "https://example.com/security"`},
		{"[[groups]]\nname = \"a\"", `2:3 missing-key: a group without id | write id = "api"`},
		{"[[groups]]\nid = \"core\"\n[[components]]\nid = \"a\"\ngroup = \"croe\"", `6:9 unknown-group: unknown group "croe" | did you mean "core"?`},
		{"[[components]]\nid = \"a\"\ngroup = \"x\"", `4:9 unknown-group: unknown group "x" | add [[groups]] with id = "x", or delete the key`},
		{"[[components]]\nid = \"a\"\nstart_date = 2025-01-01T00:00:00Z", `4:14 bad-date: 2025-01-01T00:00:00Z is not a day | write it like 2025-01-31`},
		{"[[components]]\nid = \"a\"\ncode = \"A\"", `4:8 bad-id: "A" is not an id of Statuspage | copy the 12 letters and digits from Statuspage, or delete the key`},
		{"[[components]]\nid = \"a\"\naliases = [\"x\"]", `4:12 bad-alias: "x" does not start with one slash | write it like "/issues/2024-01-31-api/"`},
		{"[[components]]\nid = \"a\"\naliases = [\"/../x\"]", `4:12 bad-alias: "/../x" is not a plain path below the site | write it like "/issues/2024-01-31-api/"`},
		{"[[components]]\nid = \"a\"\naliases = [\"//evil.example.com/\"]", `4:12 bad-alias: "//evil.example.com/" does not start with one slash | write it like "/issues/2024-01-31-api/"`},
		{"[[links]]\nname = \"x\"\nurl = \"javascript:alert(1)\"", `4:7 bad-url: "javascript:alert(1)" is not a URL | write "https://example.com/" or a path such as "/about/"`},
		{"[severity.P4]\npublish = \"1h\"", `2:11 unknown-key: unknown key "P4" | did you mean "P0"?`},
		{"[severity.P2]\npublish = \"1 hour\"", `3:11 bad-duration: "1 hour" is not a duration | write "1h"`},
		{"[severity.P2]\npublish = -1", `3:11 bad-duration: -1 is not a duration | write it like "90s", "30m", "1h30m" or "7d"`},
		{"[severity.P2]\nbatch = \"90m\"", `3:9 bad-rule: a batch of 90m is longer than updates of P2 may wait | write at most 1h, and at most the value of publish`},
		{"[rules]\ntolerance = \"2h\"", `3:13 bad-rule: a tolerance of 2h is too long | write a few minutes, such as "5m"`},
		{"[rules]\nsince = \"2026-01-01 10:00:00\"", `3:9 bad-date: "2026-01-01 10:00:00" is not a date in RFC 3339 with an offset | write 2026-01-01T10:00:00Z, if that is the zone you mean`},
		{"[brand]\ncolour = \"blue\"", `3:10 bad-colour: "blue" is not a colour | write it like "#0b5fff"`},
		{"[brand.conditions]\nmajor = \"#f00\"", `3:1 unknown-key: unknown key "major" | valid values: operational, under_maintenance, degraded_performance, partial_outage, major_outage`},
		{"[rules]\nsince = \"then\"", `3:9 bad-date: "then" is not a day | write it like 2025-01-31`},
		{"[rules.update_every]\nP9 = \"1h\"", `3:1 unknown-key: unknown key "P9" | did you mean "P0"?`},
		{"[uptime]\nmajor_outage = 2", `3:16 bad-number: 2 is not a share of the time | write a share from 0 to 1, such as 0.3`},
		{"[uptime]\nmajor_outage = \"x\"", `3:16 wrong-type: "x" where a number belongs | write it like 1 or 0.3, without quotes`},
		{"[uptime]\nmaintenance = 0", `3:1 unknown-key: unknown key "maintenance" | valid values: degraded_performance, partial_outage, major_outage`},
		{"[feeds]\nentries = 0", `3:11 bad-number: 0 is not a valid number of entries | write a whole number from 1 to 500, such as 50`},
		{"[feeds]\nentries = 2.5", `3:11 bad-number: 2.5 is not a valid number of entries | write a whole number from 1 to 500, such as 50`},
		{"[feeds]\nentries = 501", `3:11 bad-number: 501 is not a valid number of entries | write a whole number from 1 to 500, such as 50`},
		{"[feeds]\ncstate = \"yes\"", `3:10 wrong-type: "yes" where true or false belongs | write true`},
		{"[publish]\ncname = \"https://x.example.com\"", `3:9 bad-url: "https://x.example.com" is not a host name | write it like "status.example.com"`},
		{"[[webhooks]]\nname = \"a\"\nsecret_env = \"S\"", `2:3 missing-key: a recipient without url | write url = "https://example.com/hooks/status"`},
		{"[[webhooks]]\nurl = \"https://example.com/\"\nsecret_env = \"S\"", `2:3 missing-key: a recipient without name | write name = "incidents"`},
		{"[[webhooks]]\nname = \"a\"\nurl = \"https://example.com/\"", `2:3 missing-key: a recipient without secret_env | write secret_env = "STATUS_WEBHOOK_SECRET"`},
		{"[[webhooks]]\nname = \"a\"\nurl = \"https://me:password@example.com/\"", `4:7 bad-url: not an https URL | write it like "https://example.com/hooks/status"; if it is secret, put it into a variable and write its name, such as "CRIER_SLACK_URL"`},
		{"[[webhooks]]\nname = \"a\"\nsecret_env = \"whsec_c29tZXRoaW5n/==\"", `4:14 bad-id: not the name of an environment variable | write the name of the variable, such as "STATUS_WEBHOOK_SECRET", never the secret itself`},
		{"[[webhooks]]\nname = \"a\"\nurl = \"https://example.com/\"\nsecret_env = \"S\"\n[[webhooks]]\nname = \"a\"", `7:8 duplicate-id: the id "a" is taken | give one of them another id`},
		{"[[notify]]\nname = \"a\"", `2:3 missing-key: a recipient without form | write form = "slack"; valid values: webhook, slack, discord, teams, listmonk, smtp`},
		{"[[notify]]\nname = \"a\"\nform = \"fax\"", `4:8 wrong-type: unknown form "fax" | valid values: webhook, slack, discord, teams, listmonk, smtp`},
		{"[[notify]]\nname = \"a\"\nform = \"slack\"", `2:3 missing-key: a recipient without to | write to = "CRIER_SLACK_URL"`},
		{"[[notify]]\nname = \"a\"\nform = \"slack\"\nto = \"http://example.com/\"", `5:6 bad-url: not an https URL | write it like "https://example.com/hooks/status"; if it is secret, put it into a variable and write its name, such as "CRIER_SLACK_URL"`},
		{"[[notify]]\nname = \"a\"\nform = \"smtp\"\nto = \"https://example.com/\"\nsecret = \"CRIER_S\"\nfrom = \"a@example.com\"", `2:3 bad-id: addresses don't belong in a file | write to = "CRIER_CUSTOMERS" and put the addresses, separated by commas, into that variable`},
		{"[[notify]]\nname = \"a\"\nform = \"listmonk\"\nto = \"https://example.com/\"\nsecret = \"CRIER_S\"", `2:3 missing-key: a recipient without lists | write lists = [3]`},
		{"[[notify]]\nname = \"a\"\nform = \"slack\"\nto = \"CRIER_S\"\nseverities = [\"P9\"]", `6:15 unknown-severity: unknown severity "P9" | valid values: P0, P1, P2, P3`},
		{"[[notify]]\nname = \"a\"\nform = \"slack\"\nto = \"CRIER_S\"\ncomponents = [\"api\"]\n[[components]]\nid = \"app\"", `6:15 unknown-component: unknown component "api" | did you mean "app"?`},
		{"[[notify]]\nname = \"a\"\nform = \"slack\"\nto = \"CRIER_S\"\nlanguage = \"de\"", `2:3 unknown-language: the site has no language "de" | valid values: en`},
		{"[[notify]]\nname = \"a\"\nform = \"webhook\"\nto = \"CRIER_U\"\nsecret = \"CRIER_S\"\nremind = \"15m\"", `2:3 wrong-type: only chats are reminded | delete remind, or write a second entry for a chat`},
		{"[[notify]]\nname = \"a\"\nform = \"slack\"\nto = \"CRIER_S\"\nremind = \"5s\"", `6:10 wrong-type: reminders can't be that frequent | write a duration of a minute or more, such as "15m"`},
		{`title = "twice"`, `2:1 bad-syntax: `},
		{`x = `, `2:5 bad-syntax: unexpected end of the line at start of value | config.toml is TOML: put texts in quotes, see toml.io`},
	} {
		_, said := parse(t, "title = \"x\"\n"+c.src+"\n")
		if len(said) != 1 || said[0] != c.want && !(strings.HasSuffix(c.want, ": ") && strings.HasPrefix(said[0], c.want)) {
			t.Errorf("%s\n got %q\nwant %q", c.src, said, c.want)
		}
	}
}

func TestSecurity(t *testing.T) {
	c, findings, err := Parse("config.toml", []byte("title = \"x\"\n[feeds]\nhub = \"https://hub.example.com/\"\n[security]\ncontact = [\"mailto:a@example.com\", \"tel:+1-201-555-0123\"]\nexpires = 2027-10-01\n"+
		"policy = \"https://example.com/p\"\nacknowledgments = \"https://example.com/a\"\nencryption = \"https://example.com/e\"\npreferred_languages = [\"en\", \"de\"]\n"))
	if err != nil || len(findings) > 0 {
		t.Fatal(err, findings)
	}
	want := Security{Contact: []string{"mailto:a@example.com", "tel:+1-201-555-0123"}, Expires: time.Date(2027, 10, 1, 0, 0, 0, 0, time.UTC),
		Policy: "https://example.com/p", Acknowledgments: "https://example.com/a", Encryption: "https://example.com/e", PreferredLanguages: []string{"en", "de"}}
	if d := cmp.Diff(want, c.Security); d != "" {
		t.Error(d)
	}
	if c.Feeds.Hub != "https://hub.example.com/" {
		t.Error(c.Feeds.Hub)
	}
}

func TestAllMistakesInOrder(t *testing.T) {
	c, findings, err := Parse("config.toml", []byte("theme = \"x\"\nlanguge = \"en\"\ntimezone = \"Berlin\"\n[[components]]\nid = \"a\"\n"))
	if err != nil || len(findings) != 3 || len(c.Components) != 1 || c.Theme != "x" || c.Zone != time.UTC {
		t.Error(findings, c, err)
	}
	if diag.Count(findings, diag.Mistake) != 3 {
		t.Error("a mistake is not called one")
	}
	if _, _, err := Parse("config.toml", []byte("[")); err == nil || !strings.HasPrefix(err.Error(), "config.toml:1:") {
		t.Error(err)
	}
}

// TestControlCharactersAreDropped guards the generated files: a control character would appear on
// pages and make browsers download index.md instead of showing it.
func TestControlCharactersAreDropped(t *testing.T) {
	c, findings, err := Parse("config.toml", []byte("title = \"a\\u0000b\\u001b[31mc\"\ndescription = \"\"\"\none\ntwo\tthree\"\"\"\n[[components]]\nid = \"x\"\nname = \"y\\u0085z\"\n"))
	if err != nil || c.Title != "ab[31mc" || c.Description != "one two three" || c.Components[0].Name != "yz" {
		t.Errorf("%q, %q, %+v, %v", c.Title, c.Description, c.Components, err)
	}
	if len(findings) != 2 || findings[0].Kind != diag.ControlCharacter {
		t.Errorf("%v", findings)
	}
}

// TestAByteOrderMark checks that the byte order mark written by some editors is ignored.
func TestAByteOrderMark(t *testing.T) {
	c, findings, err := Parse("config.toml", []byte("\xef\xbb\xbftitle = \"Status\"\nbase_url = \"https://status.example.com/\"\n"))
	if err != nil || len(findings) > 0 || c.Title != "Status" {
		t.Errorf("%q %v %v", c.Title, findings, err)
	}
}
