// Reads {chromium, pages: [{Folder, Width, Height, Selector}]} and writes how tall each overview
// is, and where the element of the selector ends, in pixels.
import { withBrowser, input } from "./browser.mjs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const { chromium, pages } = await input();
const measured = [];
await withBrowser(chromium, async (browser) => {
  const page = await browser.newPage();
  for (const { Folder, Width, Height, Selector } of pages) {
    await page.setViewport({ width: Width, height: Height });
    await page.goto(pathToFileURL(join(Folder, "index.html")).href);
    measured.push(await page.evaluate((selector) => ({ Tall: document.documentElement.scrollHeight, Ends: document.querySelector(selector).getBoundingClientRect().bottom }), Selector));
  }
});
console.log(JSON.stringify(measured));
