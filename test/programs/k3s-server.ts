// Starts as `k3s server --disable-agent` does, and writes a kubeconfig that leads to a control plane of the engine without nodes.
// K3S_STAND_IN says what goes wrong: `fatal` ends with an error, `silent` writes nothing, `half` writes half a kubeconfig first.
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";

const trouble = process.env.K3S_STAND_IN;
const [command, ...args] = process.argv.slice(2);
const options = args.flatMap((arg) => [...(/^--[^=]+/.exec(arg) ?? [])]).map((name) => name.slice(2));
const { values } = parseArgs({
  args,
  options: Object.fromEntries(
    options.map((name) => {
      const type = args.includes(`--${name}`) ? "boolean" : "string";
      return [name, { type } as { type: "boolean" | "string" }];
    }),
  ),
});
const kubeconfig = values["write-kubeconfig"];
const port = values["https-listen-port"];
if (command !== "server" || values["disable-agent"] !== true || typeof kubeconfig !== "string") {
  console.error(`level=fatal msg="not started as expected: ${process.argv.slice(2).join(" ")}"`);
  process.exit(1);
}
console.error(`level=info msg="Starting k3s v1.35.1+k3s1" port=${port}`);
if (trouble === "fatal") {
  console.error('level=fatal msg="starting kubernetes: preparing server: failed to listen"');
  process.exit(1);
}
if (trouble === "taken" && (await readFile("attempts", "utf8").catch(() => "")) === "") {
  await writeFile("attempts", `${port}`);
  console.error(`level=fatal msg="listen tcp 127.0.0.1:${port}: bind: address already in use"`);
  process.exit(1);
}
if (trouble === "silent") {
  setInterval(() => undefined, 60_000);
} else {
  const plane = await startControlPlane({ simulation: { nodes: 0 } });
  process.on("SIGTERM", () => void plane.stop().then(() => process.exit(0)));
  if (trouble === "half") await writeFile(kubeconfig, (await readFile(plane.kubeconfigPath, "utf8")).slice(0, 60));
  await copyFile(plane.kubeconfigPath, kubeconfig);
  console.error(`level=info msg="Wrote kubeconfig ${kubeconfig}"`);
  setInterval(() => undefined, 60_000);
}
