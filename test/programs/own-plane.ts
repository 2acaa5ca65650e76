// Starts a control plane in a Node process of its own: own-plane.ts <action after that>.
import { Watch } from "@kubernetes/client-node";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";

const plane = await startControlPlane();
let seen = 0;
const watching = new Promise<void>((resolve) => {
  // Many watches, as controllers under test have; each has received a first namespace before the plane is stopped.
  for (let count = 1; count <= 20; count++) {
    void new Watch(plane.kube.config).watch(
      "/api/v1/namespaces",
      {},
      () => {
        if (++seen >= 20) resolve();
      },
      () => undefined,
    );
  }
});
await watching;
console.log(JSON.stringify(plane.data));
if (process.argv[2] === "stop") await plane.stop();
if (process.argv[2] === "stop-twice") await Promise.all([plane.stop(), plane.stop()]);
if (process.argv[2] === "wait") setInterval(() => undefined, 60_000);
