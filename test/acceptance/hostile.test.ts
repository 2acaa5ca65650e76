import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { writePackage, writeSparse, yamlBomb } from "../helpers/charts/hostile-charts.ts";
import { configMap, writeChart } from "../helpers/charts/write-chart.ts";
import { runCli, startCli } from "../helpers/run-cli.ts";

/** A chart's files and the step that must fail with a finding of this reason. */
const charts: Record<string, { files: Record<string, string>; reason: string }> = {
  "values-bomb": { files: { "values.yaml": yamlBomb }, reason: "load" },
  "case-bomb": { files: { "ci/bomb-values.yaml": yamlBomb }, reason: "values" },
  "manifest-bomb": {
    files: { "templates/b.yaml": `kind: A\napiVersion: v1\nmetadata: {}\n${yamlBomb}` },
    reason: "manifest",
  },
  "crd-bomb": {
    files: { "crds/b.yaml": `kind: A\napiVersion: v1\nmetadata: {}\n${yamlBomb}` },
    reason: "SEATRIAL_MANIFEST",
  },
  recursion: {
    files: {
      "templates/_a.tpl": '{{ define "a" }}{{ include "a" . }}{{ end }}',
      "templates/b.yaml": '{{ include "a" . }}',
    },
    reason: "template",
  },
  endless: { files: { "templates/b.yaml": "{{ range 9000000000000000000 }}{{ end }}" }, reason: "timeout" },
  growing: {
    files: { "templates/b.yaml": '{{ range 9000000000000000000 }}{{ repeat 1000 "xxxxxxxxxx" }}{{ end }}' },
    reason: "template",
  },
};

interface JsonTrial {
  id: string;
  verdict: string;
  findings: { reason?: string; message: string }[];
}

describe("seatrial check of hostile charts", () => {
  it("fails each one within its limits, says why, and continues with the good ones", async () => {
    const { path, remove } = await makeTempDir("seatrial-charts-");
    onTestFinished(remove);
    const expected: [string, string][] = [];
    const write = async (name: string, files: Record<string, string>) => {
      const all = {
        "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`,
        "templates/a.yaml": configMap("a"),
        ...files,
      };
      for (const [file, text] of Object.entries(all)) {
        await mkdir(dirname(join(path, name, file)), { recursive: true });
        await writeFile(join(path, name, file), text);
      }
      return join(path, name);
    };
    for (const [name, { files, reason }] of Object.entries(charts)) {
      await write(name, files);
      expected.push([`${name}/${name === "case-bomb" ? "ci/bomb-values.yaml" : "default"}`, reason]);
    }
    await symlink("/etc/hostname", join(await write("link", {}), "leak.txt"));
    await writeSparse(join(await write("large", {}), "values.yaml"), 1024 ** 3);
    await write("named", { "Chart.yaml": "apiVersion: v2\nname: ../../evil\nversion: 0.1.0\n" });
    await cp(await writePackage([{ name: "demo/../../evil", content: "x" }]), join(path, "packed-1.0.0.tgz"));
    expected.push(["large/default", "load"], ["../../evil/default", "load"], ["packed/default", "load"]);
    await write("schema", { "values.schema.json": '{ "$ref": "http://127.0.0.1:9/a.json" }' });
    await write("zz-good", {});

    const { exitCode, stdout } = await runCli(["check", ".", "packed-1.0.0.tgz", "--json"], { cwd: path });
    expect(exitCode).toBe(1);
    const { trials, counts } = JSON.parse(stdout) as { trials: JsonTrial[]; counts: Record<string, number> };
    for (const [id, reason] of expected) {
      const trial = trials.find((candidate) => candidate.id === id);
      const { verdict, findings = [] } = trial ?? {};
      expect({ id, verdict, reasons: findings.map((finding) => finding.reason) }).toEqual({
        id,
        verdict: "failed",
        reasons: expect.arrayContaining([reason]),
      });
    }
    expect(trials.filter(({ verdict }) => verdict === "passed").map(({ id }) => id)).toEqual([
      "case-bomb/default",
      "link/default",
      "schema/default",
      "zz-good/default",
    ]);
    expect(counts).toMatchObject({ passed: 4, failed: expected.length, errored: 0 });
  }, 300_000);
});

describe("seatrial check of a chart whose processes are killed", () => {
  it.runIf(process.platform === "linux")(
    "could not check the chart, and does not say that the chart is wrong",
    async () => {
      const chart = await writeChart({ "templates/a.yaml": "{{ range 9000000000000000000 }}{{ end }}" });
      const run = startCli(["check", chart, "--json"]);
      // As the kernel does that runs out of memory: every process for charts, again and again.
      const killer = setInterval(() => {
        for (const worker of descendantsOf(run.pid ?? 0).filter(isWorker)) process.kill(worker, "SIGKILL");
      }, 50);
      const { exitCode, stdout } = await run;
      clearInterval(killer);
      const { trials } = JSON.parse(stdout) as { trials: (JsonTrial & { steps: { error?: { message: string } }[] })[] };
      expect({ exitCode, verdict: trials[0]?.verdict, findings: trials[0]?.findings }).toEqual({
        exitCode: 3,
        verdict: "errored",
        findings: [],
      });
      expect(trials[0]?.steps.flatMap(({ error }) => error?.message ?? []).join("\n")).toMatch(/killed/);
    },
    60_000,
  );

  function descendantsOf(pid: number): number[] {
    try {
      // Each thread has children of its own.
      const lists = readdirSync(`/proc/${pid}/task`).map((thread) =>
        readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").trim().split(" "),
      );
      return lists
        .flatMap((ids) => ids.filter(Boolean).map(Number))
        .flatMap((child) => [child, ...descendantsOf(child)]);
    } catch {
      // It has ended in the meantime; the next look finds the others.
      return [];
    }
  }

  // Only a process that has begun with a chart: one that is still starting says nothing about this promise.
  function isWorker(pid: number): boolean {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes("chart-worker") && secondsOf(pid) > 0.5;
    } catch {
      return false;
    }
  }

  function secondsOf(pid: number): number {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[11]) / 100;
  }
});
