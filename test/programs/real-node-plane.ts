// Starts a control plane with a real node and a Pod that runs, in a Node process of its own: real-node-plane.ts <image>.
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import type { KubeObject } from "../../src/kube/object-ref.ts";
import { pollUntil } from "../../src/util/poll.ts";
import { BUSYBOX_IMAGE } from "../helpers/real-node/write-image.ts";

const plane = await startControlPlane({ realNode: { images: [process.argv[2] ?? ""] } });
const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "runs", namespace: "default" } };
const containers = [{ name: "runs", image: BUSYBOX_IMAGE, command: ["sh", "-c", "sleep 3000 & sleep 4000"] }];
await plane.kube.create({ ...pod, spec: { containers } } as KubeObject);
const isRunning = async () => {
  const { status } = (await plane.kube.get({ ...pod, ...pod.metadata })) as { status?: { phase?: string } };
  return status?.phase === "Running" ? true : undefined;
};
await pollUntil(isRunning, { timeoutMs: 60_000, waitingFor: "the Pod to run" });
console.log(JSON.stringify(plane.data));
const waiting = setInterval(() => undefined, 60_000);
process.on("SIGTERM", () => void stop());
if (process.argv[3] === "stop") await stop();
await plane.ended;
const late = await plane.helm.status({ namespace: "default", releaseName: "a" }).catch((error: Error) => error);
if (late instanceof Error) console.log(late.message);

async function stop() {
  await plane.stop();
  clearInterval(waiting);
}
