import { mkdir, symlink } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import fastGlob from "fast-glob";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import { startForDryRuns } from "../../src/boot/start-for-dry-runs.ts";
import { findCharts } from "../../src/chart/find-charts.ts";
import type { Finding } from "../../src/findings/finding.ts";
import type { ControlPlane } from "../../src/plane/control-plane.ts";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { dryRunChart } from "../../src/release/dry-run-chart.ts";
import { repositoryRoot } from "../support/charts.ts";
import type { BenchOptions } from "../support/options.ts";
import { runBenches } from "../support/run-benches.ts";
import { markdownTable, type Report } from "../support/table.ts";
import { buildApiServer, buildEtcd } from "./build-programs.ts";
import { writeLaterFields } from "./later-fields.ts";

// The newest patches of which the Go module proxy has all modules.
const versions = ["1.34.3", "1.35.4", "1.36.4"];

interface Case {
  name: string;
  chart: string;
  values: string[];
}

/**
 * The dry runs of charts by an emulated version and by a true API server of that version: how many have the same result, and each
 * difference. Without charts: those of the repository, the broken ones, and objects with fields that came later.
 */
export async function emulation({ enginePath, charts }: BenchOptions): Promise<Report[]> {
  await using dir = await makeTempDir("seatrial-bench-");
  const later = await writeLaterFields(join(dir.path, "later-fields"));
  const own = ["charts", "fixtures/charts"].map((path) => join(repositoryRoot, path));
  const cases = await casesOf([...(charts.length > 0 ? charts : await findCharts(own)), ...later]);
  const etcd = await buildEtcd(dir.path);
  const rows: string[][] = [];
  const notes: string[] = [];
  for (const version of versions) {
    const minor = version.split(".").slice(0, 2).join(".");
    const assets = join(dir.path, version);
    await mkdir(assets);
    await symlink(etcd, join(assets, "etcd"));
    await symlink(await buildApiServer(version), join(assets, "kube-apiserver"));
    await using truth = await startControlPlane({ provider: { name: "envtest", assets }, enginePath });
    await using emulated = await startForDryRuns({ kubernetesVersion: minor, enginePath });
    let same = 0;
    for (const each of cases) {
      const [expected, got] = [await resultOf(each, truth, minor), await resultOf(each, emulated, minor)];
      const missing = expected.filter((line) => !got.includes(line));
      const added = got.filter((line) => !expected.includes(line));
      if (missing.length + added.length === 0) same++;
      notes.push(...missing.map((line) => `${minor}, ${each.name}: only ${version} says: ${line}`));
      notes.push(...added.map((line) => `${minor}, ${each.name}: only the emulation says: ${line}`));
    }
    rows.push([minor, version, `${cases.length}`, `${same}`, `${cases.length - same}`]);
  }
  const columns = ["emulated", "true API server", "dry runs", "same result", "different"];
  return [{ title: "Emulated and true versions", table: markdownTable(columns, rows), notes }];
}

async function casesOf(charts: readonly string[]): Promise<Case[]> {
  const cases = charts.map(async (chart) => {
    const files = await fastGlob("ci/*-values.yaml", { cwd: chart });
    const name = relative(repositoryRoot, chart).startsWith("..") ? basename(chart) : relative(repositoryRoot, chart);
    return [[], ...files.sort().map((file) => [join(chart, file)])].map((values) => {
      const suffix = values.map((file) => basename(file, "-values.yaml")).join();
      return { name: suffix === "" ? name : `${name} (${suffix})`, chart, values };
    });
  });
  return (await Promise.all(cases)).flat();
}

/** The findings of a dry run as sorted lines, or the error that prevented it. */
async function resultOf({ chart, values }: Case, controlPlane: ControlPlane, minor: string): Promise<string[]> {
  try {
    const { findings, warnings } = await dryRunChart(chart, { controlPlane, values, namespace: "default" });
    return [...findings, ...warnings].map((finding) => textOf(finding, minor)).sort();
  } catch (error) {
    return [withoutPatch((error as Error).message, minor)];
  }
}

function textOf({ severity, object, field, reason, message }: Finding, minor: string): string {
  const name = object === undefined ? "" : `${object.kind} ${object.name}`;
  return withoutPatch([severity, name, field, reason, message].filter(Boolean).join(" · "), minor);
}

function withoutPatch(text: string, minor: string): string {
  return text.replaceAll(new RegExp(`\\bv?${minor.replace(".", "\\.")}\\.\\d+`, "g"), minor).replaceAll(/\s+/g, " ");
}

if (import.meta.main) await runBenches(emulation);
