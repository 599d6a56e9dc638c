// Reads {chromium, host, frames, searches, refreshed, embeds: {bare: [url], strict: [url]}} and
// writes what ran, and what appears in a page that no text may create. Bare pages come without
// their Content-Security-Policy, so that it doesn't hide anything; strict pages come with it. hook
// is the first script of every page and reports what runs.
import { input, withBrowser } from "./browser.mjs";

const { chromium, host, frames, searches, refreshed, embeds } = await input();
const found = [], seen = new Set();
let opened = 0;

// hook defines the functions that attacks call. It reports calls through the console, which works
// from every frame.
const hook = () => {
  const tell = (what) => console.debug("ATTACK", what, location.href);
  window.xss = (n) => tell(`ran xss(${n})`);
  for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = (text) => tell(`ran ${name}(${text})`);
  document.addEventListener("securitypolicyviolation", (e) => tell(`the policy refused ${e.blockedURI} for ${e.effectiveDirective} ${e.sample}`));
};

// inspect runs in a page. It returns what a document (HTML, XML or SVG) contains that neither the
// theme nor Markdown creates.
const inspect = (root, url, content = false) => {
  const words = (text) => new Set(text.split(" "));
  const text = words("a p em strong del code pre ul ol li blockquote h1 h2 h3 h4 h5 h6 table thead tbody tr th td hr br input small var");
  const inText = words("href rel id class align start type disabled checked lang dir data-var");
  const html = words("html head meta title link script style body header nav main footer section article details summary div span small dl dt dd bdi time img svg rect g path text label select option form search figure button iframe");
  const attributes = words("lang dir charset name content http-equiv href rel type title hreflang sizes src defer blocking class id role tabindex hidden value action for autocomplete open datetime height width alt viewBox x y rx d fill aria-hidden aria-label aria-labelledby aria-current aria-busy data-version data-changed data-stale data-script data-index data-root data-found data-none data-failed data-maintenance data-theme data-frame property scope style target xmlns preserveAspectRatio focusable itemprop transform colspan crossorigin");
  const xml = words("svg title clipPath rect g text path circle");
  const schemes = words("http: https: mailto: tel: file:");
  const problems = [];
  const bad = (e, why) => problems.push(`${why}: ${e.outerHTML.slice(0, 300)}`);
  const type = root.ownerDocument.contentType, drawing = root.localName === "svg";
  // Chromium shows XML that has no stylesheet within its own viewer, which is HTML.
  const markup = type === "text/html" && !root.querySelector("#webkit-xml-viewer-source-xml");
  const walk = (e) => { try { check(e); } catch (error) { bad(e, `what cannot be looked at (${error.message})`); } };
  const check = (e) => {
    const name = e.localName, inside = content || e.closest?.(".text"), feed = !markup && !["http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"].includes(e.namespaceURI);
    if (!feed) {
      if (drawing ? !xml.has(name) : inside && !e.matches(".text") ? !text.has(name) : !text.has(name) && !html.has(name)) bad(e, `the element <${name}>`);
      if (name === "script" && (e.type !== "application/ld+json" || e.src) && !(e.src && /\/(assets\/(app|search)\.\w+\.js|embed\.js)$/.test(new URL(e.src).pathname))) bad(e, "a script");
      if (name === "script" && e.type === "application/ld+json") try { JSON.parse(e.textContent); } catch { bad(e, "broken JSON-LD"); }
      if (name === "meta" && e.httpEquiv.toLowerCase() === "refresh" && !/^0; url=(\.\.\/)*[\w./%-]*index\.html$/.test(e.content)) bad(e, "a refresh");
      if (name === "input" && inside && e.type !== "checkbox") bad(e, "an input");
      if (name === "iframe" && !e.dataset.frame && !/\/embed\.html$/.test(e.src)) bad(e, "a frame");
    }
    for (const a of e.attributes) {
      const value = a.value;
      if (/^on/i.test(a.name)) bad(e, `the attribute ${a.name}`);
      else if (!feed && !drawing && !(inside && !e.matches(".text") ? inText : attributes).has(a.name)) bad(e, `the attribute ${a.name}`);
      if (["style", "target"].includes(a.localName) && !e.closest(".crier-banner") && e.outerHTML.indexOf('<body style="margin: 0px;">')) bad(e, `a ${a.localName}`);
      if (["href", "src", "action", "formaction", "data", "poster", "background"].includes(a.localName)) {
        try { if (!schemes.has(new URL(value, url).protocol)) bad(e, `the address ${value}`); } catch { /* an address of nothing */ }
      }
    }
    for (const child of e.children) walk(child);
    if (e.content?.children && name === "template") for (const child of e.content.children) walk(child);
  };
  if (content) for (const e of root.children) walk(e);
  else if (/html|xml/.test(type)) walk(root);
  if (/\.(md|json|txt|ics)$/.test(new URL(url).pathname) && /html|xml/.test(type)) problems.push(`the browser takes it for ${type}`);
  return { problems, seen: [...root.textContent.matchAll(/w(\d+)w/g)].map((m) => +m[1]) };
};

