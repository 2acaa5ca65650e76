// Starts a control plane in a Node process of its own, installs a chart, stops, and writes a report as JSON.
import { hostname } from "node:os";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import { SeatrialError } from "../../src/errors/seatrial-error.ts";
import { installChart } from "../../src/release/install-chart.ts";

const [chart = ""] = process.argv.slice(2);
try {
  const plane = await startControlPlane({ startTimeout: "2m" });
  const release = await installChart(chart, { controlPlane: plane });
  const replicas = (await release.get("Deployment", "web")).spec?.replicas;
  await release.uninstall();
  await plane.stop();
  const { dataDir } = plane.data;
  const who = { hostname: hostname(), uid: process.getuid?.() };
  console.log(JSON.stringify({ bootMs: plane.bootMs, replicas, dataDir, ...who }));
} catch (error) {
  if (!(error instanceof SeatrialError)) throw error;
  console.log(JSON.stringify({ code: error.code, message: error.message }));
}
