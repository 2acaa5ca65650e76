import { devNull } from "node:os";
import { askProgram } from "../../process/ask-program.ts";
import { findOnPath } from "../../process/find-on-path.ts";
import type { DockerFacts, ToolFacts } from "../facts.ts";
import type { Machine } from "../machine.ts";

/** How a tool is asked for its version: the arguments, and a pattern for its answer. */
interface Question {
  args: string[];
  version: RegExp;
  env?: Record<string, string>;
}

// The questions need no kubeconfig, so the user's is not opened.
const withoutKubeconfig = { KUBECONFIG: devNull };

const questions = {
  // Not a newer toolchain, which Go would have to download first.
  go: { args: ["version"], version: /go version (?:devel )?go(\S+)/, env: { GOTOOLCHAIN: "local" } },
  helm: { args: ["version", "--short"], version: /(v\d[^\s+]*)/, env: withoutKubeconfig },
  kubectl: {
    args: ["version", "--client"],
    version: /Client Version: (?:.*GitVersion:")?(v[^\s"]+)/,
    env: withoutKubeconfig,
  },
  docker: { args: ["--version"], version: /version ([^\s,]+)/ },
  k3s: { args: ["--version"], version: /k3s version (\S+)/ },
} satisfies Record<string, Question>;

/** Whether a tool is on PATH, and in which version. */
export async function probeTool(machine: Machine, name: keyof typeof questions): Promise<ToolFacts> {
  const path = await findOnPath(name, machine.env.PATH ?? "");
  if (path === undefined) return { path: null, version: null, problem: null, isSilent: false };
  const question: Question = questions[name];
  const { timeoutMs } = machine;
  const { stdout, problem, isSilent } = await askProgram(path, question.args, {
    timeoutMs,
    env: { ...machine.env, ...question.env },
  });
  const version = question.version.exec(stdout)?.[1] ?? null;
  const isKnown = problem === undefined && version !== null;
  return {
    path,
    version: isKnown ? version : null,
    problem: isKnown ? null : (problem ?? "reported no version"),
    isSilent,
  };
}

/** Docker's client, and whether a Docker engine answers it. */
export async function probeDocker(machine: Machine): Promise<DockerFacts> {
  const client = await probeTool(machine, "docker");
  if (client.path === null) return { ...client, engine: { version: null, problem: null } };
  const { stdout, problem } = await askProgram(client.path, ["version", "--format", "{{.Server.Version}}"], {
    timeoutMs: machine.timeoutMs,
    env: { ...machine.env },
  });
  const version = problem === undefined && stdout !== "" ? stdout : null;
  return { ...client, engine: { version, problem: version === null ? (problem ?? "reported no version") : null } };
}
