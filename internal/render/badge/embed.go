package badge

import (
	"encoding/json"
	"html/template"
	"io"
	"strings"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
)

// script fetches badge.json, beside it, every 60 seconds, or every data-every seconds but no more
// often than once a second. It shows the message while something is wrong, and nothing otherwise or
// when the file can't be read. It creates elements and styles them through the CSSOM, which even a
// strict Content-Security-Policy allows, and takes only colours from its data attributes, or in
// embed.html from the query.
const script = `(()=>{const s=document.currentScript,u=new URL(".",s.src),c=COLOURS;let d=s.dataset,f=d.frame,b;` +
	`if(f)d=Object.fromEntries(new URLSearchParams(location.search));` +
	`const go=async()=>{if(document.hidden)return;let j={};try{const r=await fetch(new URL("badge.json",u),{cache:"no-cache"});if(r.ok)j=await r.json()}catch{}` +
	`const k=c[j.color],p=f||d.target?document.querySelector(f||d.target):document.body;` +
	`if(!k||!p){b&&b.remove();b=0;return}` +
	`if(!b||!b.isConnected){b=document.createElement("div");b.className="crier-banner";b.setAttribute("role","status");p.prepend(b);` +
	`const a=document.createElement("a");a.href=u;a.target="_top";b.append(a);` +
	`Object.assign(a.style,{display:"block",padding:".6em 1em",textAlign:"center",textDecoration:"none",color:d.color||(f?"var(--ground)":"#fff")})}` +
	`const a=b.firstChild,t=TITLE+j.message;a.style.backgroundColor=d.background||(f?"var(--"+k[1]+")":k[0]);if(a.textContent!==t)a.textContent=t};` +
	`go();setInterval(go,Math.max(1,+d.every||60)*1e3);document.addEventListener("visibilitychange",go)})();
`

func Script(w io.Writer, title string) error {
	colours := map[string][2]string{} // by Shields' name: the colour, and the theme's custom property for it
	for condition, style := range look {
		if condition > incident.Operational {
			colours[style.shields] = [2]string{style.colour, style.property}
		}
	}
	table, err := json.Marshal(colours)
	if err != nil {
		return err
	}
	name, err := json.Marshal(title + ": ")
	if err != nil {
		return err
	}
	_, err = strings.NewReplacer("COLOURS", string(table), "TITLE", string(name)).WriteString(w, script)
	return err
}

var frame = template.Must(template.New("embed").Parse(`<!DOCTYPE html>
<html lang="{{.Language}}"{{if .RTL}} dir="rtl"{{end}} class="embed">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{.Title}}</title>
<link rel="stylesheet" href="{{.Style}}">
</head>
<body>
<main><h1 class="vh">{{.Title}}</h1></main>
<script src="embed.js" data-frame="main"></script>
</body>
</html>
`))

// Frame writes embed.html, which shows the banner of embed.js in an iframe, in the font and colours
// of the theme's stylesheet, or in colours from the URL, such as embed.html?background=navy.
func Frame(w io.Writer, meta *site.Meta, style string) error {
	return frame.Execute(w, struct {
		Title, Language, Style string
		RTL                    bool
	}{meta.Title, meta.Language, style, meta.Words.RTL})
}
