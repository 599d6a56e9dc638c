// Reads {folders} and writes what html-validate finds in their HTML files.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { HtmlValidate } from "html-validate";
import { input } from "./browser.mjs";

const { folders } = await input();
// Anchors of updates are permanent and begin with a digit, as HTML allows. Titles are as long as
// their author wants. A mailing list may want a hidden field twice.
const judge = new HtmlValidate({ root: true, extends: ["html-validate:recommended"], rules: { "valid-id": ["error", { relaxed: true }], "long-title": "off", "form-dup-name": "off" } });
const found = [];
let judged = 0;
for (const folder of folders) {
  for (const name of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".html"))) {
    judged++;
    const report = await judge.validateString(readFileSync(join(folder, name), "utf8"), name);
    for (const { messages } of report.results) found.push(...messages.map((m) => `${join(folder, name)}:${m.line}:${m.column}: ${m.ruleId}: ${m.message}`));
  }
}
console.log(JSON.stringify({ judged, found }));
