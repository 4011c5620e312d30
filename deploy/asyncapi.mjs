// Reads an AsyncAPI document as everyone else's tools would; says what is wrong with it.
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";

const path = process.argv[2] ?? "shared/contracts/asyncapi.json";
const { document, diagnostics } = await new Parser().parse(await readFile(path, "utf8"));
const wrong = diagnostics.filter((one) => one.severity < 2);
for (const { severity, message, path: place } of wrong) {
  console.error(`${severity === 0 ? "error" : "warning"}: ${place.join("/")}: ${message}`);
}
if (!document || wrong.length) process.exit(1);
console.log(`${path}: ${document.channels().length} topics, ${document.allMessages().length} messages, valid`);
