/**
 * What `seatrial doctor` finds out, and what `--json` prints. Within one `schemaVersion` fields are added, never renamed,
 * removed or given another meaning. What is not known is null. Sizes are bytes.
 */
export interface DoctorReport {
  schemaVersion: 1;
  /** Whether a control plane can be started here: no problem is an error. */
  canBoot: boolean;
  /** What would stop a boot (`error`) or make it worse (`warning`). */
  problems: Problem[];
  /** This package's version. */
  seatrial: string;
  /** System and processor, such as `linux-x64`. */
  platform: string;
  engine: EngineFacts;
  /** The Node that runs this command. */
  node: { version: string; path: string };
  go: ToolFacts;
  helm: ToolFacts;
  kubectl: ToolFacts;
  docker: DockerFacts;
  k3s: ToolFacts;
  /** What this machine is, outermost first as far as it shows. Empty: it looks like a plain machine. */
  sandbox: SandboxFact[];
  user: UserFacts;
  memory: MemoryFacts;
  folders: { temp: FolderFacts; cache: FolderFacts; state: FolderFacts };
  /** Whether a connection over 127.0.0.1 is possible; null: it is. */
  loopback: { problem: string | null };
  controlPlane: ControlPlaneFacts;
  /** Proxy variables that are set, without passwords. */
  proxies: Record<string, string>;
}

/** Something to mend. */
export interface Problem {
  severity: "error" | "warning";
  message: string;
  /** The command or variable that mends it. */
  mend: string;
}

/** The engine that a boot would use. */
export interface EngineFacts {
  path: string | null;
  /** `build`: none is at hand and one would be built; null: neither. */
  source: "env" | "package" | "cache" | "build" | null;
  kubernetes: string | null;
  helm: string | null;
  /** Why it cannot be used, or why none can be built, and what mends that. */
  problem: (Omit<Problem, "severity"> & { stopsBoot: boolean }) | null;
}

/** A program on PATH. */
export interface ToolFacts {
  /** null: not found. */
  path: string | null;
  version: string | null;
  /** Why its version is not known. */
  problem: string | null;
  /** Whether it did not answer in time, which may be the machine's load. */
  isSilent: boolean;
}

/** The client, and whether an engine answers it. */
export interface DockerFacts extends ToolFacts {
  engine: { version: string | null; problem: string | null };
}

/** One kind of sandbox, and how it shows. */
export interface SandboxFact {
  kind: string;
  evidence: string;
}

/** Who runs this. */
export interface UserFacts {
  /** null on systems without user ids. */
  uid: number | null;
  /** null: the id has no name here. */
  name: string | null;
  /** How many of the capabilities that the kernel has are in effect; null when unknown. */
  capabilities: { effective: number; known: number } | null;
}

/** Memory of the machine, or of the control group when that has less. */
export interface MemoryFacts {
  availableBytes: number | null;
  totalBytes: number | null;
  /** The file with the control group's limit; null: there is no limit below the machine's memory. */
  limitedBy: string | null;
}

/** A folder that is used, or would be made. */
export interface FolderFacts {
  path: string;
  freeBytes: number | null;
  /** Why it cannot be used; null: it can. */
  problem: string | null;
  /** Whether it did not answer in time. */
  isSilent: boolean;
  /** Whether programs in it cannot be executed (mount option `noexec`). */
  isNoexec: boolean;
}

/** The control plane of `seatrial up`. */
export interface ControlPlaneFacts {
  up: boolean;
  kubernetes: string | null;
  server: string | null;
  pid: number | null;
  /** Why it is not known whether one is up. */
  problem: string | null;
}
