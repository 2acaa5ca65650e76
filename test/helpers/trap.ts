import { mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { makeTempDir } from "../../src/process/temp-dir.ts";

/** A server that nobody may connect to, and a home directory whose kubeconfigs lead to it. */
export interface Trap {
  /** The variables that lead to it: `HOME`, `KUBECONFIG` and those of Helm. */
  env: Record<string, string>;
  /** The number of connections so far. */
  connections(): number;
  /** The state of the kubeconfigs and their directories; it changes when somebody writes, touches or reads them. */
  traces(): Promise<unknown>;
}

/** Listens until the test has finished. */
export async function setTrap(): Promise<Trap> {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on("error", () => undefined).destroy();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  const { path: home, remove } = await makeTempDir("st-trap-");
  onTestFinished(remove);

  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const files = [join(home, ".kube", "config"), join(home, "elsewhere", "kubeconfig")];
  const past = new Date(Date.now() - 3_600_000);
  for (const file of files) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, kubeconfig(address));
  }
  const readsAreSeen = await areReadsSeen(home);
  // Linux records a read only when the last recorded one is older than the last write.
  const forgetReads = () => Promise.all(files.map((file) => utimes(file, new Date(past.getTime() - 1000), past)));
  await forgetReads();
  return {
    env: {
      HOME: home,
      KUBECONFIG: files[1] ?? "",
      HELM_KUBEAPISERVER: address,
      HELM_KUBETOKEN: "trap",
      HELM_KUBECONTEXT: "trap",
      HELM_NAMESPACE: "trap",
    },
    connections: () => connections,
    traces: async () => {
      const found = [];
      for (const file of files) {
        const { mtimeMs, atimeMs, ino, mode, size } = await stat(file);
        const directory = (await readdir(dirname(file))).sort();
        found.push({ file, mtimeMs, atimeMs: readsAreSeen ? atimeMs : 0, ino, mode, size, directory });
      }
      for (const [index, file] of files.entries())
        Object.assign(found[index] ?? {}, { text: await readFile(file, "utf8") });
      await forgetReads();
      return found;
    },
  };
}

function kubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "trap",
    clusters: [{ name: "trap", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "trap", user: { token: "trap" } }],
    contexts: [{ name: "trap", context: { cluster: "trap", user: "trap" } }],
  });
}

// File systems may be mounted without access times.
async function areReadsSeen(directory: string): Promise<boolean> {
  const file = join(directory, "probe");
  await writeFile(file, "probe");
  const past = new Date(Date.now() - 3_600_000);
  await utimes(file, new Date(past.getTime() - 1000), past);
  const { atimeMs } = await stat(file);
  await readFile(file);
  return (await stat(file)).atimeMs !== atimeMs;
}
