import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeTempDir, type TempDir } from "../../../../src/process/temp-dir.ts";
import { Configuration } from "../../../../src/trial/config/configuration.ts";
import { planTrials } from "../../../../src/trial/plan-trials.ts";
import { rejectionOf } from "../../../helpers/rejection-of.ts";

let directory: TempDir;
let cwd: string;

beforeEach(async () => {
  directory = await makeTempDir();
  cwd = directory.path;
  mkdirSync(join(cwd, ".git"));
});
afterEach(() => directory.remove());

function write(path: string, text: string): void {
  const file = join(cwd, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
const chart = (path: string, name = path) =>
  write(`${path}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`);
const secret = (name: string) => `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name} }\n`;

/** The plans of all charts below a directory, with the texts of their values files. */
async function plan(at = "", paths: string[] = []) {
  await using configuration = await Configuration.open(join(cwd, at));
  const { plans } = await planTrials(paths, { cwd: join(cwd, at), configuration });
  return plans.map((each) => ({ ...each, texts: each.values.map((file) => readFileSync(file, "utf8").trim()) }));
}
const messageOf = async (at?: string, paths?: string[]) => {
  const error = await rejectionOf(plan(at, paths));
  expect(error).toMatchObject({ code: "SEATRIAL_USAGE" });
  return error.message.split("\n");
};

describe("the files seatrial.yaml", () => {
  it("apply from all charts to a case of a chart, and the nearer wins", async () => {
    chart("charts/web", "web");
    chart("charts/api", "api");
    write("charts/web/ci/ha-values.yaml", "own: 1\n");
    write("charts/web/ci/more.yaml", "more: 1\n");
    write(
      "seatrial.yaml",
      "timeout: 1m\nvalues: { all: 1 }\nnamespace: { labels: { a: root, b: root } }\ncharts:\n  web:\n    timeout: 2m\n    releaseName: one\n    cases:\n      ci/ha-values.yaml: { timeout: 5m, values: { root: case } }\n",
    );
    write(
      "charts/web/ci/seatrial.yaml",
      "timeout: 3m\nnamespace: { name: web-system, labels: { b: chart } }\nvalues: [more.yaml]\ncases:\n  ci/ha-values.yaml: { nodes: 5, releaseName: two, values: [{ chart: case }] }\n",
    );
    const plans = await plan();
    expect(plans.map(({ id, texts }) => ({ id, texts }))).toEqual([
      { id: "api/default", texts: ['{"all":1}'] },
      { id: "web/default", texts: ['{"all":1}', "more: 1"] },
      {
        id: "web/ci/ha-values.yaml",
        texts: ['{"all":1}', "more: 1", "own: 1", '{"root":"case"}', '{"chart":"case"}'],
      },
    ]);
    expect(plans.map(({ settings }) => settings)).toMatchObject([
      { timeout: "1m", namespace: { labels: { a: "root", b: "root" } } },
      { timeout: "3m", releaseName: "one", namespace: { name: "web-system", labels: { a: "root", b: "chart" } } },
      { timeout: "5m", releaseName: "two", nodes: 5 },
    ]);
    expect(plans[2]?.case.values).toEqual([
      "seatrial.yaml:2",
      "charts/web/ci/more.yaml",
      "charts/web/ci/ha-values.yaml",
      "seatrial.yaml:9",
      "charts/web/ci/seatrial.yaml:5",
    ]);
  });

  it("add cases, of which only those that must pass make the default values optional", async () => {
    chart("web");
    write("web/ci/seatrial.yaml", "cases:\n  wrong port: { mustFail: { code: Invalid }, values: { port: -1 } }\n");
    expect((await plan()).map(({ id, isCi, isOptional }) => ({ id, isCi, isOptional }))).toEqual([
      { id: "web/default", isCi: false, isOptional: false },
      { id: "web/wrong port", isCi: true, isOptional: false },
    ]);
    write("web/ci/seatrial.yaml", "cases: { small: }\n");
    expect((await plan()).map(({ id, isOptional }) => ({ id, isOptional }))).toEqual([
      { id: "web/default", isOptional: true },
      { id: "web/small", isOptional: false },
    ]);
    write("web/ci/seatrial.yaml", "cases: { small: , default: { timeout: 2m } }\n");
    expect((await plan())[0]).toMatchObject({ id: "web/default", isOptional: false });
  });

  it("add up objects, allowances and skipped steps, with their lines", async () => {
    chart("web");
    write("objects/a.yaml", secret("a"));
    write(
      "seatrial.yaml",
      `skip: [test]\ngiven: objects\ncharts:\n  w*:\n    given: objects/*.yaml\n    skip: [upgrade]\n`,
    );
    const allow = "allow:\n  - { code: HookKept, object: Job/migrate-*, reason: it is small }\n";
    const given = "given:\n  apiVersion: v1\n  kind: Secret\n  metadata: { name: b }\n";
    write("web/ci/seatrial.yaml", `${allow}skip: [reinstall]\n${given}`);
    const [web] = await plan();
    expect(web?.settings?.given.map(({ object }) => object.metadata.name)).toEqual(["a", "b"]);
    expect([...(web?.settings?.skip ?? [])]).toEqual([
      ["test", "skip in seatrial.yaml:1"],
      ["upgrade", "skip in seatrial.yaml:6"],
      ["reinstall", "skip in web/ci/seatrial.yaml:3"],
    ]);
    expect(web?.settings?.allowances).toMatchObject([
      { text: "HookKept=Job/migrate-*", origin: { at: "web/ci/seatrial.yaml:2", reason: "it is small" } },
    ]);
    await using configuration = await Configuration.open(cwd);
    expect(configuration.given).toHaveLength(1);
  });

  it("are found above the working directory, up to the root of the repository", async () => {
    chart("charts/web", "web");
    write("seatrial.yaml", "timeout: 9m\n");
    expect(await plan("charts/web")).toMatchObject([{ settings: { timeout: "9m" } }]);
    mkdirSync(join(cwd, "charts/.git"));
    expect((await plan("charts/web"))[0]?.settings?.timeout).toBeUndefined();
    rmSync(join(cwd, ".git"), { recursive: true });
    rmSync(join(cwd, "charts/.git"), { recursive: true });
    expect((await plan("charts"))[0]?.settings?.timeout).toBeUndefined();
    expect(await plan()).toMatchObject([{ settings: { timeout: "9m" } }]);
  });

  it("of a chart's directory are named in a note, because they are not read", async () => {
    chart("charts/web", "web");
    write("charts/web/seatrial.yaml", "timeout: 9m\n");
    expect(await plan()).toMatchObject([
      { notes: ["charts/web/seatrial.yaml: the settings of a chart are in ci/seatrial.yaml"] },
    ]);
    expect(await plan("charts/web")).toMatchObject([{ notes: [], settings: { timeout: "9m" } }]);
  });

  it.each(["seatrial.yml", ".seatrial.yaml", "web/ci/seatrial.yml", "web/ci/Seatrial.yaml"])(
    "are refused with the name %s, which would not be read",
    async (name) => {
      chart("web");
      write(name, "timeout: 9m\n");
      expect((await messageOf())[0]).toMatch(/ is not read: the name of the file is seatrial\.yaml$/);
    },
  );

  it("do not use up memory or time when they are not what they seem", async () => {
    chart("web");
    mkdirSync(join(cwd, "web/ci/seatrial.yaml"), { recursive: true });
    expect(await messageOf()).toEqual(["web/ci/seatrial.yaml is not a file"]);
    rmSync(join(cwd, "web/ci"), { recursive: true });
    write("web/ci/seatrial.yaml", `# ${"x".repeat(1024 * 1024)}\n`);
    expect((await messageOf())[0]).toMatch(/^web\/ci\/seatrial\.yaml has \d+ bytes, the limit is 1048576$/);
  });

  it("of a chart name no file outside of its repository", async () => {
    chart("charts/web", "web");
    write("outside.yaml", "a: 1\n");
    mkdirSync(join(cwd, "charts/.git"));
    write("charts/inside.yaml", "a: 1\n");
    write("charts/web/ci/seatrial.yaml", "values: ../../inside.yaml\n");
    expect(await plan()).toHaveLength(1);
    write("charts/web/ci/seatrial.yaml", "values: ../../../outside.yaml\n");
    expect((await messageOf())[0]).toContain("outside.yaml is outside of");
    symlinkSync(join(cwd, "outside.yaml"), join(cwd, "charts/link.yaml"));
    write("charts/web/ci/seatrial.yaml", "values: ../../link.yaml\n");
    expect((await messageOf())[0]).toContain("link.yaml is outside of");
  });

  it.each(["../../../outside.yaml", "../../..", "../../../*.yaml", "../../link.yaml"])(
    "of a chart does not show what is outside of its repository: given %s",
    async (given) => {
      chart("charts/web", "web");
      write("outside.yaml", "root:x:0:0\n");
      mkdirSync(join(cwd, "charts/.git"));
      symlinkSync(join(cwd, "outside.yaml"), join(cwd, "charts/link.yaml"));
      write("charts/web/ci/seatrial.yaml", `given: "${given}"\n`);
      const message = (await messageOf()).join("\n");
      expect(message).toContain(" is outside of ");
      expect(message).not.toContain("root:x");
    },
  );
});

describe("the message about a seatrial.yaml", () => {
  it("names all that is wrong, with lines and the nearest keys", async () => {
    chart("web");
    write(
      "web/ci/seatrial.yaml",
      [
        "timout: 5m",
        "nodes: many",
        "kubeVersions: [1.30, '1.x']",
        "namespace: { name: UPPER, lables: {} }",
        "allow:",
        "  - { code: HookKept }",
        "  - { code: HookKept, object: Job, reason: ' ' }",
        "skip: [tests]",
        "cases:",
        "  small:",
        "    mustFial: { code: Invalid }",
        "    releaseName: 5",
        "timeout: soon",
        "timeout: 5m",
      ].join("\n"),
    );
    expect(await messageOf()).toEqual([
      "web/ci/seatrial.yaml has 13 problems",
      "  web/ci/seatrial.yaml:1: timout: unknown key: did you mean timeout?",
      '  web/ci/seatrial.yaml:2: nodes: it must be a whole number, got "many" (string)',
      "  web/ci/seatrial.yaml:3: kubeVersions[0]: it must be a text, got 1.3 (number): put it in quotes",
      '  web/ci/seatrial.yaml:3: kubeVersions[1]: it must be a minor version such as "1.34", got "1.x"',
      "  web/ci/seatrial.yaml:4: namespace.lables: unknown key: did you mean labels?",
      '  web/ci/seatrial.yaml:4: namespace.name: it must be a name of at most 63 lower-case letters, digits and "-", got "UPPER"',
      "  web/ci/seatrial.yaml:6: allow[0]: it has no reason",
      '  web/ci/seatrial.yaml:7: allow[1].object: it must be KIND/NAME, such as Job/migrate-*, got "Job"',
      '  web/ci/seatrial.yaml:7: allow[1].reason: it must be a text, got " "',
      '  web/ci/seatrial.yaml:8: skip[0]: unknown value "tests": did you mean test?',
      "  web/ci/seatrial.yaml:11: cases.small.mustFial: unknown key: did you mean mustFail?",
      "  web/ci/seatrial.yaml:12: cases.small.releaseName: it must be a text, got 5 (number): put it in quotes",
      "  web/ci/seatrial.yaml:14: timeout: the key occurs twice",
      "Hint: docs/configuration.md lists all keys",
    ]);
  });

  it("names what the settings name and what does not exist, in one message", async () => {
    chart("web");
    write("web/ci/ha-values.yaml", "{}");
    write("web/ci/list.yaml", "[1]");
    write("web/ci/empty.yaml", "");
    write(
      "web/ci/seatrial.yaml",
      [
        "values: [nowhere.yaml, list.yaml]",
        "given: [nowhere, empty.yaml]",
        "allow: [{ code: HookKep, reason: a }, { code: Invalid, reason: a }]",
        "mustFail: [{ code: nosuchservice }]",
        "cases:",
        "  ha: {}",
        "  ci/hb-values.yaml: {}",
        "  a/b: {}",
      ].join("\n"),
    );
    const message = await messageOf();
    expect(message.slice(1, -1).map((line) => line.replace(/^ {2}web\/ci\/seatrial\.yaml:/, ""))).toEqual([
      "1: values[0]: the values file nowhere.yaml cannot be read: ENOENT",
      "1: values[1]: the values file list.yaml is not a YAML mapping",
      "2: given[0]: The objects at nowhere cannot be read: ENOENT",
      "2: given[1]: No Kubernetes object was found at empty.yaml: 1 file was read",
      '3: allow[0]: there is no finding with the code "HookKep": did you mean HookKept?',
      "3: allow[1]: Invalid cannot be allowed: the chart cannot be installed with it: fix the chart, or leave it out of the run",
      '4: mustFail[0]: there is no finding with the code "nosuchservice": did you mean NoSuchService?',
      "6: cases.ha: did you mean ci/ha-values.yaml?",
      '7: cases."ci/hb-values.yaml": the chart has no such values file: did you mean ci/ha-values.yaml?',
      '8: cases."a/b": a case has a name of letters, digits, spaces and "._-"',
    ]);
  });

  it("names a chart that does not exist, and none that the run leaves out", async () => {
    chart("charts/web", "web");
    chart("charts/api", "api");
    write("seatrial.yaml", "charts:\n  charts/web: {}\n  api: {}\n  'w*': {}\n");
    expect(await plan("", ["charts/web"])).toHaveLength(1);
    write("seatrial.yaml", "charts:\n  api: {}\n  wep: {}\n");
    expect((await messageOf("", ["charts/web"]))[0]).toBe(
      "seatrial.yaml:3: charts.wep: no chart has this name or this path: did you mean web?",
    );
  });

  it("names the line of YAML that cannot be read", async () => {
    chart("web");
    write("web/ci/seatrial.yaml", "timeout: 5m\nvalues: [a\n");
    expect((await messageOf())[0]).toMatch(/^web\/ci\/seatrial\.yaml:\d: it is not valid YAML: /);
    write("web/ci/seatrial.yaml", "[1]\n");
    expect((await messageOf())[0]).toBe("web/ci/seatrial.yaml:1: it must be a mapping, got [1] (array)");
    write("web/ci/seatrial.yaml", "# nothing\n");
    expect(await plan()).toHaveLength(1);
  });

  it("refuses keys that belong into the other file", async () => {
    chart("web");
    write("web/ci/seatrial.yaml", "charts: { web: {} }\n");
    expect((await messageOf())[0]).toMatch(/^web\/ci\/seatrial\.yaml:1: charts: unknown key: /);
    rmSync(join(cwd, "web/ci"), { recursive: true });
    write("seatrial.yaml", "cases: { a: {} }\n");
    expect((await messageOf())[0]).toMatch(/^seatrial\.yaml:1: cases: unknown key: /);
  });
});
