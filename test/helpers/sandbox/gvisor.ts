import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { repositoryPath } from "../repository/repository-path.ts";

/** The id of the user in the sandbox, which has no entry in /etc/passwd. */
export const sandboxUser = 54_321;
/** Where the sandbox has this repository, read-only. */
export const repository = "/tmp/seatrial/repository";
/** Where the sandbox has the Node that runs this process. */
export const node = "/tmp/seatrial/node";
const engine = "/tmp/seatrial/seatrial-engine";

// The newest platform first; gVisor before 2023 has only the second.
const platforms = ["systrap", "ptrace"];

/** How runsc works here, or why it does not. */
export type Gvisor = { platform: string; flags: string[]; reason?: undefined } | { reason: string };

/** Checks whether this machine can run programs in gVisor at all, with the program `true`. */
export async function findGvisor(): Promise<Gvisor> {
  if (process.platform !== "linux") return { reason: `gVisor needs Linux; this is ${process.platform}` };
  let reason = "";
  for (const platform of platforms) {
    await using dir = await makeTempDir("st-runsc-");
    const flags = flagsFor(platform);
    const tried = await execa("runsc", ["--root", dir.path, ...flags, "do", "true"], {
      reject: false,
      timeout: 60_000,
    });
    if (tried.exitCode === 0) return { platform, flags };
    if ((tried.cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT") {
      return { reason: "runsc is not on PATH (Debian and Ubuntu: apt-get install runsc)" };
    }
    reason = (tried.stderr.trim() || (tried.shortMessage ?? "")).split("\n").at(-1) ?? "";
  }
  return { reason: `runsc cannot run a program here: ${reason}` };
}

function flagsFor(platform: string): string[] {
  const rootless = process.getuid?.() === 0 ? [] : ["--rootless"];
  // Without control groups: in many sandboxes they cannot be written.
  return ["--network=none", `--platform=${platform}`, "--ignore-cgroups", ...rootless];
}

/** What to run in the sandbox. */
export interface GvisorRun {
  /** The command, with paths in the sandbox. */
  args: string[];
  /** The engine's program on this machine. */
  enginePath: string;
  /** How long it may take, in milliseconds. */
  timeoutMs: number;
}

/**
 * Runs a command in gVisor as a user without a name and without capabilities, with loopback as the only network. The root file
 * system is this machine's and read-only, and so are the repository, Node and the engine. Only /tmp can be written.
 */
export async function runInGvisor(gvisor: Gvisor, { args, enginePath, timeoutMs }: GvisorRun) {
  if (gvisor.reason !== undefined) throw new Error(gvisor.reason);
  await using dir = await makeTempDir("st-runsc-");
  const bundle = join(dir.path, "bundle");
  await mkdir(bundle);
  await writeFile(join(bundle, "config.json"), JSON.stringify(toSpec(args, enginePath)));
  const runsc = (...rest: string[]) =>
    // runsc gives its standard input to the user in the sandbox: with "ignore", that would be /dev/null of this machine.
    execa("runsc", ["--root", join(dir.path, "state"), ...gvisor.flags, ...rest], { reject: false, input: "" });
  // gVisor's control socket has the name of the container, for all of the machine.
  const container = `seatrial-${randomUUID()}`;
  const running = runsc("run", "--bundle", bundle, container);
  const timer = setTimeout(() => void runsc("kill", container, "KILL"), timeoutMs);
  try {
    const { exitCode, stdout, stderr } = await running;
    return { exitCode, stdout, stderr };
  } finally {
    clearTimeout(timer);
    await runsc("delete", "--force", container);
  }
}

/** A container as the OCI runtime specification describes it. */
function toSpec(args: string[], enginePath: string) {
  const bind = (source: string, destination: string) => ({
    destination,
    type: "bind",
    source,
    options: ["bind", "ro"],
  });
  return {
    ociVersion: "1.0.2",
    hostname: "sandbox",
    process: {
      args,
      cwd: repository,
      // No HOME, as for any user without an entry in the passwd file of a container's image.
      env: ["PATH=/usr/bin:/bin", "TMPDIR=/tmp", `SEATRIAL_ENGINE=${engine}`, "NO_COLOR=1"],
      user: { uid: sandboxUser, gid: sandboxUser },
      capabilities: { bounding: [], effective: [], inheritable: [], permitted: [], ambient: [] },
      noNewPrivileges: true,
    },
    root: { path: "/", readonly: true },
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["mode=1777"] },
      bind(repositoryPath(), repository),
      bind(process.execPath, node),
      bind(enginePath, engine),
    ],
    linux: { namespaces: ["pid", "mount", "network", "ipc", "uts"].map((type) => ({ type })) },
  };
}
