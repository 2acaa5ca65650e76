import { boot } from "./boot.ts";
import { commandStart } from "./command-start.ts";
import { dryRun } from "./dry-run.ts";
import { install } from "./install.ts";
import { memory } from "./memory.ts";
import { pods } from "./pods.ts";
import { render } from "./render.ts";
import { runBenches } from "./support/run-benches.ts";

await runBenches(commandStart, boot, render, dryRun, install, pods, memory);
