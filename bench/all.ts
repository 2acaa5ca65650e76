import { boot } from "./boot.ts";
import { dryRun } from "./dry-run.ts";
import { install } from "./install.ts";
import { memory } from "./memory.ts";
import { render } from "./render.ts";
import { runBenches } from "./support/run-benches.ts";

await runBenches(boot, render, dryRun, install, memory);
