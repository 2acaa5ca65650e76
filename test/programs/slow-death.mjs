// Creates files in a directory for half a second, unless the directory goes: as an engine does that is killed while it writes.
// JavaScript, because Node takes several times as long to start a program in TypeScript.
import { writeFileSync } from "node:fs";

const [directory = ""] = process.argv.slice(2);
const until = Date.now() + 500;
for (let count = 0; Date.now() < until; count++) writeFileSync(`${directory}/${process.pid}-${count}`, "");
