package site

func (p *Site) subscribe(from pageContext) (title, description string, view any) {
	v := Subscribe{Formats: formats("", from.Meta), Form: p.Config.Subscribe, Hub: p.Config.Feeds.Hub}
	for _, c := range p.Config.Components {
		v.Components = append(v.Components, Subscription{c.Name, formats(Ref("components/"+c.ID+"/"), from.Meta)})
	}
	return from.Words.Word("subscribe"), from.Words.Word("subscribe_about"), &v
}

// formats returns links to the feeds and the calendar in a folder.
func formats(folder Ref, meta *Meta) []Link {
	return []Link{{"RSS", folder + "feed.rss"}, {"Atom", folder + "feed.atom"}, {"JSON", folder + "feed.json"}, {meta.Words.Word("calendar"), "/" + folder + "maintenance.ics"}}
}
