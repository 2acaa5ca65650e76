import type { Tool } from "./tools.ts";

// Commands that read or change a cluster. All others work without one: those of files and charts, help, completion, plugins.
const clusterCommands: Record<Tool, readonly string[]> = {
  kubectl: [
    ...["annotate", "api-resources", "api-versions", "apply", "attach", "auth", "autoscale", "certificate"],
    ...["cluster-info", "config", "cordon", "cp", "create", "debug", "delete", "describe", "diff", "drain", "edit"],
    ...["events", "exec", "explain", "expose", "get", "label", "logs", "patch", "port-forward", "proxy", "replace"],
    ...["rollout", "run", "scale", "set", "taint", "top", "uncordon", "version", "wait"],
  ],
  helm: [
    ...["del", "delete", "get", "hist", "history", "install", "list", "ls", "rollback", "status", "test", "un"],
    ...["uninstall", "upgrade"],
  ],
};

// Flags of both tools that may stand before the command and whose value is the next argument.
const flagsWithValue = new Set([
  ...["-n", "--namespace", "--kubeconfig"],
  ...["-s", "-v", "--as", "--as-group", "--as-uid", "--as-user-extra", "--cache-dir", "--certificate-authority"],
  ...["--client-certificate", "--client-key", "--cluster", "--context", "--kuberc", "--log-flush-frequency"],
  ...["--password", "--profile", "--profile-output", "--request-timeout", "--server", "--tls-server-name", "--token"],
  ...["--user", "--username", "--vmodule"],
  ...["--burst-limit", "--color", "--colour", "--content-cache", "--kube-apiserver", "--kube-as-group"],
  ...["--kube-as-user", "--kube-ca-file", "--kube-context", "--kube-tls-server-name", "--kube-token", "--qps"],
  ...["--registry-config", "--repository-cache", "--repository-config"],
]);

/** Whether a command of kubectl or helm reads or changes a cluster. An unknown command does not: the tool reports it. */
export function needsControlPlane(tool: Tool, args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const own = end === -1 ? args : args.slice(0, end);
  if (own.some((arg) => arg === "--help" || arg === "-h")) return false;
  const command = findCommand(own);
  if (tool === "helm" && command === "template") return own.some(asksServer);
  if (command === undefined || !clusterCommands[tool].includes(command)) return false;
  return tool === "helm" || !isLocal(command, own);
}

// `--local` reads a file. `create` makes an object without asking the API server, unless it gets one in a file to validate.
function isLocal(command: string, args: readonly string[]): boolean {
  if (args.some((arg) => /^--local(?:=true)?$/.test(arg))) return true;
  if (command === "version") return args.some((arg) => /^--client(?:=true)?$/.test(arg));
  const hasFile = args.some((arg) => /^(?:-f|-k|--filename(?:=|$)|--kustomize(?:=|$))/.test(arg));
  return command === "create" && args.includes("--dry-run=client") && !hasFile;
}

function findCommand(args: readonly string[]): string | undefined {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (!arg.startsWith("-")) return arg;
    if (flagsWithValue.has(arg)) index++;
  }
  return undefined;
}

function asksServer(arg: string): boolean {
  return /^--validate(?:=true)?$/.test(arg) || arg === "--dry-run=server";
}
