// What a page can do without.
(() => {
  const root = document.documentElement, script = document.currentScript, lang = root.lang;
  const main = () => document.getElementById("main"), all = (selector) => document.querySelectorAll(selector);
  const tag = (lang === "en" ? "en-GB" : lang) + "-u-ca-gregory-nu-latn", day = { day: "numeric", month: "short" };
  const ago = new Intl.RelativeTimeFormat(tag, { numeric: "auto", style: "short" });
  const local = location.protocol === "file:";
  let page = main().innerHTML;

  // Times in the reader's zone, with the page's as a tooltip.
  const clock = (at, other) => {
    const now = new Date(), today = (t) => t.toDateString() === now.toDateString();
    return new Intl.DateTimeFormat(tag, {
      ...(today(at) && today(other) ? {} : at.getFullYear() === now.getFullYear() ? day : { ...day, year: "numeric" }),
      hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    });
  };
  const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };
  const put = (element, text, from = element) => {
    element.title ||= element.textContent;
    text = text.replace(/ /g, "\u00a0");
    if (from.firstChild.data !== text) from.firstChild.data = text;
  };
  const times = () => {
    all(".window").forEach((span) => {
      const [start, between, end] = span.childNodes, from = new Date(start.dateTime), to = new Date(end.dateTime);
      put(span, clock(from, to).formatRange(from, to), start);
      between.data = end.firstChild.data = "";
    });
    all(":not(.window) > time").forEach((time) => {
      const at = new Date(time.dateTime), minutes = Math.round((at - Date.now()) / 6e4), far = Math.abs(minutes);
      const since = far < 60 ? ago.format(minutes, "minute") : ago.format(Math.round(minutes / 60), "hour");
      put(time, (far < 2880 && !time.closest(".since") ? since + " · " : "") + clock(at, at).format(at));
    });
  };
  times();
  setInterval(times, 6e4);
  all("footer .zone").forEach((zone) => put(zone, new Intl.DateTimeFormat().resolvedOptions().timeZone));

  // Copy buttons, where the browser can copy.
  const copies = () => all(".copy").forEach((button) => {
    button.hidden = !navigator.clipboard;
    button.onclick = () => navigator.clipboard.writeText(button.value).then(() => { button.textContent = button.dataset.copied; });
  });
  copies();

  // Light or dark.
  const look = document.getElementById("look");
  try {
    root.dataset.theme = look.value = localStorage.look || "";
    look.onchange = () => { root.dataset.theme = localStorage.look = look.value; };
    look.parentNode.hidden = false;
  } catch { /* a browser that keeps nothing follows the system */ }

  // A new build replaces what the page shows.
  const notice = document.getElementById("notice"), say = (text) => write(notice, text);
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
        const fresh = next.getElementById("main"), focus = document.activeElement, key = (e) => e.href || e.parentNode.id;
        if (fresh && fresh.innerHTML !== page) {
          page = fresh.innerHTML;
          all("details[data-kept]").forEach((old) => { // what the reader opened or closed
            const same = next.getElementById(old.id);
            if (same) { same.open = old.open; same.dataset.kept = 1; }
          });
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
  if (!local) {
    check();
    document.addEventListener("visibilitychange", check);
  }
  document.addEventListener("click", (event) => { const s = event.target.closest("summary"); if (s) s.parentNode.dataset.kept = 1; });

  // The search, loaded on demand.
  const search = () => {
    const form = document.querySelector("form.search"), input = form?.elements.q;
    if (!form || local) return;
    form.hidden = false;
    input.onfocus = () => {
      input.onfocus = null;
      const code = document.createElement("script");
      code.src = form.dataset.script;
      code.onerror = () => write(form.querySelector("[role=status]"), form.dataset.failed);
      document.head.append(code);
    };
    const q = new URLSearchParams(location.search).get("q");
    if (q && !input.value) { input.value = q; input.focus(); }
  };
  search();
})();
