package cstate

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/frontmatter"
)

// settings holds the contents of config.toml.
type settings struct {
	title, baseURL, description, language string
	groups                                []group
	systems                               []system
	links                                 []link
}

type group struct{ id, name, description string }

type link struct{ name, url string }

// system is cState's term for a component.
type system struct {
	id, name, group, description string
	old                          string // its path on the cState site
}

// other is the group for systems that the configuration does not list.
const other = "other"

// readConfig reads the configuration of cState, which is a Hugo configuration.
func (i *importer) readConfig() error {
	for _, name := range []string{"config.yml", "config.yaml", "config.toml", "hugo.toml", "hugo.yaml", "hugo.yml"} {
		raw, err := fs.ReadFile(i.fsys, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		read := frontmatter.YAML
		if strings.HasSuffix(name, ".toml") {
			read = frontmatter.TOML
		}
		root, err := read(raw, 1)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, err.(*frontmatter.SyntaxError).Line, err)
		}
		i.settings(name, root)
		return nil
	}
	return errors.New("this is not a cState repository: it has no config.yml")
}

// children returns the entries of a map by lower-case key. Hugo ignores the case of keys.
func children(n *frontmatter.Node) map[string]*frontmatter.Node {
	out := map[string]*frontmatter.Node{}
	if n != nil {
		for _, e := range n.Entries {
			out[strings.ToLower(e.Key)] = e.Value
		}
	}
	return out
}

func words(n *frontmatter.Node) string {
	if n == nil {
		return ""
	}
	return strings.Join(strings.Fields(n.Text), " ")
}

// ignored lists settings for the appearance and behaviour of cState and Hugo that Crier does not
// need.
var ignored = map[string]bool{
	"enablegitinfo": true, "buildfuture": true, "defaultcontentlanguage": true, "theme": true, "preservetaxonomynames": true,
	"taxonomies": true, "outputs": true, "outputformats": true, "security": true, "ignorelogs": true,
	"userelativetime": true, "skipseconds": true, "enablelastmod": true, "dateformat": true, "shortdateformat": true,
	"uselargeheaderdesign": true, "incidenthistoryformat": true, "disableincidenthistory": true, "disabledarkmode": true,
	"disablecomplexcalculations": true, "incidentpostsperpage": true, "headertextcolor": true, "alwayskeepbrandcolor": true, "enablemissingtranslationplaceholders": true,
}

func (i *importer) settings(name string, root *frontmatter.Node) {
	c := &i.config
	for _, e := range root.Entries {
		switch key := strings.ToLower(e.Key); key {
		case "title":
			c.title = words(e.Value)
		case "baseurl":
			c.baseURL = words(e.Value)
		case "languagecode":
			c.language = words(e.Value)
		case "params":
			i.params(name, e.Value)
		default:
			if !ignored[key] {
				i.report(diag.LostInImport, name, e.Line, "the setting %q has no counterpart", e.Key)
			}
		}
	}
	if u, err := url.Parse(c.baseURL); err != nil || u.Host == "" {
		i.report(diag.GuessInImport, name, 1, "no absolute baseURL; config.toml has http://localhost/")
		c.baseURL = "http://localhost/"
	}
}

func (i *importer) params(name string, params *frontmatter.Node) {
	c := &i.config
	ids := map[string]bool{}
	groupOf := map[string]string{} // group id by category name
	if categories := children(params)["categories"]; categories != nil {
		for _, item := range categories.Items {
			fields := children(item)
			g := group{id: distinct(ids, slug(words(fields["name"]))), name: words(fields["name"]), description: words(fields["description"])}
			groupOf[g.name] = g.id
			c.groups = append(c.groups, g)
		}
	}
	for _, e := range params.Entries {
		switch key := strings.ToLower(e.Key); key {
		case "categories":
		case "description":
			c.description = words(e.Value)
		case "systems":
			for _, item := range e.Value.Items {
				fields := children(item)
				s := c.add(words(fields["name"]))
				s.group, s.description = groupOf[words(fields["category"])], words(fields["description"])
			}
		case "customtabs":
			for _, item := range e.Value.Items {
				fields := children(item)
				l := link{words(fields["name"]), words(fields["link"])}
				if u, err := url.Parse(l.url); err != nil || u.Host == "" {
					i.report(diag.LostInImport, name, item.Line, "the tab %q leads to %q, which is not a page that could be imported", l.name, l.url)
					continue
				}
				c.links = append(c.links, l)
			}
		default:
			if !ignored[key] {
				i.report(diag.LostInImport, name, e.Line, "the setting params.%s has no counterpart", e.Key)
			}
		}
	}
}

