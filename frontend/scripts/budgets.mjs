// Sizes that every visitor pays, gzipped. A number that grows past its budget stops the build.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const folder = new URL("../../src/postroom/_assets/", import.meta.url);
const kilobytes = (path) => gzipSync(readFileSync(new URL(path, folder))).length / 1024;
const html = readFileSync(new URL("index.html", folder), "utf8");
const files = readdirSync(new URL("assets/", folder));
const source = (name) => readFileSync(new URL(`assets/${name}`, folder), "utf8");

// What a chunk needs at once; chunks behind import() count for themselves.
const needs = (name) =>
  [...source(name).matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)].map((found) => found[1]);
const closure = (names) => {
  const all = new Set(names);
  for (const name of all) for (const next of needs(name)) all.add(next);
  return all;
};
const sum = (names) => [...names].reduce((total, name) => total + kilobytes(`assets/${name}`), 0);
const first = closure([...html.matchAll(/assets\/([\w.-]+\.js)/g)].map((found) => found[1]));

const rows = [
  ["first load", sum(first), 250],
  ["styles", sum(files.filter((name) => name.endsWith(".css"))), 15],
  ["form script", kilobytes("embed.js"), 4],
];
const pages =
  "home subscribers profile import tags forms form-builder settings broadcasts broadcast inbox charts broadcast-editor";
for (const page of pages.split(" ")) {
  const name = files.find((file) => new RegExp(`^${page}-[\\w-]{8}\\.js$`).test(file));
  if (!name) continue;
  const budget = page === "charts" ? 120 : page === "broadcast-editor" ? 170 : 40;
  const extra = [...closure([name])].filter((each) => !first.has(each));
  rows.push([page, sum(extra), budget]);
}

let over = false;
for (const [name, size, budget] of rows) {
  const bad = size > budget;
  over ||= bad;
  console.log(
    `${bad ? "OVER " : "     "}${name.padEnd(18)}${size.toFixed(1).padStart(7)} of ${String(budget).padStart(4)} KB`,
  );
}
if (over) {
  console.error("A budget is broken: load the new part later, or take it out.");
  process.exit(1);
}
