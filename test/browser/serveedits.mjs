// Measures the time from closing an edited file until the page shows the edit, in milliseconds, one
// value per edit.
import { input, withBrowser } from "./browser.mjs";
import { readFileSync, writeFileSync } from "node:fs";

const { chromium, url, file, edits } = await input();
const now = () => performance.timeOrigin + performance.now();
const took = [];
await withBrowser(chromium, async (browser) => {
  const page = await browser.newPage();
  await page.goto(url, { waitUntil: "load" });
  await page.waitForFunction(() => !document.querySelector("crier-preview").hidden);
  const text = readFileSync(file, "utf8");
  for (let n = 0; n < edits; n++) {
    const word = `Edit ${n} of ${edits}.`;
    await page.evaluate((word) => {
      window.shown = new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (!document.getElementById("main").textContent.includes(word)) return;
          observer.disconnect();
          resolve(performance.timeOrigin + performance.now());
        });
        observer.observe(document.getElementById("main"), { subtree: true, childList: true, characterData: true });
      });
    }, word);
    writeFileSync(file, `${text}\n${word}\n`);
    const closed = now();
    took.push(await page.evaluate(() => window.shown) - closed);
  }
  writeFileSync(file, text);
});
console.log(JSON.stringify(took));
