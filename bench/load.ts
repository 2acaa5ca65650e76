import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { makeTempDir } from "../src/process/temp-dir.ts";

// The processor time that each spec file pays before its first test, in milliseconds: `node bench/load.ts [RUNS]`.
// vitest gives each file a process of its own, which loads the library again.

const runs = Number(process.argv[2] ?? 9);
const root = join(import.meta.dirname, "..");
const modules = {
  "seatrial (dist/index.js)": join(root, "dist/index.js"),
  "seatrial and the matchers": `${join(root, "dist/index.js")},${join(root, "dist/matchers/index.js")}`,
  "@kubernetes/client-node, which is loaded when it is used": import.meta.resolve("@kubernetes/client-node"),
};

await using dir = await makeTempDir("seatrial-bench-");
const script = `const before = process.cpuUsage();
for (const name of process.argv[2].split(",")) await import(name);
const { user, system } = process.cpuUsage(before);
process.stdout.write(String((user + system) / 1000));
`;
const path = join(dir.path, "load.mjs");
await writeFile(path, script);
for (const [name, list] of Object.entries(modules)) {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const { stdout } = await execa(process.execPath, [path, list], { cwd: root });
    times.push(Number(stdout));
  }
  times.sort((one, other) => one - other);
  const [fastest = 0] = times;
  const median = times[Math.floor(times.length / 2)] ?? 0;
  console.log(`${name}: median ${Math.round(median)} ms, fastest ${Math.round(fastest)} ms of ${runs} runs`);
}