func distinct(taken map[string]bool, id string) string {
	name := id
	for n := 2; taken[name]; n++ {
		name = fmt.Sprintf("%s-%d", id, n)
	}
	taken[name] = true
	return name
}

// find returns the system with a name. Names for which Hugo generates the same URL are equal.
func (c *settings) find(name string) *system {
	for n := range c.systems {
		if strings.EqualFold(c.systems[n].name, name) || urlize(c.systems[n].name) == urlize(name) {
			return &c.systems[n]
		}
	}
	return nil
}

func (c *settings) add(name string) *system {
	taken := map[string]bool{}
	for _, s := range c.systems {
		taken[s.id] = true
	}
	c.systems = append(c.systems, system{id: distinct(taken, slug(name)), name: name, old: "/affected/" + urlize(name) + "/"})
	return &c.systems[len(c.systems)-1]
}

// component returns the id of a system that an issue names, and adds the system if the
// configuration does not list it.
func (i *importer) component(p post, name string) string {
	if s := i.config.find(name); s != nil {
		return s.id
	}
	s := i.config.add(name)
	s.group = other
	i.report(diag.GuessInImport, p.path, p.lines["affected"], "the configuration does not list %q; it became a component of the group Other", name)
	return s.id
}

// describe uses the text of content/affected/<name>/_index.md as the description of a system.
func (c *settings) describe(folder string, p post) {
	for n := range c.systems {
		s := &c.systems[n]
		if s.description == "" && (strings.EqualFold(s.name, p.text("title")) || urlize(s.name) == urlize(folder)) {
			s.description = strings.Join(strings.Fields(p.body), " ")
		}
	}
}

// write returns config.toml. [rules] since is set to just after last, so that imported incidents
// have no deadlines.
func (c *settings) write(last time.Time) []byte {
	var b strings.Builder
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s = %s\n", key, quote(value))
		}
	}
	b.WriteString("# Imported from a cState site.\n")
	line("title", orElse(c.title, "Status"))
	line("base_url", c.baseURL)
	line("description", c.description)
	line("language", c.language)
	for _, l := range c.links {
		b.WriteString("\n[[links]]\n")
		line("name", l.name)
		line("url", l.url)
	}
	groups := c.groups
	for _, s := range c.systems {
		if s.group == other {
			groups = append(groups[:len(groups):len(groups)], group{id: other, name: "Other"})
			break
		}
	}
	for _, g := range groups {
		b.WriteString("\n[[groups]]\n")
		line("id", g.id)
		line("name", g.name)
		line("description", g.description)
	}
	for _, s := range c.systems {
		b.WriteString("\n[[components]]\n")
		line("id", s.id)
		line("name", s.name)
		line("group", s.group)
		line("description", s.description)
		fmt.Fprintf(&b, "aliases = [%s]\n", quote(s.old))
	}
	b.WriteString("\n# The feeds at /index.xml and /affected/<name>/index.xml stay as they were.\n[feeds]\ncstate = true\n")
	if !last.IsZero() {
		fmt.Fprintf(&b, "\n# What happened before the move owes nothing.\n[rules]\nsince = %s\n", last.Add(time.Second).UTC().Format(time.RFC3339))
	}
	return []byte(b.String())
}
