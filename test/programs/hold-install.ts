// A process of its own that installs what stdin names, says what it is doing, and never removes it.
import { text } from "node:stream/consumers";
import { attachControlPlane } from "../../src/boot/attach-control-plane.ts";
import { installChart } from "../../src/release/install-chart.ts";
import { installCrds } from "../../src/sharing/install-crds.ts";

const { data, chart, crds, options } = JSON.parse(await text(process.stdin));
const controlPlane = attachControlPlane(data);
if (crds !== undefined) await installCrds(crds, { controlPlane });
console.log("installing");
await installChart(chart, { ...options, controlPlane });
console.log("installed");
setInterval(() => undefined, 1000);
