import { chmod, cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { dump, load } from "js-yaml";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { buildKubernetesProgram } from "./build-e2e.ts";

const driver = fileURLToPath(new URL("kubectl-driver.sh", import.meta.url));
const FUNCTION_LIMIT_MS = 300_000;
// What test/cmd reads of Kubernetes' repository.
const directories = [
  "hack",
  "test/cmd",
  "test/fixtures",
  "test/e2e/testing-manifests",
  "third_party/forked/shell2junit",
  "api/openapi-spec",
];

/** A function of Kubernetes' test/cmd and what became of it. */
export interface KubectlOutcome {
  /** Such as `run_pod_tests`. */
  name: string;
  passed: boolean;
  /** Whether a function that did not pass passes after kubectl has given the cluster the objects that upstream's has. */
  passedAsUpstream?: boolean;
  seconds: number;
  /** The end of the function's output when it failed; of the second run when both failed. */
  failure: string;
}

/** What the functions need, prepared once in `dir`. */
export interface KubectlSuite {
  functions: string[];
  run(name: string): Promise<KubectlOutcome>;
}

/** Prepares kubectl's command tests: a copy of the sources, and the engine's own kubectl. */
export async function prepareKubectlSuite(dir: string, sources: string, enginePath: string): Promise<KubectlSuite> {
  const root = join(dir, "kubernetes");
  for (const path of directories) await cp(join(sources, path), join(root, path), { recursive: true });
  // The module cache is read-only; the functions write to their directory.
  await execa("chmod", ["-R", "u+w", root]);
  await execa("find", [root, "(", "-name", "*.sh", "-o", "-name", "kubectl-*", ")", "-exec", "chmod", "+x", "{}", "+"]);
  const tools = join(dir, "tools");
  await mkdir(tools, { recursive: true });
  await buildKubernetesProgram(tools, "cmd/kubectl-convert");
  await symlink(enginePath, join(tools, "kubectl"));
  const script = await readFile(join(root, "test/cmd/legacy-script.sh"), "utf8");
  const functions = [
    ...new Set([...script.matchAll(/^\s*record_command (run_\w+)/gm)].map(([, name]) => name as string)),
  ];
  const run = async (name: string): Promise<KubectlOutcome> => {
    const outcome = await runFunction(name, { root, tools, enginePath });
    if (outcome.passed) return outcome;
    const prepared = await runFunction(name, { root, tools, enginePath, isPrepared: true });
    if (prepared.passed) return { ...outcome, passedAsUpstream: true };
    return { ...outcome, passedAsUpstream: false, failure: prepared.failure };
  };
  return { functions, run };
}

async function runFunction(
  name: string,
  { root, tools, enginePath, isPrepared }: { root: string; tools: string; enginePath: string; isPrepared?: boolean },
): Promise<KubectlOutcome> {
  await using dir = await makeTempDir("seatrial-kubectl-");
  await using plane = await startControlPlane({ enginePath });
  const kubeconfig = join(dir.path, "kubeconfig");
  const config = load(await plane.kubeconfig()) as Kubeconfig;
  const kubectl = (args: string[], input?: string) =>
    execa(join(tools, "kubectl"), [`--kubeconfig=${plane.kubeconfigPath}`, ...args], { input: input ?? "" });
  const token = await prepareAccess(kubectl);
  if (isPrepared === true) await prepareObjects(kubectl);
  await writeFile(kubeconfig, dump(asUpstream(config, token)), { mode: 0o600 });
  // test-cmd.sh starts the API server with --cert-dir=$TMPDIR.
  await writeFile(join(dir.path, "apiserver.crt"), certificateOf(config));
  // A copy for each function: some write to files of the sources, and several run at a time.
  const ownRoot = join(dir.path, "kubernetes");
  await cp(root, ownRoot, { recursive: true });
  await useToken(ownRoot, token);
  const home = join(dir.path, "home");
  await mkdir(home);
  const startedAt = performance.now();
  const { exitCode, all, timedOut } = await execa("bash", [driver], {
    cwd: ownRoot,
    env: {
      KUBE_ROOT: ownRoot,
      FUNCTION: name,
      KUBECONFIG_SOURCE: kubeconfig,
      SECURE_API_PORT: new URL(plane.data.server).port,
      TOOLS: tools,
      KUBE_JUNIT_REPORT_DIR: join(dir.path, "junit"),
      TMPDIR: dir.path,
      HOME: home,
      KUBECONFIG: undefined,
    },
    stdin: "ignore",
    reject: false,
    all: true,
    timeout: FUNCTION_LIMIT_MS,
    killDescendants: true,
    maxBuffer: 50_000_000,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const passed = exitCode === 0;
  const failure = passed
    ? ""
    : `${timedOut ? `not finished after ${FUNCTION_LIMIT_MS / 1000} s\n` : ""}${String(all).slice(-6000)}`;
  return { name, passed, seconds, failure };
}

type Kubectl = (args: string[], input?: string) => Promise<{ stdout: string }>;

// test-cmd.sh starts an API server that allows every request, with a file of tokens in which one is an administrator's.
async function prepareAccess(kubectl: Kubectl): Promise<string> {
  await kubectl(["create", "serviceaccount", "admin", "--namespace=kube-system"]);
  const groups = ["--group=system:authenticated", "--group=system:unauthenticated"];
  await kubectl(["create", "clusterrolebinding", "test-everybody", "--clusterrole=cluster-admin", ...groups]);
  return (await kubectl(["create", "token", "admin", "--namespace=kube-system"])).stdout;
}

// test-cmd.sh starts an API server without Nodes and StorageClasses, whose cluster IPs contain 10.0.0.0/24.
async function prepareObjects(kubectl: Kubectl): Promise<void> {
  await kubectl(["delete", "nodes,storageclasses", "--all"]);
  const range = {
    apiVersion: "networking.k8s.io/v1",
    kind: "ServiceCIDR",
    metadata: { name: "upstream" },
    spec: { cidrs: ["10.0.0.0/24"] },
  };
  await kubectl(["create", "--filename=-"], dump(range));
  await kubectl(["wait", "servicecidr/upstream", "--for=condition=Ready", "--timeout=60s"]);
}

async function useToken(root: string, token: string): Promise<void> {
  const { stdout } = await execa("grep", ["-rl", "admin-token", root]);
  for (const path of stdout.split("\n")) {
    await chmod(path, 0o700);
    await writeFile(path, (await readFile(path, "utf8")).replaceAll("admin-token", token));
  }
}

interface Kubeconfig {
  clusters: { cluster: { "certificate-authority-data": string } }[];
  users: { name: string; user: object }[];
  contexts: { name: string }[];
  "current-context": string;
}

// The kubeconfig of legacy-script.sh has a context named test and a user with a token.
function asUpstream(config: Kubeconfig, token: string): Kubeconfig {
  const users = config.users.map((user) => ({ ...user, user: { token } }));
  const contexts = config.contexts.map((context) => ({ ...context, name: "test" }));
  return { ...config, users, contexts, "current-context": "test" };
}

function certificateOf({ clusters: [first] }: Kubeconfig): Buffer {
  return Buffer.from(first?.cluster["certificate-authority-data"] ?? "", "base64");
}
