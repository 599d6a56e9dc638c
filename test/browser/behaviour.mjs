// Reads {chromium, url, swap, search: {url, query, title}} and writes what a reader sees. A request
// to the URL swap replaces the first build with the next one.
import { input, watch, withBrowser } from "./browser.mjs";

const { chromium, url, kinds, swap, search } = await input();
const seen = {};
const problems = [];
let quiet = false;
await withBrowser(chromium, async (browser) => {
  const open = async (address, script = true) => {
    const page = await browser.newPage();
    watch(page, new URL(address).host, (problem) => { if (!quiet) problems.push(address + ": " + problem); });
    await page.setJavaScriptEnabled(script);
    await page.emulateTimezone("Asia/Kolkata");
    await page.goto(address, { waitUntil: script ? "networkidle0" : "load" });
    return page;
  };
  const text = (page) => page.evaluate(() => document.body.innerText);

  // Without scripts, only local times, copy buttons, the theme switch and the search are missing.
  const words = (text) => text.split(/\s+/).join(" ");
  for (const kind of kinds) {
    const plain = await open(url + kind, false);
    const without = await text(plain);
    await plain.close();
    const page = await open(url + kind);
    if (kind === "") seen.own = await page.$eval(".card time", (time) => time.textContent + " (" + time.title + ")");
    const enriched = await page.evaluate(() => {
      const copy = document.body.cloneNode(true);
      copy.querySelectorAll(".look, .copy, form.search").forEach((e) => e.remove());
      copy.querySelectorAll("time[title], .window[title], .zone[title]").forEach((e) => { e.textContent = e.title; });
      document.body.replaceWith(copy);
      return copy.innerText;
    });
    if (words(without) !== words(enriched)) problems.push(`${kind}: without scripts a reader sees\n${words(without)}\nwith them\n${words(enriched)}`);
    await page.close();
  }

  // Without scripts, readers can join the mailing list: the policy of its page lets the form post.
  const list = await browser.newPage();
  await list.setJavaScriptEnabled(false);
  await list.setRequestInterception(true);
  list.on("request", (request) => {
    if (request.url().startsWith(url)) return request.continue();
    seen.joined ||= `${request.method()} ${request.url()} ${request.postData()}`;
    request.respond({ body: "Thank you" });
  });
  await list.goto(url + "subscribe/");
  await list.type("#email", "reader@example.com");
  await Promise.all([list.waitForNavigation(), list.keyboard.press("Enter")]);
  await list.close();

  // With scripts, buttons copy the URLs and commands.
  const copy = await browser.newPage();
  await copy.evaluateOnNewDocument(() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; });
  await copy.goto(url + "subscribe/");
  await copy.click("code + .copy");
  await copy.waitForFunction(() => document.querySelector("code + .copy").textContent === "Copied");
  seen.copied = await copy.evaluate(() => window.copied);
  await copy.close();

  // On a phone where the script arrives late, adding local times moves nothing that was painted
  // before.
  const late = await browser.newPage();
  await late.setViewport({ width: 412, height: 823, isMobile: true, hasTouch: true });
  await late.setRequestInterception(true);
  late.on("request", (request) => setTimeout(() => request.continue(), /app\.\w+\.js$/.test(request.url()) ? 500 : 0));
  await late.evaluateOnNewDocument(() => {
    window.moved = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((e) => { window.moved += e.value; })).observe({ type: "layout-shift", buffered: true });
  });
  await late.goto(url + "incidents/api-down/", { waitUntil: "networkidle0" });
  seen.noted = await late.$$eval(".update time[title]", (times) => times.length);
  seen.moved = await late.evaluate(() => new Promise((then) => requestAnimationFrame(() => setTimeout(() => then(window.moved)))));
  await late.close();

  // Everything can be reached with the keyboard and has a visible focus. The first key leads to a
  // link that skips the navigation.
  const keys = await open(url);
  const reachable = await keys.$$eval("a[href], summary, select, button, input", (all) => all.filter((e) => e.checkVisibility()).length);
  const reached = new Set();
  for (let n = 0; n < reachable; n++) {
    await keys.keyboard.press("Tab");
    const at = await keys.evaluate(() => {
      const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
      return { name: e.tagName + " " + (e.href || e.id || e.textContent.trim()), place: [...document.querySelectorAll("*")].indexOf(e), outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0, shown: box.width > 0 && box.bottom > 0 && box.top < innerHeight };
    });
    reached.add(at.place);
    if (!at.outline || !at.shown) problems.push("one does not see that the focus is at " + at.name);
  }
  if (reached.size !== reachable) problems.push(`the keyboard reaches ${reached.size} of ${reachable}`);
  await keys.reload();
  await keys.keyboard.press("Tab");
  await keys.keyboard.press("Enter");
  await keys.keyboard.press("Tab");
  seen.skipped = await keys.evaluate(() => document.getElementById("main").contains(document.activeElement));
  await keys.focus("summary");
  await keys.keyboard.press("Enter");
  seen.toggled = await keys.$eval("details", (d) => d.open);
  await keys.close();

  const look = await open(url);
  seen.before = await look.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await look.select("#look", "dark");
  seen.dark = await look.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await look.reload({ waitUntil: "networkidle0" });
  seen.kept = await look.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await look.select("#look", "");

  // The page updates to a new build without reloading, and keeps open what the reader opened.
  await look.evaluate(() => { window.mark = "the same page"; scrollTo(0, 400); document.querySelector(".group summary").click(); document.querySelector(".group summary").focus({ preventScroll: true }); });
  const scrolled = await look.evaluate(() => scrollY);
  const old = await look.$eval(".banner h1", (h) => h.textContent);
  await fetch(swap + "/next");
  await look.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await look.waitForFunction((old) => document.querySelector(".banner h1").textContent !== old, { timeout: 10000 }, old);
  seen.after = await look.$eval(".banner h1", (h) => h.textContent);
  seen.mark = await look.evaluate(() => window.mark);
  seen.scrolled = scrolled === await look.evaluate(() => scrollY);
  seen.folded = await look.evaluate(() => !document.querySelector(".group").open);
  seen.focused = await look.evaluate(() => document.activeElement.tagName);
  seen.icon = await look.$eval("link[rel=icon]", (link) => new URL(link.href).search);
  seen.announced = await look.$eval("#notice", (n) => n.textContent);
  const again = () => look.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await fetch(swap + "/down");
  quiet = true; // the browser logs error responses itself
  await again();
  await look.waitForFunction((text) => document.getElementById("notice").textContent !== text, { timeout: 10000 }, seen.announced);
  seen.stale = await look.$eval("#notice", (n) => n.textContent);
  await fetch(swap + "/up");
  await again();
  await look.waitForFunction(() => !document.getElementById("notice").textContent, { timeout: 10000 });
  quiet = false;
  await look.close();

  // The search index is only loaded when someone uses the search.
  const found = await browser.newPage(), asked = [];
  found.on("request", (request) => asked.push(request.url()));
  watch(found, new URL(search.url).host, (problem) => problems.push("the search: " + problem));
  await found.goto(search.url, { waitUntil: "networkidle0" });
  const parts = () => asked.filter((url) => /search[/.]/.test(new URL(url).pathname)).length;
  seen.unasked = parts();
  const before = performance.now();
  await found.type("#q", search.query);
  await found.waitForFunction((title) => [...document.querySelectorAll(".search .rows a")].some((a) => a.textContent === title), { timeout: 20000 }, search.title);
  seen.searched = Math.round(performance.now() - before);
  seen.asked = parts();
  seen.results = await found.$eval(".search [role=status]", (s) => s.textContent);
  seen.query = await found.evaluate(() => new URLSearchParams(location.search).get("q"));
  await Promise.all([found.waitForNavigation(), found.click(".search .rows a")]);
  seen.clean = !found.url().endsWith(".html");
  seen.led = await found.$eval("h1", (h) => h.textContent);
  // A link to a search, and the button of the form.
  await found.goto(search.url + "?q=" + encodeURIComponent(search.query), { waitUntil: "networkidle0" });
  await found.waitForSelector(".search .rows a");
  await found.$eval("#q", (q) => { q.value = "nothing of the kind"; });
  await Promise.all([found.waitForNavigation({ waitUntil: "networkidle0" }), found.click(".search button")]);
  seen.submitted = await found.$eval(".search [role=status]", (s) => s.textContent);
  await found.close();

  const none = await open(search.url, false);
  seen.hidden = await none.$eval(".search", (f) => f.hidden);
  await none.close();
});
console.log(JSON.stringify({ seen, problems }));
