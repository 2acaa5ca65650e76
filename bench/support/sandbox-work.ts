import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { installChart } from "../../src/release/install-chart.ts";
import { timed } from "./contest.ts";
import { writeHundredObjects } from "./hundred-objects.ts";

// The work that bench/sandbox.ts measures, as a program, so that it is the same inside and outside.
await using dir = await makeTempDir("seatrial-bench-");
const chart = await writeHundredObjects(dir.path, 2);
await using controlPlane = await startControlPlane();
await using namespace = await controlPlane.namespace();
const install = async () => {
  await using _release = await installChart(chart, { controlPlane, namespace: namespace.name });
};
const installMs = await timed(install);
console.log(JSON.stringify({ boot: controlPlane.bootMs, install: installMs }));
