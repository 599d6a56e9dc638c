// Adds what a page can do without, and shows nothing of its own words: the reader's time, the refresh, the colours, the search.
(() => {
  const root = document.documentElement, script = document.currentScript, lang = root.lang;
  const main = () => document.getElementById("main");
  let page = main().innerHTML;
  const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
  const clock = new Intl.DateTimeFormat(lang, hour), full = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short", ...hour });
  const ago = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });

  // The reader's own time beside the page's, and how long ago or ahead it is when that is within two days.
  const times = () => document.querySelectorAll("time[datetime]").forEach((time) => {
    const stamp = time.dateTime, at = new Date(stamp), zone = (Date.parse(stamp.slice(0, 19) + "Z") - at) / 6e4;
    if (isNaN(at)) return;
    const own = -at.getTimezoneOffset(), minutes = Math.round((at - Date.now()) / 6e4), parts = [];
    if (own !== zone) parts.push((at.getDate() === +stamp.slice(8, 10) ? clock : full).format(at));
    if (Math.abs(minutes) < 2880) parts.push(Math.abs(minutes) < 60 ? ago.format(minutes, "minute") : ago.format(Math.round(minutes / 60), "hour"));
    let note = time.nextElementSibling;
    if (!note || note.className !== "own") {
      if (!parts.length) return;
      note = document.createElement("span");
      note.className = "own";
      time.after(note);
    }
    const text = parts.length ? " (" + parts.join(", ") + ")" : "";
    if (note.textContent !== text) note.textContent = text;
  });
  times();
  setInterval(times, 6e4);

  // Copy buttons, where the browser can copy.
  const copies = () => document.querySelectorAll(".copy").forEach((button) => {
    button.hidden = !navigator.clipboard;
    button.onclick = () => navigator.clipboard.writeText(button.value).then(() => { button.textContent = button.dataset.copied; });
  });
  copies();

  // Light or dark, against the system.
  const look = document.getElementById("look"), store = (() => { try { return localStorage; } catch { return null; } })();
  if (look) {
    const set = (value) => { if (value) root.dataset.theme = value; else delete root.dataset.theme; };
    set(look.value = (store && store.getItem("look")) || "");
    look.onchange = () => { set(look.value); if (store) store.setItem("look", look.value); };
    look.parentNode.hidden = false;
  }

  // A new build replaces what the page shows, where the reader is. The quieter it is, the less is asked.
  const notice = document.getElementById("notice"), say = (text) => { if (notice.textContent !== text) notice.textContent = text; };
  const icon = document.querySelector("link[rel=icon]");
  let known, timer, wait = 3e4;
  const check = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      const get = async (url) => { const r = await fetch(url, { cache: "no-cache" }); if (!r.ok) throw r; return r; };
      const { version } = await (await get(script.dataset.version)).json();
      const typing = document.querySelector("#q:focus");
      if (known && version !== known && !typing) {
        const next = new DOMParser().parseFromString(await (await get(location.href)).text(), "text/html");
        const fresh = next.getElementById("main"), focus = document.activeElement, key = (e) => e.href || (e.querySelector(".name") || e).textContent;
        if (fresh && fresh.innerHTML !== page) {
          page = fresh.innerHTML;
          document.querySelectorAll("details:not([open]) > summary .name").forEach((name) => fresh.querySelectorAll("details > summary .name").forEach((other) => {
            if (other.textContent === name.textContent) other.closest("details").open = false;
          }));
          const held = main().contains(focus) && [...fresh.querySelectorAll("a, summary")].find((e) => key(e) === key(focus));
          main().replaceWith(fresh);
          if (held) held.focus({ preventScroll: true });
          document.title = next.title;
          if (icon) icon.href = icon.href.split("?")[0] + "?" + version;
          times();
          copies();
          search();
          say(notice.dataset.changed + " " + fresh.querySelector("h1").textContent);
          wait = 25e3;
        }
      } else if (notice.textContent === notice.dataset.stale) say("");
      if (!typing) known = version;
      wait = Math.min(wait * 1.2, 3e5);
    } catch {
      if (known) say(notice.dataset.stale);
      wait = Math.min(wait * 2, 3e5);
    }
    timer = setTimeout(check, wait);
  };
  if (location.protocol !== "file:") {
    check();
    document.addEventListener("visibilitychange", check);
  }

  // The search is loaded when somebody wants it.
  const search = () => {
    const form = document.querySelector("form.search"), input = form && form.querySelector("input");
    if (!form) return;
    form.hidden = location.protocol === "file:";
    input.onfocus = () => {
      input.onfocus = null;
      const code = document.createElement("script");
      code.src = form.dataset.script;
      code.onerror = () => { form.querySelector("[role=status]").textContent = form.dataset.failed; };
      document.head.append(code);
    };
    form.onsubmit = (event) => event.preventDefault();
    const q = new URLSearchParams(location.search).get("q");
    if (q && !input.value) { input.value = q; input.focus(); }
  };
  search();
})();
