// Reads {schemas, documents: [{schema, file}]} and writes the errors that ajv finds in the
// documents.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { input } from "./input.mjs";

const { schemas, documents } = await input();
const ajv = new Ajv({ allErrors: true, strict: true });
addFormats(ajv);
for (const name of readdirSync(schemas)) ajv.addSchema(JSON.parse(readFileSync(join(schemas, name), "utf8")), name);
const problems = [];
for (const { schema, file } of documents) {
  const validate = ajv.getSchema(schema);
  if (!validate(JSON.parse(readFileSync(file, "utf8")))) problems.push(`${file}: ${ajv.errorsText(validate.errors, { separator: "; " })}`);
}
console.log(JSON.stringify({ checked: documents.length, problems }));
