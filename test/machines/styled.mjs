// Reads {chromium, feeds: [url]} and writes the text that people see when they open each feed in a
// browser.
import puppeteer from "puppeteer-core";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { input } from "./input.mjs";

const { chromium, feeds } = await input();
const folder = mkdtempSync(join(tmpdir(), "styled-"));
const browser = await puppeteer.launch({
  executablePath: chromium, userDataDir: folder,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
});
try {
  const seen = [];
  for (const url of feeds) {
    const page = await browser.newPage();
    await page.goto(url, { waitUntil: "load" });
    seen.push(await page.evaluate(() => [...document.querySelectorAll("*")].filter((e) => !e.children.length && e.getClientRects().length).map((e) => e.localName + ": " + e.textContent.trim())));
    await page.close();
  }
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