const take = (result, url) => {
  for (const what of result.problems) found.push({ url, what });
  for (const n of result.seen) seen.add(n);
};

// frame opens many pages in frames of one page. It checks files for other programs as they show
// them.
const frame = async (batch, host) => Promise.all(batch.map(async (url) => {
  const results = [], problems = [], add = (root, from, content) => results.push(inspect(root, from, content));
  const parse = (text, type) => new DOMParser().parseFromString(text, type);
  try {
    const raw = await (await fetch(url)).text();
    if (/feed\.json$/.test(url)) for (const item of JSON.parse(raw).items) add(parse(item.content_html || "", "text/html").body, host, true);
    if (/\.(atom|rss)$/.test(url)) for (const e of parse(raw, "text/xml").querySelectorAll("content[type=html], encoded")) add(parse(e.textContent, "text/html").body, host, true);
    // The page redirects immediately.
    if (/http-equiv="refresh"/.test(raw) && /\/(index\.html)?$/.test(url)) add(parse(raw, "text/html").documentElement, url);
    const frame = document.createElement("iframe");
    frame.dataset.frame = 1;
    const loaded = new Promise((then) => { frame.onload = then; }), late = new Promise((then) => setTimeout(then, 20000, "late"));
    frame.src = url;
    document.body.append(frame);
    if (await Promise.race([loaded, late]) === "late") problems.push("the page never came to an end");
    if (frame.contentDocument) add(frame.contentDocument.documentElement, url);
    else problems.push("the page led elsewhere");
  } catch (error) {
    problems.push("the page cannot be looked at: " + error.message);
  }
  return { url, result: { problems: problems.concat(...results.map((r) => r.problems)), seen: results.flatMap((r) => r.seen) } };
}));

const rest = [...frames];
const scripts = [
  // What scripts add to a page: search results, a new build, and the banner on other sites.
  ...searches.map(({ url, query, results }) => [url, async (page) => {
    // The focus event loads the search.
    await page.$eval("#q", (q, query) => { q.value = query; q.dispatchEvent(new Event("focus")); }, query);
    await page.waitForFunction((n) => document.querySelectorAll(".search .rows a").length >= n, { timeout: 15000 }, results);
  }]),
  ...refreshed.map((url) => [url, async (page) => {
    await page.evaluate(() => { window.before = document.getElementById("main"); });
    // The page checks for a new build when it becomes visible again.
    await page.waitForFunction(() => {
      document.dispatchEvent(new Event("visibilitychange"));
      return document.getElementById("main") !== window.before;
    }, { timeout: 15000, polling: 250 });
  }]),
  ...embeds.map((url) => [url, async (page) => {
    for (const frame of page.frames()) await frame.waitForSelector(".crier-banner", { timeout: 15000 });
  }]),
];
await Promise.all([0, 1].map(() => withBrowser(chromium, async (browser) => {
  const page = (await browser.pages())[0]; // the only page, so that it is never in the background
  await page.evaluateOnNewDocument(hook);
  await page.evaluateOnNewDocument(`window.inspect = ${inspect}`);
  page.on("console", (message) => { if (message.text().startsWith("ATTACK")) found.push({ url: message.text().split(" ").pop(), what: message.text() }); });
  page.on("dialog", (dialog) => { found.push({ url: page.url(), what: "a dialog: " + dialog.message() }); dialog.dismiss(); });
  page.on("pageerror", (error) => found.push({ url: page.url(), what: "an error: " + error.message }));
  page.on("popup", (popup) => found.push({ url: page.url(), what: "a new window: " + popup.url() }));
  await page.goto(host + "/blank");
  while (rest.length) {
    const batch = rest.splice(0, 24);
    try {
      for (const { url, result } of await page.evaluate(frame, batch, host)) {
        opened++;
        take(result, url);
      }
      // By then, anything that starts by itself has started, such as an animation.
      await page.evaluate(() => new Promise((then) => setTimeout(() => then(document.body.replaceChildren()), 30)));
    } catch (error) {
      found.push({ url: batch[0], what: `it or one of the next took the browser elsewhere, to ${page.url()}: ${error.message}` });
      await page.goto(host + "/blank");
    }
  }
  while (scripts.length) {
    const [url, act] = scripts.shift();
    opened++;
    try {
      await page.goto(url);
      await act(page);
      for (const frame of page.frames()) take(await frame.evaluate(() => inspect(document.documentElement, location.href)), url);
    } catch (error) {
      found.push({ url, what: `it does not do its work, or cannot be looked at: ${error.message}` });
    }
  }
})));
console.log(JSON.stringify({ opened, seen: [...seen], found }));
