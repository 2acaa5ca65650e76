import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { type RequestOptions, request } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { type ControlPlane, currentControlPlane, startControlPlane } from "seatrial";
import { describe, expect, it, onTestFinished } from "vitest";
import { childrenOf } from "../../helpers/run-cli.ts";

/** Asks an API server whatever its certificate is, and resolves with the status code. */
function ask(plane: ControlPlane, path: string, options: RequestOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, plane.data.server), { ...options, agent: false, rejectUnauthorized: false });
    outgoing.once("error", reject);
    outgoing.once("response", (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    outgoing.end();
  });
}

function decoded(text: string | undefined): string {
  return Buffer.from(text ?? "", "base64").toString();
}

async function credentials(plane: ControlPlane) {
  const config = new KubeConfig();
  config.loadFromString(await plane.kubeconfig());
  const tokenRequest = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: {}, spec: {} };
  const { body } = await plane.kube.transport.request({
    method: "POST",
    path: "/api/v1/namespaces/default/serviceaccounts/default/token",
    body: tokenRequest,
  });
  const user = config.getCurrentUser();
  return {
    authority: decoded(config.getCurrentCluster()?.caData),
    admin: user?.token,
    account: (body as { status: { token: string } }).status.token,
  };
}

async function startAnother(): Promise<ControlPlane> {
  const plane = await startControlPlane();
  onTestFinished(() => plane.stop());
  return plane;
}

describe("the credentials of a control plane", () => {
  it("are new at every boot, and other planes reject them", async () => {
    const [one, other] = [currentControlPlane(), await startAnother()];
    const [mine, others] = [await credentials(one), await credentials(other)];
    for (const name of ["authority", "admin", "account"] as const) expect(mine[name]).not.toBe(others[name]);
    const files = (await readdir(join(one.data.dataDir, "pki"))).sort();
    expect(files).toContain("service-account.key");
    for (const file of files) {
      const [left, right] = await Promise.all(
        [one, other].map(({ data }) => readFile(join(data.dataDir, "pki", file), "utf8")),
      );
      expect(left).not.toBe(right);
    }
    const path = "/api/v1/namespaces";
    const as = (token: string | undefined) => ({ headers: { authorization: `Bearer ${token}` } });
    expect(await ask(other, path, as(others.admin))).toBe(200);
    expect(await ask(one, path, as(others.admin))).toBe(401);
    expect(await ask(other, path, as(others.account))).toBe(403);
    expect(await ask(one, path, as(others.account))).toBe(401);
  });

  it("are files that only their user may read, in directories that only their user may enter", async () => {
    const { dataDir, kubeconfigPath } = currentControlPlane().data;
    const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
    expect(await modeOf(dataDir)).toBe(0o700);
    expect(await modeOf(join(dataDir, "pki"))).toBe(0o700);
    expect(await modeOf(kubeconfigPath)).toBe(0o600);
    const files = await readdir(join(dataDir, "pki"));
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) expect([file, await modeOf(join(dataDir, "pki", file))]).toEqual([file, 0o600]);
  });
});

describe("a request without credentials", () => {
  it.each(["/version", "/healthz", "/livez", "/readyz"])(
    "is answered for %s, as Kubernetes grants it",
    async (path) => {
      expect(await ask(currentControlPlane(), path)).toBe(200);
    },
  );

  it("is forbidden for every kind of object and every other path", async () => {
    const plane = currentControlPlane();
    const kinds = await plane.kube.discovery.all();
    const listable = kinds.filter(({ verbs }) => verbs.includes("list"));
    expect(listable.length).toBeGreaterThan(50);
    const paths = listable.map(
      ({ apiVersion, plural }) => `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}/${plural}`,
    );
    const others = [
      "/",
      "/api",
      "/apis",
      "/metrics",
      "/logs",
      "/configz",
      "/debug/pprof/",
      "/debug/flags/v",
      "/openapi/v3",
    ];
    const answers = await Promise.all([...paths, ...others].map(async (path) => [path, await ask(plane, path)]));
    expect(answers.filter(([, status]) => status !== 403)).toEqual([]);
    const wrong = { headers: { authorization: "Bearer wrong" } };
    expect(await ask(plane, "/api/v1/secrets", wrong)).toBe(401);
    expect(await ask(plane, "/api/v1/namespaces/default/secrets", { method: "POST" })).toBe(403);
  });
});

describe("the sockets of an engine", () => {
  it("listen only on 127.0.0.1, on one port", () => {
    const { pid, server } = currentControlPlane().data;
    const processes = [pid, ...childrenOf(pid)];
    const inodes = new Set(processes.flatMap(socketInodes));
    const open = ["tcp", "tcp6", "udp", "udp6"].flatMap((protocol) =>
      readFileSync(`/proc/${pid}/net/${protocol}`, "utf8")
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        // 0A is LISTEN, 07 a UDP socket that takes what comes.
        .filter(([, , , state = "", ...rest]) => ["0A", "07"].includes(state) && inodes.has(rest[5] ?? ""))
        .map(([, address = ""]) => `${protocol} ${address}`),
    );
    const port = Number(new URL(server).port).toString(16).toUpperCase().padStart(4, "0");
    expect(open).toEqual([`tcp 0100007F:${port}`]);
  });

  // Only root can become somebody else.
  it.runIf(process.getuid?.() === 0)("reject other users of the machine", async () => {
    const { dataDir, engineSocket } = currentControlPlane().data;
    const sockets = [engineSocket, join(dataDir, "etcd.sock"), join(dataDir, "etcd-peer.sock")];
    for (const socket of sockets) expect(await connectTo(socket)).toBe("connected");
    expect(await asNobody(() => Promise.all(sockets.map(connectTo)))).toEqual(sockets.map(() => "EACCES"));
    const { kubeconfigPath } = currentControlPlane().data;
    expect(await asNobody(() => readFile(kubeconfigPath).catch(({ code }) => code))).toBe("EACCES");
  });
});

function socketInodes(pid: number): string[] {
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      // Closed in the meantime.
      return "";
    }
  });
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

function connectTo(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve("connected");
    });
    socket.once("error", ({ code = "" }: NodeJS.ErrnoException) => resolve(code));
  });
}

/** Does the work as uid 65534. */
async function asNobody<Value>(work: () => Promise<Value>): Promise<Value> {
  process.setegid?.(65534);
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
