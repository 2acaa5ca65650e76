// The process that keeps a control plane of `seatrial up --provider` up. The programs of a provider end with the process that
// started them, which therefore stays. It ends with its control plane, with SIGTERM, and with `seatrial up` until that detaches.
import { startControlPlane } from "../boot/start-control-plane.ts";
import { SeatrialError } from "../errors/seatrial-error.ts";
import { DETACH, type KeeperMessage, type KeeperOrder } from "./keeper-messages.ts";

const order = JSON.parse(process.argv[2] ?? "{}") as KeeperOrder;
const end = new AbortController();
const ended = new Promise<void>((resolve) => end.signal.addEventListener("abort", () => resolve()));
const keepAlive = setInterval(() => undefined, 2 ** 30);
let isDetached = false;

process.stdin.on("data", (chunk: Buffer) => {
  isDetached ||= chunk.toString() === DETACH;
});
process.stdin.on("close", () => {
  if (!isDetached) end.abort();
});
// Nobody reads any more.
process.stdout.on("error", () => undefined);
process.on("SIGTERM", () => end.abort());

try {
  const onStep = ({ name }: { name: string }) => send({ type: "step", name });
  const plane = await startControlPlane({ ...order, onStep, signal: end.signal });
  try {
    send({ type: "up", data: plane.data, bootMs: plane.bootMs });
    await Promise.race([plane.ended, ended]);
  } finally {
    await plane.stop();
  }
} catch (error) {
  const code = error instanceof SeatrialError ? error.code : "SEATRIAL_INTERNAL";
  send({ type: "error", code, message: (error as Error).message });
} finally {
  clearInterval(keepAlive);
  process.stdin.destroy();
}

function send(message: KeeperMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
