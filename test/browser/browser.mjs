// A browser for the checks. It only connects to loopback, and stores nothing.
import puppeteer from "puppeteer-core";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

export const input = async () => {
  let text = "";
  for await (const chunk of process.stdin) text += chunk;
  return JSON.parse(text);
};

export const withBrowser = async (chromium, use) => {
  const folder = mkdtempSync(join(tmpdir(), "judge-"));
  const browser = await puppeteer.launch({ executablePath: chromium, args: flags, userDataDir: folder });
  try {
    return await use(browser);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

// watch reports console messages, and requests to other hosts.
export const watch = (page, host, tell) => {
  page.on("console", (message) => tell("console: " + message.text()));
  page.on("pageerror", (error) => tell("error: " + error.message));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.host !== host) tell("request to " + url.host);
  });
};
