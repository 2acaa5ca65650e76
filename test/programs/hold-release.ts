// A process of its own that installs the chart that stdin names, says so, and uninstalls it after a while.
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { attachControlPlane } from "../../src/boot/attach-control-plane.ts";
import { installChart } from "../../src/release/install-chart.ts";

const { data, chart } = JSON.parse(await text(process.stdin));
const controlPlane = attachControlPlane(data);
const release = await installChart(chart, { controlPlane });
console.log("installed");
await delay(500);
await release[Symbol.asyncDispose]();
await controlPlane.stop();
