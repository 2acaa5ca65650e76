import { stat } from "node:fs/promises";
import { join } from "node:path";
import { askProgram } from "../../process/ask-program.ts";
import type { SandboxFact } from "../facts.ts";
import { type Machine, readBelow } from "../machine.ts";

// What gVisor's kernel reports since its first release, whatever the version of the host.
const gvisorVersion = /^Linux version 4\.4\.0 #1 SMP Sun Jan 10 15:06:54 PST 2016/;

const environmentSigns: Record<string, string> = {
  CODESPACES: "GitHub Codespaces",
  REMOTE_CONTAINERS: "devcontainer",
  DEVCONTAINER: "devcontainer",
  KUBERNETES_SERVICE_HOST: "Kubernetes pod",
  WSL_DISTRO_NAME: "WSL",
  CLAUDE_CODE_REMOTE: "Claude Code on the web",
};

const fileSigns: Record<string, string> = {
  ".dockerenv": "Docker container",
  "run/.containerenv": "Podman container",
  "var/run/secrets/kubernetes.io/serviceaccount": "Kubernetes pod",
};

const cgroupSigns: [RegExp, string][] = [
  [/kubepods/, "Kubernetes pod"],
  [/libpod/, "Podman container"],
  [/\bdocker\b/, "Docker container"],
  [/\blxc\b/, "LXC container"],
];

/** The kinds of sandbox that this machine shows signs of, each once, with its first sign. */
export async function probeSandbox(machine: Machine): Promise<SandboxFact[]> {
  const facts = [
    ...(await kernelFacts(machine)),
    ...(await fileFacts(machine)),
    ...environmentFacts(machine),
    ...(await cgroupFacts(machine)),
  ];
  return facts.filter(({ kind }, index) => facts.findIndex((other) => other.kind === kind) === index);
}

async function kernelFacts(machine: Machine): Promise<SandboxFact[]> {
  const version = (await readBelow(machine, "proc/version")) ?? "";
  if (/microsoft/i.test(version)) return [{ kind: "WSL", evidence: "/proc/version" }];
  if (gvisorVersion.test(version)) return [{ kind: "gVisor", evidence: "/proc/version" }];
  const { stdout } = await askProgram("dmesg", [], { timeoutMs: machine.timeoutMs, env: { ...machine.env } });
  return /gVisor/.test(stdout) ? [{ kind: "gVisor", evidence: "dmesg" }] : [];
}

async function fileFacts({ root }: Machine): Promise<SandboxFact[]> {
  const signs = Object.entries(fileSigns).map(async ([path, kind]) => {
    const exists = await stat(join(root, path)).then(
      () => true,
      () => false,
    );
    return exists ? [{ kind, evidence: `/${path}` }] : [];
  });
  return (await Promise.all(signs)).flat();
}

function environmentFacts({ env }: Machine): SandboxFact[] {
  const named = Object.entries(environmentSigns).flatMap(([name, kind]) =>
    isOn(env[name]) ? [{ kind, evidence: name }] : [],
  );
  // systemd's convention, which Podman, LXC and systemd-nspawn follow: the name of the container manager.
  const manager = env.container;
  if (manager === undefined || manager === "") return named;
  const kind = manager === "podman" ? "Podman container" : `${manager} container`;
  return [...named, { kind, evidence: "container" }];
}

async function cgroupFacts(machine: Machine): Promise<SandboxFact[]> {
  const cgroup = (await readBelow(machine, "proc/self/cgroup")) ?? "";
  return cgroupSigns.flatMap(([sign, kind]) => (sign.test(cgroup) ? [{ kind, evidence: "/proc/self/cgroup" }] : []));
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false"].includes(value);
}
