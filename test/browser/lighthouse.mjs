// Reads {chromium, pages: [url]} and writes Lighthouse's scores and the audits that are below 1, on a simulated slow phone.
import lighthouse from "lighthouse";
import { input, withBrowser } from "./browser.mjs";

const { chromium, pages } = await input();
const results = [];
await withBrowser(chromium, async (browser) => {
  for (const url of pages) {
    const page = await browser.newPage();
    const { lhr } = await lighthouse(url, { logLevel: "silent", onlyCategories: ["performance", "accessibility", "best-practices", "seo"] }, undefined, page);
    const scores = Object.fromEntries(Object.values(lhr.categories).map((c) => [c.id, c.score]));
    const low = Object.values(lhr.categories).flatMap((c) => c.auditRefs.filter((r) => r.weight > 0).map((r) => lhr.audits[r.id])).filter((a) => a.score !== null && a.score < 1).map((a) => `${a.id}: ${a.displayValue || a.title}`);
    results.push({ url, scores, low });
    await page.close();
  }
});
console.log(JSON.stringify(results));
