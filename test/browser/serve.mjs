// Plays someone who writes an update with the preview open. It edits the files of the site itself.
import { input, watch, withBrowser } from "./browser.mjs";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const { chromium, url, site, update, draft, at, screenshots } = await input();
const seen = {};
const problems = [];
const file = (name) => join(site, name);
const read = (name) => readFileSync(file(name), "utf8");
const write = (name, text) => { // as editors do
  mkdirSync(dirname(file(name)), { recursive: true });
  writeFileSync(file(name) + "~", text);
  renameSync(file(name) + "~", file(name));
};

await withBrowser(chromium, async (browser) => {
  const open = async (address) => {
    const page = await browser.newPage();
    watch(page, new URL(url).host, (problem) => {
      // A page may not exist at the chosen time.
      if (!problem.includes("status of 404")) problems.push(address + ": " + problem);
    });
    await page.setViewport({ width: 1000, height: 700 });
    await page.goto(url + address, { waitUntil: "load" });
    await page.waitForFunction(() => !document.querySelector("crier-preview").hidden);
    return page;
  };
  const until = (page, condition, ...args) => page.waitForFunction(condition, { timeout: 30000, polling: "mutation" }, ...args);
  const shows = (page, text) => until(page, (text) => document.body.innerText.includes(text), text);
  const bar = (page, selector) => page.evaluateHandle((selector) => document.querySelector("crier-preview").shadowRoot.querySelector(selector), selector);
  // Changes in the preview's shadow tree cause no mutation events, so check it in every frame.
  const within = (page, condition, ...args) => page.waitForFunction(condition, { timeout: 30000, polling: "raf" }, ...args);
  const shot = async (page, name) => {
    if (!screenshots) return;
    for (const [width, height, device] of [[1000, 700, "desktop"], [375, 700, "phone"]]) for (const scheme of ["light", "dark"]) {
      await page.setViewport({ width, height });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.screenshot({ path: join(screenshots, `serve-${name}-${device}-${scheme}.png`) });
    }
    await page.setViewport({ width: 1000, height: 700 });
    await page.emulateMediaFeatures([]);
  };

  // An edit shows up in the page, which isn't reloaded and keeps its scroll position.
  const page = await open(update.page);
  const text = read(update.file);
  await page.evaluate(() => { window.mark = "the same page"; scrollTo(0, 150); });
  const scrolled = await page.evaluate(() => scrollY);
  write(update.file, text + "\nThe first word of an edit.\n");
  await shows(page, "The first word of an edit.");
  seen.mark = await page.evaluate(() => window.mark);
  seen.scrolled = scrolled > 0 && scrolled === await page.evaluate(() => scrollY);

  // The focus stays, and so do changes made by scripts and by the reader.
  await page.focus(".anchor");
  write(update.file, text + "\nThe second word of an edit.\n");
  await shows(page, "The second word of an edit.");
  seen.focused = await page.evaluate(() => document.activeElement.className);
  seen.own = await page.evaluate(() => document.querySelectorAll("time[title]").length);

  // A mistake is shown above the last good page until it is fixed.
  write(update.file, text.replace("status: ", "statos: "));
  await within(page, () => !document.querySelector("crier-preview").shadowRoot.querySelector(".problems").hidden);
  seen.overlay = await page.evaluate(() => document.querySelector("crier-preview").shadowRoot.querySelector(".problems").innerText);
  seen.lastGood = await page.evaluate(() => document.body.innerText.includes("The second word of an edit."));
  await shot(page, "mistake");
  const other = await open("");
  seen.alsoElsewhere = await within(other, () => !document.querySelector("crier-preview").shadowRoot.querySelector(".problems").hidden).then(() => true);
  await other.close();
  await page.bringToFront();
  write(update.file, text + "\nThe third word of an edit.\n");
  await within(page, () => document.querySelector("crier-preview").shadowRoot.querySelector(".problems").hidden);
  await shows(page, "The third word of an edit.");

  // The slider shows the page at another time, and also works with the keyboard.
  const slider = await bar(page, "input[type=range]");
  await slider.evaluate((slider, at) => { slider.value = Date.parse(at) / 1000; slider.dispatchEvent(new Event("input", { bubbles: true })); }, at.time);
  await until(page, (updates) => document.querySelectorAll("article.update").length === updates, at.updates);
  seen.stood = await page.$$eval("article.update", (all) => all.map((u) => u.id).join());
  await shot(page, "past");
  await slider.focus();
  await page.keyboard.press("Home");
  await until(page, () => document.body.className.includes("404"));
  seen.before = await page.evaluate(() => document.body.className);
  seen.kept = await page.evaluate(() => window.mark);
  const field = await bar(page, "input[type=text]");
  await field.focus();
  await field.evaluate((f) => f.select());
  await page.keyboard.type("yesterday");
  await page.keyboard.press("Enter");
  seen.refused = await within(page, () => document.querySelector("crier-preview").shadowRoot.querySelector(".status").textContent).then((s) => s.jsonValue());
  const now = await bar(page, ".controls button");
  await now.click();
  await until(page, (id) => document.getElementById(id), update.id);
  seen.present = await now.evaluate((b) => b.getAttribute("aria-pressed"));

  // Drafts are shown on request, and marked.
  write(draft.file, draft.text);
  const edit = text + "\nThe fourth word of an edit.\n";
  write(update.file, edit);
  await shows(page, "The fourth word of an edit.");
  seen.draftHidden = !(await page.evaluate((text) => document.body.innerText.includes(text), draft.shown));
  const box = await bar(page, "input[type=checkbox]");
  await box.focus();
  await page.keyboard.press("Space");
  await shows(page, draft.shown);
  seen.draftMark = await page.$eval(".crier-not-public", (m) => m.textContent);
  seen.count = await page.evaluate(() => document.querySelector("crier-preview").shadowRoot.querySelector(".count").textContent);
  await page.evaluate(() => scrollTo(0, 0));
  await shot(page, "draft");
  await box.click();
  await until(page, () => !document.querySelector(".crier-not-public"));

  // The theme's stylesheet is replaced in the page.
  for (const [kind, at] of [["linked", page], ["within", await open("")]]) {
    await at.bringToFront();
    await at.evaluate(() => { window.mark = "the same page"; });
    write("themes/default/assets/extra.css", `h1 { letter-spacing: ${kind === "linked" ? 3 : 4}px }\n`);
    await within(at, (want) => getComputedStyle(document.querySelector("h1")).letterSpacing === want, kind === "linked" ? "3px" : "4px");
    seen["style " + kind] = await at.evaluate(() => window.mark);
  }
  await page.bringToFront();

  // Everything in the toolbar can be reached with the keyboard and has a visible focus.
  await page.evaluate(() => { const last = [...document.querySelectorAll("a[href], select")].filter((e) => e.checkVisibility()).pop(); last.focus(); });
  seen.keys = [];
  for (let n = 0; n < 5; n++) {
    await page.keyboard.press("Tab");
    seen.keys.push(await page.evaluate(() => {
      const e = document.querySelector("crier-preview").shadowRoot.activeElement;
      return e ? (e.type || e.nodeName) + (getComputedStyle(e).outlineStyle === "none" ? ", unseen" : "") : "elsewhere";
    }));
  }

  // A deleted incident disappears, and a new one appears.
  const first = read(update.first);
  rmSync(dirname(file(update.file)), { recursive: true });
  await until(page, () => document.body.className.includes("404"));
  seen.gone = true;
  write(update.first, first);
  await until(page, () => document.querySelectorAll("article.update").length === 1);
  await page.close();
});
console.log(JSON.stringify({ seen, problems }));
