/** What `seatrial doctor` measures of a machine. Unknown values are null. Sizes are bytes. */
export interface Facts {
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
  realNode: RealNodeFacts;
  /** The sandboxes that this machine shows signs of. Empty: it looks like a plain machine. */
  sandbox: SandboxFact[];
  user: UserFacts;
  memory: MemoryFacts;
  directories: { temp: DirectoryFacts; cache: DirectoryFacts; state: DirectoryFacts };
  /** Why no connection over 127.0.0.1 is possible; null: it is possible. */
  loopback: { problem: string | null };
  /** Where a control plane can come from on this machine. */
  providers: ProviderFacts[];
  controlPlane: ControlPlaneFacts;
  /** The proxy variables that are set, without passwords. */
  proxies: Record<string, string>;
}

/**
 * What `seatrial doctor` finds out, and what `--json` prints. Within one `schemaVersion` fields are added, never renamed,
 * removed or given another meaning.
 */
export interface DoctorReport extends Facts {
  schemaVersion: 1;
  /** Whether a control plane can be started here: no problem is an error. */
  canBoot: boolean;
  /** What prevents a control plane from starting (`error`) or may do so (`warning`). */
  problems: Problem[];
}

/** Something to fix. */
export interface Problem {
  severity: "error" | "warning";
  message: string;
  /** The command to run or the variable to set. */
  fix: string;
}

/** The engine that would be used. */
export interface EngineFacts {
  path: string | null;
  /** `build`: there is no engine yet and one would be built; null: there is none and none can be built. */
  source: "env" | "package" | "cache" | "build" | null;
  kubernetes: string | null;
  helm: string | null;
  /** Why it cannot be used, or why none can be built, and how to fix that. */
  problem: (Omit<Problem, "severity"> & { stopsBoot: boolean }) | null;
}

/** A program on PATH. */
export interface ToolFacts {
  /** null: not found. */
  path: string | null;
  version: string | null;
  /** Why its version is not known. */
  problem: string | null;
  /** Whether it did not answer in time, perhaps because the machine is busy. */
  isSilent: boolean;
}

/** Docker's client, and whether a Docker engine answers it. */
export interface DockerFacts extends ToolFacts {
  engine: { version: string | null; problem: string | null };
}

/** Whether a provider can be used. */
export interface ProviderFacts {
  /** Its name, as `--provider` takes it. */
  name: string;
  usable: boolean;
  /** What it lacks. */
  missing: string | null;
  /** How to get that. */
  fix: string | null;
}

/** Whether a node with real containers (`realNode`) can run. */
export interface RealNodeFacts {
  /** Why none can run; null: one can. */
  problem: string | null;
  /** The programs that were not found. */
  missing: string[];
  /** The command that installs them on Debian and Ubuntu. */
  fix: string | null;
  /** Whether Services would have their cluster IPs there. */
  hasServices: boolean;
}

/** One kind of sandbox, and the sign of it. */
export interface SandboxFact {
  kind: string;
  evidence: string;
}

/** The user that runs this command. */
export interface UserFacts {
  /** null on systems without user ids. */
  uid: number | null;
  /** null: the id has no name here. */
  name: string | null;
  /** How many of the kernel's capabilities are in effect; null when unknown. */
  capabilities: { effective: number; known: number } | null;
}

/** Memory of the machine, or of the control group when that has less. */
export interface MemoryFacts {
  availableBytes: number | null;
  totalBytes: number | null;
  /** The file with the control group's limit; null: there is no limit below the machine's memory. */
  limitedBy: string | null;
  /** The limit of a process' address space (`ulimit -v`) in bytes; null: there is none. */
  addressSpaceBytes: number | null;
}

/** A directory that is used, or would be created. */
export interface DirectoryFacts {
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
