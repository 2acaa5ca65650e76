import { rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import {
  type CommonOptions,
  currentControlPlane,
  dryRunChart,
  installChart,
  lintChart,
  type Release,
  templateChart,
} from "seatrial";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChartError } from "../../../src/errors/chart-error.ts";
import { writePackage, writeSparse, yamlBomb } from "../../helpers/charts/hostile-charts.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const GiB = 1024 ** 3;

interface Hostile {
  chart: () => Promise<string>;
  options?: () => Promise<CommonOptions>;
  /** @default "ChartError" */
  name?: string;
  code: string;
  message: string | RegExp;
  /** What lint does instead: a chart with faults is a result of it, and it has other bounds. */
  lint?: "finds" | "ends";
}

const templates =
  (text: string, more: Record<string, string> = {}) =>
  () =>
    writeChart({ "templates/a.yaml": text, ...more });
const good = { "templates/a.yaml": configMap("a") };

const hostile: Record<string, Hostile> = {
  "a packaged member with an absolute path": {
    chart: () => writePackage([{ name: "demo//etc/seatrial-trap", content: "x" }]),
    code: "SEATRIAL_CHART_LOAD",
    message: "chart illegally contains absolute paths",
  },
  "a packaged member above the chart": {
    chart: () => writePackage([{ name: "demo/../../seatrial-trap", content: "x" }]),
    code: "SEATRIAL_CHART_LOAD",
    message: "chart illegally references parent directory",
  },
  "a package that bursts": {
    chart: () => writePackage([{ name: "demo/files/zeros", content: Buffer.alloc(200 * 1024 ** 2) }]),
    code: "SEATRIAL_CHART_LOAD",
    message: "larger than the maximum size 104857600",
  },
  "a values.yaml of 1 GiB": {
    chart: async () => dirname(await writeSparse(join(await writeChart(good), "values.yaml"), GiB)),
    code: "SEATRIAL_CHART_LOAD",
    message: "with its file values.yaml it has 1073741",
  },
  "a values file of 1 GiB": {
    chart: () => writeChart(good),
    options: async () => ({ values: await writeSparse(join(await writeChart({}), "big.yaml"), GiB) }),
    code: "SEATRIAL_VALUES",
    message: "has 1073741824 bytes, the limit is 67108864",
  },
  "a values.yaml that multiplies itself": {
    chart: () => writeChart({ ...good, "values.yaml": yamlBomb }),
    code: "SEATRIAL_CHART_LOAD",
    message: "excessive aliasing",
    lint: "finds",
  },
  "a values file that multiplies itself": {
    chart: () => writeChart(good),
    options: async () => ({ values: join(await writeChart({ "bomb.yaml": yamlBomb }), "bomb.yaml") }),
    code: "SEATRIAL_VALUES",
    message: "excessive aliasing",
  },
  "a manifest that multiplies itself": {
    chart: templates(`${configMap("a")}---\nkind: ConfigMap\napiVersion: v1\nmetadata: { name: b }\n${yamlBomb}`),
    code: "SEATRIAL_MANIFEST",
    message: "excessive aliasing",
    lint: "finds",
  },
  "a template that never ends": {
    chart: templates("{{ range 9000000000000000000 }}{{ end }}"),
    options: async () => ({ renderTimeout: "1s" }),
    code: "SEATRIAL_TIMEOUT",
    message: "took more than 1s and was stopped",
  },
  "a template that includes itself": {
    chart: templates('{{ include "a" . }}', { "templates/_a.tpl": '{{ define "a" }}{{ include "a" . }}{{ end }}' }),
    code: "SEATRIAL_TEMPLATE",
    message: "rendering template has a nested reference name: a",
    lint: "finds",
  },
  "an output without end": {
    chart: templates('{{ range 9000000000000000000 }}{{ repeat 1000 "xxxxxxxxxx" }}{{ end }}'),
    code: "SEATRIAL_TEMPLATE",
    message: "needs more than 1024 MiB of memory",
  },
  "an output of 70 MB": {
    chart: templates(`${configMap("a")}  b: {{ repeat 70000000 "x" }}`),
    code: "SEATRIAL_TEMPLATE",
    // Helm copies the text some ten times: with little of it collected, the bound on memory is met first.
    message: /the limit is 67108864|needs more than 1024 MiB of memory/,
    // It makes no manifest, and may or may not find room for the text.
    lint: "ends",
  },
  "a name with a path in it": {
    chart: async () => {
      const chart = await writeChart(good);
      await writeFile(join(chart, "Chart.yaml"), "apiVersion: v2\nname: ../../evil\nversion: 0.1.0\n");
      return chart;
    },
    code: "SEATRIAL_CHART_LOAD",
    message: 'chart.metadata.name "../../evil" is invalid',
    lint: "finds",
  },
  "a Chart.yaml of 1 GiB": {
    chart: async () => dirname(await writeSparse(join(await writeChart(good), "Chart.yaml"), GiB)),
    code: "SEATRIAL_CHART_LOAD",
    message: "with its file Chart.yaml it has 1073741",
  },
  "a Chart.yaml that is a device": {
    chart: async () => {
      const chart = await writeChart(good);
      await rm(join(chart, "Chart.yaml"));
      await symlink("/dev/zero", join(chart, "Chart.yaml"));
      return chart;
    },
    name: "HelmError",
    code: "SEATRIAL_USAGE",
    message: "the link Chart.yaml to /dev/zero was not followed: it leads out of ",
  },
};

