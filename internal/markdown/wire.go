package markdown

import "settler.io/crier/internal/wire"

// Wire writes or reads the document. usual is the path that most of its links stand in.
func (d *Document) Wire(c *wire.Coder, usual string) {
	c.Text(&d.Text)
	c.TextOr(&d.Markdown, d.Text)
	c.Bool(&d.plain)
	c.Text(&d.html)
	wire.Pointer(c, &d.rest, func(r *rest) {
		wire.List(c, &r.links, func(l *Link) {
			c.Text(&l.Destination)
			c.TextOr(&l.Position.Path, usual)
			wire.Int(c, &l.Position.Line)
			wire.Int(c, &l.Position.Column)
		})
		wire.List(c, &r.anchors, c.Text)
		wire.List(c, &r.parts, func(p *part) {
			c.Text(&p.html)
			wire.Pointer(c, &p.link, func(h *hole) {
				c.Text(&h.destination)
				c.Text(&h.text)
			})
		})
	})
}
