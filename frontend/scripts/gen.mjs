// Writes src/api.gen.ts, the types of /api/1, from the server's own description of it.
// With --check it writes nothing and fails when the file is not what the server says now.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapi, { astToString } from "openapi-typescript";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const python = process.env.POSTROOM_PYTHON ?? here("../../.venv/bin/python");
const target = here("../src/api.gen.ts");

const asked = spawnSync(python, [here("describe.py")], { encoding: "utf8", maxBuffer: 2 ** 26 });
if (asked.status !== 0) {
  console.error(asked.error?.message ?? asked.stderr);
  console.error("The server's code could not describe /api/1. Run `make setup`, or set POSTROOM_PYTHON.");
  process.exit(1);
}
// The shapes only: which call takes which is the business of `api.ts` and of the server's own tests.
const types = astToString(await openapi({ ...JSON.parse(asked.stdout), paths: {} }));
const text = `// Made by \`npm run gen\` from what the server says of /api/1; do not edit.\n${types}`;
if (!process.argv.includes("--check")) {
  writeFileSync(target, text);
} else if (!existsSync(target) || readFileSync(target, "utf8") !== text) {
  console.error("src/api.gen.ts is not what /api/1 takes and answers now. Run `make types`.");
  process.exit(1);
}
