// Reads {files: [name]} and writes the events that ical.js finds in each.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import { input } from "./input.mjs";

const { files } = await input();
ICAL.design.strict = true;
console.log(JSON.stringify(files.map((file) => {
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(file, "utf8")));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid, summary: event.summary, starts: event.startDate.toJSDate().toISOString(), ends: event.endDate?.toJSDate().toISOString(), sequence: event.sequence,
      status: component.getFirstPropertyValue("status"), modified: component.getFirstPropertyValue("last-modified").toJSDate().toISOString(), zone: event.startDate.zone.tzid,
    };
  });
})));
