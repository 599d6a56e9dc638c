// The preview's script. It updates the parts of the page that changed in a new build, shows problems
// above the page, and adds a bar for viewing another instant or unpublished updates. It is in no build.
(() => {
  const script = document.currentScript, { page, run } = script.dataset;
  let hash = script.dataset.hash;

  // The page as the server sent it, before any other script changes it, and a map from each of its
  // nodes to the node that is shown. Only differences between two such pages are applied, so that
  // changes made by scripts and readers stay.
  const shown = new WeakMap(), ours = new WeakSet();
  const pair = (sent, node) => {
    shown.set(sent, node);
    ours.add(node);
    for (let i = 0; i < sent.childNodes.length; i++) pair(sent.childNodes[i], node.childNodes[i]);
  };
  let source = document.documentElement.cloneNode(true);
  pair(source, document.documentElement);

  const keep = (old, fresh) => {
    shown.set(fresh, shown.get(old));
    for (let i = 0; i < fresh.childNodes.length && i < old.childNodes.length; i++) keep(old.childNodes[i], fresh.childNodes[i]);
  };

  // Nodes with equal keys may be updated into each other.
  const key = (node) => node.id || (node.nodeName === "TIME" ? node.dateTime : node.nodeName === "LINK" ? node.rel + node.type + node.hreflang
    : node.nodeName === "META" ? node.name + node.httpEquiv + node.getAttribute("property") : "");
  const name = (node) => node.nodeName === "SCRIPT" && node.type === "text/css" ? "STYLE" : node.nodeName;
  const alike = (a, b) => name(a) === name(b) && (a.nodeType !== Node.ELEMENT_NODE || key(a) === key(b));
  const text = (node) => node.nodeType === Node.ELEMENT_NODE ? node.outerHTML : node.nodeName + node.data;

  // match finds for each fresh node the old node that it replaces: first the longest common
  // subsequence of equal nodes, then nodes between them that are alike.
  const match = (olds, freshs) => {
    const pairs = new Map(), a = olds.map(text), b = freshs.map(text);
    let head = 0, tail = 0;
    while (head < a.length && head < b.length && a[head] === b[head]) head++;
    while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
    const n = a.length - head - tail, m = b.length - head - tail, equal = [];
    for (let i = 0; i < head; i++) equal.push([i, i]);
    if (n * m > 0 && n * m < 1e6) {
      const most = Array.from({ length: n + 1 }, () => new Uint32Array(m + 1));
      for (let i = n - 1; i >= 0; i--) for (let j = m - 1; j >= 0; j--) {
        most[i][j] = a[head + i] === b[head + j] ? most[i + 1][j + 1] + 1 : Math.max(most[i + 1][j], most[i][j + 1]);
      }
      for (let i = 0, j = 0; i < n && j < m;) {
        if (a[head + i] === b[head + j]) equal.push([head + i++, head + j++]);
        else if (most[i + 1][j] >= most[i][j + 1]) i++;
        else j++;
      }
    }
    for (let i = tail; i > 0; i--) equal.push([a.length - i, b.length - i]);
    let i = 0, j = 0;
    for (const [x, y] of [...equal, [a.length, b.length]]) {
      for (; j < y; j++) {
        let at = i;
        while (at < x && !alike(olds[at], freshs[j])) at++;
        if (at < x) { pairs.set(freshs[j], olds[at]); i = at + 1; }
      }
      if (y < b.length) pairs.set(freshs[y], olds[x]);
      i = x + 1;
      j = y + 1;
    }
    return pairs;
  };

  const sheets = new Map(); // by style element

  // What scripts insert after a node belongs to it.
  const drop = (node) => {
    while (node.nextSibling && !ours.has(node.nextSibling) && document.body.contains(node)) node.nextSibling.remove();
    node.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== sheets.get(node));
  };
  const place = (parent, before, node) => {
    let next = before ? before.nextSibling : parent.firstChild;
    while (before && next && !ours.has(next)) next = next.nextSibling;
    parent.insertBefore(node, next);
  };

  // The policy of the loaded page allows only its own inline styles, so a new inline style is
  // replaced by a constructed style sheet.
  const restyle = (style, css) => {
    const sheet = sheets.get(style) || new CSSStyleSheet();
    sheet.replaceSync(css);
    if (!sheets.has(style)) {
      sheets.set(style, sheet);
      if (style.sheet) style.sheet.disabled = true;
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    }
  };

  const morph = (old, fresh) => {
    const node = shown.get(old);
    if (old.isEqualNode(fresh)) return keep(old, fresh);
    shown.set(fresh, node);
    if (old.nodeType !== Node.ELEMENT_NODE) { node.data = fresh.data; return; }
    if (name(old) === "STYLE") {
      if (old.textContent !== fresh.textContent) restyle(node, fresh.textContent);
      return keep(old, fresh);
    }
    if (old.nodeName === "META" && old.httpEquiv) return; // a browser would add the new policy to the current one
    if (old.nodeName === "LINK" && old.rel === "stylesheet" && old.getAttribute("href") !== fresh.getAttribute("href")) {
      const next = document.importNode(fresh, true); // keep the old one until the new one has loaded
      next.onload = next.onerror = () => node.remove();
      node.after(next);
      pair(fresh, next);
      return;
    }
    for (const attribute of fresh.attributes) if (old.getAttribute(attribute.name) !== attribute.value) node.setAttribute(attribute.name, attribute.value);
    for (const attribute of old.attributes) if (!fresh.hasAttribute(attribute.name)) node.removeAttribute(attribute.name);
    const pairs = match([...old.childNodes], [...fresh.childNodes]), kept = new Set(pairs.values());
    for (const child of old.childNodes) {
      if (shown.get(child).parentNode !== node) throw new Error("the page was changed by others");
      if (!kept.has(child)) drop(shown.get(child));
    }
    let before = null;
    for (const child of fresh.childNodes) {
      const former = pairs.get(child);
      if (former) {
        morph(former, child);
      } else {
        const made = document.importNode(child, true);
        pair(child, made);
        place(node, before, made);
        if (name(child) === "STYLE") restyle(made, child.textContent);
      }
      before = shown.get(child);
    }
  };

  const scripts = (root) => [...root.querySelectorAll("script[src]")].filter((s) => !s.dataset.run).map((s) => s.src).join();
  const loaded = scripts(source); // they go on running on a page that has none, such as 404.html
  let fetching = false, wanted = hash;
  const update = async () => {
    if (fetching) return;
    fetching = true;
    try {
      while (wanted !== hash) {
        const answer = await fetch(location.href, { cache: "no-store" });
        // The policy of this page allows only its own styles, so those of the new page are parsed as
        // scripts of a type that never runs.
        const html = (await answer.text()).replace(/<style(?=[\s>])/gi, '<script type="text/css"').replace(/<\/style>/gi, "</script>");
        const next = new DOMParser().parseFromString(html, "text/html");
        const own = next.querySelector("script[data-run]");
        if (!own || own.dataset.run !== run || scripts(next) && scripts(next) !== loaded) return location.reload();
        const fresh = next.documentElement;
        morph(source, fresh);
        source = fresh;
        const same = hash === own.dataset.hash;
        hash = own.dataset.hash;
        document.dispatchEvent(new CustomEvent("crier:updated"));
        if (same) break; // nothing new was served: wait for the next event
      }
    } catch {
      location.reload();
    } finally {
      fetching = false;
    }
  };

  // The bar and the problems are in a shadow tree, so they and the theme can't affect each other.
  const host = document.createElement("crier-preview"), root = host.attachShadow({ mode: "open" });
  const make = (kind, properties = {}, ...children) => {
    const node = Object.assign(document.createElement(kind), properties);
    for (const [property, value] of Object.entries(properties)) if (property.includes("-")) node.setAttribute(property, value);
    node.append(...children);
    return node;
  };
  const style = make("link", { rel: "stylesheet", href: "/__crier/bar.css" });
  const problems = make("section", { className: "problems", hidden: true, role: "alert", tabIndex: -1 });
  const present = make("button", { type: "button", textContent: "now", title: "Look at the present" });
  const slider = make("input", { type: "range", step: 60, "aria-label": "Instant to look at" });
  const instant = make("input", { type: "text", size: 20, spellcheck: false, autocomplete: "off", "aria-label": "Instant to look at, such as 2026-10-02T10:30:00Z", title: "Any instant, such as 2026-10-02T10:30:00Z" });
  const hidden = make("input", { type: "checkbox" });
  const count = make("span", { className: "count" });
  const fold = make("button", { type: "button", className: "fold", "aria-expanded": "true", "aria-label": "Fold the preview's bar", textContent: "–" });
  const ticks = make("datalist", { id: "ticks" });
  const status = make("p", { className: "status", role: "status" });
  slider.setAttribute("list", "ticks");
  const controls = make("div", { className: "controls" }, present, slider, ticks, instant,
    make("label", { title: "Show drafts and what is held back, marked as not public" }, hidden, " not public", count));
  const bar = make("section", { className: "bar", "aria-label": "Preview" }, make("strong", { textContent: "Preview" }), controls, status, fold);
  root.append(style, problems, bar);
  host.hidden = true;
  style.onload = () => { host.hidden = false; };
  if (window === window.top) document.documentElement.append(host);

  const session = (() => { try { return sessionStorage; } catch { return null; } })();
  const folded = (is) => {
    bar.classList.toggle("folded", is);
    fold.setAttribute("aria-expanded", String(!is));
    fold.textContent = is ? "+" : "–";
    fold.setAttribute("aria-label", (is ? "Unfold" : "Fold") + " the preview's bar");
    if (session) session.setItem("crier-folded", is ? "1" : "");
  };
  folded(Boolean(session && session.getItem("crier-folded")));
  fold.onclick = () => folded(!bar.classList.contains("folded"));

  // The view is kept in a cookie, so that following a link keeps it.
  let stream, known = {}, looking = false, next = null;
  const short = (seconds) => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
  const seconds = (stamp) => Math.round(Date.parse(stamp) / 1000);
  const look = (at, not) => {
    if (looking) { next = [at, not]; return; } // the slider moves faster than a build
    looking = true;
    document.cookie = `crier-preview=${run}~${at}~${not ? 1 : 0}; path=/; SameSite=Strict`;
    listen();
  };
  const chosen = () => known.live ? "now" : known.now || "";
  present.onclick = () => look("now", hidden.checked);
  hidden.onchange = () => look(chosen(), hidden.checked);
  slider.oninput = () => { instant.value = short(slider.value); look(short(slider.value), hidden.checked); };
  instant.onchange = () => {
    const at = Date.parse(instant.value.trim());
    instant.setAttribute("aria-invalid", String(isNaN(at)));
    status.textContent = isNaN(at) ? "write it like 2026-10-02T10:30:00Z" : "";
    if (!isNaN(at)) look(new Date(at).toISOString().replace(/\.\d+Z/, "Z"), hidden.checked);
  };

  const tell = ({ problems: list, below }) => {
    problems.replaceChildren();
    problems.hidden = !list.length;
    if (!list.length) return;
    const many = list.length === 1 ? "1 mistake" : list.length + " mistakes";
    const hide = make("button", { type: "button", textContent: "Hide", title: "Esc" });
    hide.onclick = () => { problems.hidden = true; };
    problems.append(make("header", {}, make("h2", { textContent: many + (below ? ": below is " + below : "") }), hide));
    const items = make("ol");
    for (const p of list) {
      const item = make("li"), where = [p.path, p.line, p.column].filter(Boolean).join(":");
      item.append(make("p", { className: "where" }, make("code", { textContent: where }), p.code ? make("span", { className: "code", textContent: p.code }) : ""));
      item.append(make("p", { className: "message", textContent: p.message }));
      if (p.excerpt) item.append(make("pre", { textContent: p.excerpt, tabIndex: 0 }));
      if (p.hint) item.append(make("p", { className: "hint", textContent: "hint: " + p.hint }));
      items.append(item);
    }
    problems.append(items);
  };
  addEventListener("keydown", (event) => { if (event.key === "Escape") problems.hidden = true; });

  const receive = (news) => {
    if (news.run !== run) return location.reload();
    if (JSON.stringify([news.problems, news.below]) !== JSON.stringify([known.problems, known.below])) tell(news);
    known = news;
    status.textContent = "";
    instant.removeAttribute("aria-invalid");
    controls.hidden = !news.now;
    if (news.now) {
      present.setAttribute("aria-pressed", String(news.live));
      slider.min = seconds(news.from);
      slider.max = Math.max(seconds(news.to), seconds(news.from) + 60);
      if (!next) {
        slider.value = seconds(news.now);
        if (root.activeElement !== instant) instant.value = news.now;
      }
      slider.setAttribute("aria-valuetext", news.now);
      ticks.replaceChildren(...news.changes.map((change) => make("option", { value: seconds(change) })));
      hidden.checked = news.hidden;
      count.textContent = news.hidden ? ` (${news.withheld})` : "";
      bar.classList.toggle("past", !news.live);
      bar.classList.toggle("unpublished", news.hidden);
    }
    looking = false;
    if (next) { const [at, not] = next; next = null; look(at, not); }
    if (news.hash && news.hash !== hash) { wanted = news.hash; update(); }
  };
  const listen = () => {
    if (stream) stream.close();
    if (document.hidden) return;
    stream = new EventSource("/__crier/events?page=" + encodeURIComponent(page));
    stream.onmessage = (event) => { bar.classList.remove("lost"); receive(JSON.parse(event.data)); };
    stream.onerror = () => { bar.classList.add("lost"); };
  };
  document.addEventListener("visibilitychange", listen); // browsers limit connections per host, so hidden pages close theirs
  addEventListener("pagehide", () => stream && stream.close());
  listen();
})();
