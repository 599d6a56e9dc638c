// Reads {chromium, screenshots, part, pages: [{Name, URL, Widths, Light}]} and writes what is wrong
// with the pages, in light and, unless Light is set, in dark.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { input, watch, withBrowser } from "./browser.mjs";

const read = (name) => readFileSync(createRequire(import.meta.url).resolve(name), "utf8");
const axe = read("axe-core/axe.min.js"), htmlcs = read("html_codesniffer/build/HTMLCS.js"); // HTMLCS is pa11y's judge
const { chromium, pages, screenshots, part } = await input();
if (screenshots) mkdirSync(screenshots, { recursive: true });
const found = [];
// In dark mode a page only differs in its colours. These are the rules of axe-core that check them.
const colours = { runOnly: ["color-contrast", "link-in-text-block"] };

// brokenWords finds words that are broken across lines because a column is too narrow for its text.
// Long words may break.
const brokenWords = () => {
  const broken = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  for (let text; (text = texts.nextNode());) {
    if (text.parentElement.closest("pre, script, option") || !text.parentElement.checkVisibility()) continue;
    for (const { 0: word, index } of text.data.matchAll(/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Nd}]{2,16}/gu)) {
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const lines = new Set([...range.getClientRects()].map((r) => Math.round(r.top)));
      if (lines.size > 1) broken.push(`the word "${word}" is torn apart in ${text.parentElement.outerHTML.slice(0, 120)}`);
      if (broken.length > 5) return broken;
    }
  }
  return broken;
};
let looked = 0;
const rest = [...pages];
await Promise.all([0, 1].map(() => withBrowser(chromium, async (browser) => {
  const look = async ({ Name, URL: url, Widths, Light }) => {
    const page = await browser.newPage();
    let problems = [];
    watch(page, new URL(url).host, (problem) => problems.push(problem));
    await page.setViewport({ width: Widths[0], height: 1100 });
    await page.goto(url, { waitUntil: "load" });
    await page.evaluate(axe);
    await page.evaluate(htmlcs);
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
    for (const width of Widths) {
      for (const scheme of Light ? ["light"] : ["light", "dark"]) {
        await page.setViewport({ width, height: 1100 });
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        const { violations } = await page.evaluate((runOnly) => axe.run(document, { resultTypes: ["violations"], preload: false, ...runOnly }), scheme === "dark" ? colours : {});
        for (const v of violations) {
          for (const node of v.nodes) problems.push(`${v.id}: ${v.help}: ${node.html.slice(0, 200)} ${(node.any[0] || {}).message || ""}`);
        }
        if (width === Widths[0]) {
          problems.push(...await page.evaluate(() => new Promise((then) => HTMLCS.process("WCAG2AA", document, () => {
            then(HTMLCS.getMessages().filter((m) => m.type === HTMLCS.ERROR).map((m) => `${m.code}: ${m.msg} ${(m.element.outerHTML || "").slice(0, 200)}`));
          }))));
        }
        if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) problems.push("the page is wider than the window");
        if (scheme === "light") problems.push(...await page.evaluate(brokenWords));
        for (const p of problems) found.push(`${url} (${scheme}, ${width}): ${p}`);
        problems = [];
        looked++;
        if (screenshots) await page.screenshot({ path: `${screenshots}/${Name.replaceAll("/", "-")}-${width}-${scheme}.png`, fullPage: !part });
      }
    }
    await page.close();
  };
  while (rest.length) await look(rest.shift());
})));
console.log(JSON.stringify({ looked, found }));
