import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeTempDir } from "../../src/process/temp-dir.ts";
import { writePackage, writeSparse, yamlBomb } from "../helpers/hostile-charts.ts";
import { runCli } from "../helpers/run-cli.ts";
import { configMap } from "../helpers/write-chart.ts";

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