describe("a hostile chart", () => {
  let installed: Release;
  let server: Server;
  let asked = 0;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      asked++;
      response.end("{}");
    }).listen(0, "127.0.0.1");
    const chart = new URL("../../../charts/web", import.meta.url).pathname;
    installed = await installChart(chart, { releaseName: "hostile" });
  });
  afterAll(async () => {
    await installed[Symbol.asyncDispose]();
    server.close();
  });

  /** Tries every verb; each must reject like this, before the limit of a rendering, and the engine must keep running. */
  async function expectRefused({ chart, options, name = "ChartError", code, message, lint }: Hostile): Promise<void> {
    const path = await chart();
    // Longer than the default: on a processor that others use, too, a refusal can take that long.
    const more = { renderTimeout: "2m", ...(await options?.()) };
    const pid = (await currentControlPlane().engine.info()).pid;
    const refusal = { name, code, message };
    const finding = { name: "LintResult", code: "", message };
    const verbs: [string, () => Promise<unknown>, typeof refusal | undefined][] = [
      ["lint", () => lintOrThrow(path, more), lint === undefined ? refusal : lint === "finds" ? finding : undefined],
      ["template", () => templateChart(path, more), refusal],
      ["dry run", () => dryRunChart(path, more), refusal],
      ["install", () => installChart(path, more), refusal],
      ["upgrade", () => installed.upgrade(path, more), refusal],
    ];
    for (const [verb, call, wanted] of verbs) {
      const error = await rejectionOf<ChartError>(call());
      if (wanted === undefined) continue;
      const { name: gotName, code: got = "", message: text } = error;
      expect({ verb, name: gotName, code: got, text }).toEqual({
        verb,
        name: wanted.name,
        code: wanted.code,
        text: containing(wanted.message),
      });
    }
    expect((await currentControlPlane().engine.info()).pid).toBe(pid);
    expect((await templateChart(await writeChart(good))).documents).toHaveLength(1);
    expect(installed.revision).toBe(1);
  }

  // Five verbs render until a limit.
  const limit = { timeout: 300_000 };
  it.each(Object.entries(hostile))(
    "with %s is rejected by every verb, and the engine keeps running",
    limit,
    (_name, chart) => expectRefused(chart),
  );

  it("with a schema that refers to other files or servers is checked without them, and nothing is requested", async () => {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/schema.json`;
    for (const reference of [address, "file:///etc/hostname", "file:///dev/zero"]) {
      const schema = JSON.stringify({ properties: { a: { $ref: reference } } });
      const chart = await writeChart({ ...good, "values.schema.json": schema });
      const warning = {
        severity: "warning",
        reason: "SchemaReference",
        message: expect.stringContaining(`refers to ${reference}, which is not read`),
      };
      expect((await lintChart(chart)).findings).toContainEqual(expect.objectContaining(warning));
      expect((await templateChart(chart)).warnings).toEqual([expect.objectContaining(warning)]);
      expect(await dryRunChart(chart)).toMatchObject({ accepted: true, warnings: [warning] });
      await using release = await installChart(chart);
      await release.upgrade(chart);
    }
    expect(asked).toBe(0);
  });
});

function containing(message: string | RegExp): unknown {
  return typeof message === "string" ? expect.stringContaining(message) : expect.stringMatching(message);
}

// lint reports a chart with faults in its result; a chart like this makes it reject.
async function lintOrThrow(chart: string, options: CommonOptions): Promise<void> {
  const result = await lintChart(chart, options);
  const text = result.passed ? "passed" : result.findings.map(({ message }) => message).join("\n");
  throw Object.assign(new Error(text), { name: "LintResult" });
}

describe("a CustomResourceDefinition that multiplies itself", () => {
  it("is rejected before this process serializes it", async () => {
    const crd = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: a.b.c }\n${yamlBomb}`;
    const chart = await writeChart({ ...good, "crds/bomb.yaml": crd });
    expect(await rejectionOf(dryRunChart(chart))).toMatchObject({
      name: "ChartError",
      code: "SEATRIAL_MANIFEST",
      message: expect.stringContaining("excessive aliasing"),
    });
    expect((await rejectionOf(installChart(chart))).message).toContain("aliasing");
  });
});
