import { boot } from "./boot.ts";
import { check } from "./check.ts";
import { commandStart } from "./command-start.ts";
import { dryRun } from "./dry-run.ts";
import { install } from "./install.ts";
import { memory } from "./memory.ts";
import { pods } from "./pods.ts";
import { render } from "./render.ts";
import { specs } from "./specs.ts";
import { staticChecks } from "./static-checks.ts";
import { runBenches } from "./support/run-benches.ts";

await runBenches(commandStart, boot, render, dryRun, staticChecks, install, pods, check, specs, memory);
