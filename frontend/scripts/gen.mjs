// Writes src/api.gen.ts from the running server's description of /api/1.
import { writeFileSync } from "node:fs";
import openapi, { astToString } from "openapi-typescript";

const server = process.env.POSTROOM_DEV_SERVER ?? "http://localhost:8000";
const types = await openapi(new URL("/api/1/openapi.json", server));
writeFileSync(
  new URL("../src/api.gen.ts", import.meta.url),
  `// Made by \`npm run gen\` from /api/1/openapi.json; do not edit.\n${astToString(types)}`,
);
