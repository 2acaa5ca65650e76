// Packs seatrial as it is published, with its platform packages as optional dependencies: npm run package:main -- [--out release]
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { packMain } from "./pack.ts";

const { values } = parseArgs({ options: { out: { type: "string", default: "release" } } });
const out = resolve(values.out);
await mkdir(out, { recursive: true });
console.log(await packMain(out));
