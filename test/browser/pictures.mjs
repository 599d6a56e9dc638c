// Reads {chromium, shots: [{File, Folder, URL, At, Width, Dark, Whole}]} and takes screenshots of
// built sites as they look at an instant. Their folders answer all requests.
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { input, withBrowser } from "./browser.mjs";

const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json" };
const { chromium, shots } = await input();

// at stops the clock of a page.
const at = (now) => {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...parts) { super(...(parts.length ? parts : [now])); }
    static now() { return now; }
  };
};

const problems = [];
await withBrowser(chromium, async (browser) => {
  for (const { File, Folder, URL: address, At, Width, Dark, Whole } of shots) {
    const page = await browser.newPage();
    await page.setRequestInterception(true);
    page.on("request", (request) => {
      const url = new URL(request.url());
      const name = url.pathname.endsWith("/") ? url.pathname + "index.html" : url.pathname;
      try {
        if (url.host !== new URL(address).host) throw new Error("another host");
        request.respond({ contentType: types[extname(name)] || "application/octet-stream", body: readFileSync(join(Folder, name)) });
      } catch (error) {
        problems.push(`${address}: ${url}: ${error.message}`);
        request.abort();
      }
    });
    page.on("pageerror", (error) => problems.push(`${address}: ${error.message}`));
    await page.evaluateOnNewDocument(at, Date.parse(At));
    await page.emulateTimezone("UTC");
    await page.setViewport({ width: Width, height: Width < 600 ? 844 : 1100 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: Dark ? "dark" : "light" }]);
    await page.goto(address, { waitUntil: "networkidle0" });
    await page.screenshot({ path: File, fullPage: Whole });
    await page.close();
  }
});
console.log(JSON.stringify(problems));
