// One of the processes of bench/workers.ts: attaches to the cluster, waits for a message, installs and removes charts/web.
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import { installChart } from "../../src/release/install-chart.ts";
import { ownChart } from "./charts.ts";

const [kubeconfig = "", context = "", enginePath = "", count = "0"] = process.argv.slice(2);
const provider = { name: "existing", kubeconfig, context, allowInstall: true } as const;
const controlPlane = await startControlPlane({ provider, enginePath });
const send = (message: object) => new Promise<void>((resolve) => process.send?.(message, () => resolve()));
// Modules are loaded, and the worker's connections are open, before the clock starts.
await installOnce();
await send({ enginePid: controlPlane.data.pid });
await new Promise((resolve) => process.once("message", resolve));
for (let done = 0; done < Number(count); done++) await installOnce();
await send({ done: true });
await new Promise((resolve) => process.once("message", resolve));
await controlPlane.stop();
process.disconnect();

async function installOnce(): Promise<void> {
  await using _release = await installChart(ownChart("web"), { controlPlane });
}
