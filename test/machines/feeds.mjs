// Reads {feeds: [{name, file}]} and writes what rss-parser and feedparser parse: the title of each
// feed, and the ID, title, link and date of each item.
import { createReadStream, readFileSync } from "node:fs";
import FeedParser from "feedparser";
import Parser from "rss-parser";
import { input } from "./input.mjs";

const byFeedparser = (file) => new Promise((resolve, reject) => {
  const parser = new FeedParser({ addmeta: false });
  const items = [];
  parser.on("error", reject);
  parser.on("readable", () => {
    for (let item; (item = parser.read()); ) items.push({ id: item.guid, title: item.title, link: item.link, date: item.pubdate?.toISOString(), content: item.description });
  });
  parser.on("end", () => resolve({ title: parser.meta.title, items }));
  createReadStream(file).pipe(parser);
});

const { feeds } = await input();
const read = [];
for (const { name, file } of feeds) {
  const parsed = await new Parser().parseString(readFileSync(file, "utf8"));
  read.push({ name, by: "rss-parser", title: parsed.title, items: parsed.items.map((i) => ({ id: i.guid ?? i.id, title: i.title, link: i.link, date: i.isoDate, content: i["content:encoded"] ?? i.content })) });
  read.push({ name, by: "feedparser", ...(await byFeedparser(file)) });
}
console.log(JSON.stringify(read));
