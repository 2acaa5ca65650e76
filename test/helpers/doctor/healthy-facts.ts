import type { Facts } from "../../../src/doctor/facts.ts";

const GiB = 2 ** 30;
const tool = (path: string | null, version: string | null) => ({ path, version, problem: null, isSilent: false });
const directory = (path: string) => ({ path, freeBytes: 76.2e9, problem: null, isSilent: false, isNoexec: false });

/** A machine with everything that seatrial can use. */
export const healthy: Facts = {
  seatrial: "1.2.3",
  platform: "linux-x64",
  engine: {
    path: "/cache/engine/1/seatrial-engine",
    source: "cache",
    kubernetes: "v1.37.2",
    helm: "v4.3.1",
    problem: null,
  },
  node: { version: "v24.21.0", path: "/usr/bin/node" },
  go: tool("/usr/local/go/bin/go", "1.26.8"),
  helm: tool("/usr/local/bin/helm", "v3.19.0"),
  kubectl: tool("/usr/bin/kubectl", "v1.32.4"),
  docker: { ...tool("/usr/bin/docker", "28.2.2"), engine: { version: "28.2.2", problem: null } },
  k3s: tool("/usr/local/bin/k3s", "v1.37.2+k3s1"),
  realNode: { problem: null, missing: [], fix: null, hasServices: true },
  sandbox: [
    { kind: "GitHub Codespaces", evidence: "CODESPACES" },
    { kind: "Docker container", evidence: "/.dockerenv" },
  ],
  user: { uid: 1000, name: "vscode", capabilities: { effective: 0, known: 41 } },
  memory: {
    availableBytes: 6.5 * GiB,
    totalBytes: 8 * GiB,
    limitedBy: "/sys/fs/cgroup/memory.max",
    addressSpaceBytes: null,
  },
  directories: { temp: directory("/tmp"), cache: directory("/cache/engine"), state: directory("/state/default") },
  loopback: { problem: null },
  providers: ["engine", "envtest", "k3s", "container", "existing"].map((name) => ({
    name,
    usable: true,
    missing: null,
    fix: null,
  })),
  controlPlane: { up: true, kubernetes: "v1.37.2", server: "https://127.0.0.1:40123", pid: 4711, problem: null },
  proxies: { HTTPS_PROXY: "http://proxy.example.com:3128", NO_PROXY: "localhost,127.0.0.1" },
};
