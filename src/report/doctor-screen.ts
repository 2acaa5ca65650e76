import type { DirectoryFacts, DockerFacts, DoctorReport, RealNodeFacts, ToolFacts } from "../doctor/facts.ts";
import { homeDir } from "../util/home-dir.ts";
import { toPrintableResult } from "../util/text/printable.ts";
import type { Style } from "./style.ts";
import { padTo, shortenTo, wrapTo } from "./text-width.ts";

const labelWidth = 13;

/** The screen of `seatrial doctor`: facts, problems, verdict. */
export function renderDoctorScreen(found: DoctorReport, style: Style, width = 80): string[] {
  const report = toPrintableResult(found);
  const rows = toRows(report).flatMap(([label, text]) => {
    const room = width - labelWidth;
    return wrapTo(text, room).map((line, index) => padTo(index === 0 ? style.bold(label) : "", labelWidth) + line);
  });
  return [...rows, "", ...problemLines(report, style, width), verdictLine(report, style)];
}

function toRows(report: DoctorReport): [string, string][] {
  const { node, go, helm, kubectl, docker, k3s, realNode, directories, proxies } = report;
  return [
    ["seatrial", `${report.seatrial} on ${report.platform}`],
    ["engine", engineText(report)],
    ["node", `${node.version}, ${withTilde(node.path)}`],
    ["go", toolText(go)],
    ["helm", `${toolText(helm)}${builtIn(report, report.engine.helm)}`],
    ["kubectl", `${toolText(kubectl)}${builtIn(report, report.engine.kubernetes)}`],
    ["docker", dockerText(docker)],
    ["k3s", toolText(k3s)],
    ["real node", realNodeText(realNode)],
    ["sandbox", sandboxText(report)],
    ["user", userText(report)],
    ["memory", memoryText(report)],
    ["temp", directoryText(directories.temp)],
    ["cache", directoryText(directories.cache)],
    ["state", directoryText(directories.state)],
    ["loopback", report.loopback.problem ?? "works"],
    ["providers", providersText(report)],
    ["background", backgroundText(report)],
    [
      "proxies",
      Object.entries(proxies)
        .map(([name, value]) => `${name}=${shortenTo(value, 50)}`)
        .join(" ") || "none",
    ],
  ];
}

function problemLines({ problems }: DoctorReport, style: Style, width: number): string[] {
  const lines = problems.flatMap(({ severity, message, fix }) => {
    const paint = severity === "error" ? style.bad : style.warn;
    const text = wrapTo(message, width - 9).map((line, index) => padTo(index === 0 ? paint(severity) : "", 9) + line);
    // A command stays on one line, so that it can be copied.
    return [...text, `${padTo("  fix", 9)}${fix}`];
  });
  return lines.length === 0 ? [] : [...lines, ""];
}

function verdictLine({ problems }: DoctorReport, style: Style): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  if (errors === 0) return style.good("Nothing prevents a control plane from starting.");
  const subject = errors === 1 ? "1 problem prevents" : `${errors} problems prevent`;
  return style.bad(`${subject} a control plane from starting.`);
}

function engineText({ engine }: DoctorReport): string {
  const { path, source, kubernetes, helm } = engine;
  if (source === "build") return "none yet: it will be built on first use, about 9 minutes on 2 cores";
  if (source === null || path === null) return "none";
  const versions = kubernetes === null ? "reports no versions" : `Kubernetes ${kubernetes}, Helm ${helm}`;
  const from = { env: `SEATRIAL_ENGINE: ${withTilde(path)}`, package: "its npm package", cache: "the cache" }[source];
  return `${versions}, from ${from}`;
}

function builtIn({ engine }: DoctorReport, version: string | null): string {
  return engine.kubernetes === null || version === null ? "" : `; built in: ${version}`;
}

function toolText({ path, version, problem }: ToolFacts): string {
  if (path === null) return "not found";
  return version === null ? `${withTilde(path)} ${problem}` : `${version}, ${withTilde(path)}`;
}

function dockerText(docker: DockerFacts): string {
  if (docker.path === null) return "not found";
  const { version } = docker.engine;
  return `client ${toolText(docker)}; ${version === null ? "no engine answers" : `engine ${version}`}`;
}

function realNodeText({ problem, fix, hasServices }: RealNodeFacts): string {
  const install = fix === null ? "" : `; ${fix}`;
  if (problem !== null) return `none: ${problem}${install}`;
  return hasServices ? "can run" : `can run, without Services: iptables not found${install}`;
}

function sandboxText({ sandbox }: DoctorReport): string {
  if (sandbox.length === 0) return "no sign of a container or sandbox";
  return sandbox.map(({ kind, evidence }) => `${kind} (${evidence})`).join(", ");
}

function userText({ user: { uid, name, capabilities } }: DoctorReport): string {
  const who = uid === null ? (name ?? "unknown") : `${name ?? "no name"} (uid ${uid})`;
  if (capabilities === null) return who;
  const { effective, known } = capabilities;
  return `${who}, ${effective === 0 ? "no capabilities" : `${effective} of ${known} capabilities`}`;
}

function memoryText({ memory: { availableBytes, totalBytes, limitedBy } }: DoctorReport): string {
  if (availableBytes === null || totalBytes === null) return "unknown";
  const by = limitedBy === null ? "" : `, limited by ${limitedBy}`;
  return `${gibibytes(availableBytes)} available of ${gibibytes(totalBytes)}${by}`;
}

function directoryText({ path, freeBytes, problem, isNoexec }: DirectoryFacts): string {
  const free = freeBytes === null ? "" : `${(freeBytes / 1e9).toFixed(1)} GB free, `;
  const mount = isNoexec ? ", noexec" : "";
  return `${free}${withTilde(path)}${mount}${problem === null ? "" : `: ${problem}`}`;
}

function providersText({ providers }: DoctorReport): string {
  const usable = providers.filter((provider) => provider.usable).map(({ name }) => name);
  const others = providers.filter((provider) => !provider.usable);
  return [usable.join(", ") || "none", ...others.map(({ name, missing }) => `not ${name}: ${missing}`)].join("\n");
}

function backgroundText({ controlPlane: { up, kubernetes, server, pid, problem } }: DoctorReport): string {
  if (problem !== null) return problem;
  return up ? `a control plane is up: Kubernetes ${kubernetes}, ${server}, process ${pid}` : "no control plane is up";
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

/** A path for people, with `~` for the home directory. */
function withTilde(path: string): string {
  const home = homeDir();
  return home !== "/" && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
