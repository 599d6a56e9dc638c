// Reads {chromium, host, swap} and writes what a reader of another site sees. host is a page with
// the script and the frame, under a strict policy. A request to swap + "/" + state changes the
// state of the status page.
import puppeteer from "puppeteer-core";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { input } from "./input.mjs";

const { chromium, host, swap } = await input();
const folder = mkdtempSync(join(tmpdir(), "embed-"));
const browser = await puppeteer.launch({
  executablePath: chromium, userDataDir: folder,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
});
const seen = {};
let state = "start"; // the state to wait for
const problems = [];
let quiet = false;
try {
  const page = await browser.newPage();
  page.on("console", (m) => { if (!quiet) problems.push("console: " + m.text()); });
  page.on("pageerror", (e) => problems.push("error: " + e.message));
  await page.goto(host, { waitUntil: "networkidle2" });
  const frame = await page.waitForFrame((f) => f.url().includes("embed.html"));
  const look = (where) => where.evaluate(() => [...document.querySelectorAll(".crier-banner")].map((b) => {
    const a = b.firstChild, style = getComputedStyle(a);
    return { text: b.textContent, role: b.getAttribute("role"), href: a.href, background: style.backgroundColor, color: style.color, parent: b.parentNode.id || b.parentNode.localName, shown: b.checkVisibility() };
  }));
  const become = async (next, text) => {
    state = next;
    await fetch(swap + "/" + state);
    for (const where of [page, frame]) {
      await where.waitForFunction((text) => { const b = document.querySelector(".crier-banner"); return text ? b?.textContent.endsWith(text) : !b; }, { timeout: 15000, polling: 50 }, text);
    }
    seen[state] = { page: await look(page), frame: await look(frame) };
  };
  seen.start = { page: await look(page), frame: await look(frame) };
  await become("partial", "Partial System Outage");
  await page.screenshot({ path: process.env.EMBED_PICTURE || join(folder, "embed.png") });
  await become("major", "Major System Outage");
  // A site may render itself again at any time.
  await page.evaluate(() => document.querySelector(".crier-banner").remove());
  await become("major", "Major System Outage");
  await become("well", "");
  await become("partial", "Partial System Outage");
  quiet = true; // the browser logs error responses itself
  await become("down", "");
} catch (error) {
  console.error(problems, seen, state);
  throw error;
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(JSON.stringify({ seen, problems }));
