import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { chartYaml, type GitCharts, gitCharts } from "../../helpers/charts/git-charts.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { runCli } from "../../helpers/run-cli.ts";

const deployment = (image: string, more = "") => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels: { helm.sh/chart: "{{ .Chart.Name }}-{{ .Chart.Version }}" }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: web } }
  template:
    metadata:
      labels: { app: web }
      annotations:
        checksum/config: {{ include (print $.Template.BasePath "/config.yaml") . | sha256sum }}
    spec:
      containers: [{ name: app, image: "${image}" }]
${more}`;
const files = {
  "charts/web/Chart.yaml": chartYaml("web"),
  "charts/web/values.yaml": "replicas: 1\n",
  "charts/web/ci/ha-values.yaml": "replicas: 3\n",
  "charts/web/templates/config.yaml": configMap("web", { color: "red" }),
  "charts/web/templates/deployment.yaml": deployment("app:1"),
  "charts/web/templates/secret.yaml":
    'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { key: "{{ randAlphaNum 20 }}" }\n',
  "charts/api/Chart.yaml": chartYaml("api"),
  "charts/api/templates/a.yaml": configMap("api", { a: "b" }),
};

function diff(charts: Pick<GitCharts, "path">, ...args: string[]) {
  return runCli(["diff", ...args], { cwd: charts.path });
}

describe("seatrial diff --since", () => {
  it("shows what changes field by field, marks what follows, and exits with 1", async () => {
    const charts = await gitCharts(files);
    await charts.write("charts/web/templates/config.yaml", configMap("web", { color: "blue" }));
    await charts.write("charts/web/templates/deployment.yaml", deployment("app:2"));
    await charts.write("charts/web/Chart.yaml", chartYaml("web", "0.2.0"));
    const { exitCode, stdout, stderr } = await diff(charts, "--since", "main");
    expect(stderr).toBe("");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^web 0\.1\.0 → 0\.2\.0 \(charts\/web, compared with main \([0-9a-f]{7}\)\)$/m);
    expect(stdout).toContain("  default, ci/ha-values.yaml\n");
    expect(stdout).toContain('    ~ data.color: "red" → "blue"\n');
    expect(stdout).toContain("  ~ changed Deployment web (new Pods, web/templates/deployment.yaml)\n");
    expect(stdout).toContain('    ~ spec.template.spec.containers[app].image: "app:1" → "app:2"\n');
    expect(stdout).toContain("annotations[checksum/config]: a checksum that follows\n");
    expect(stdout).toContain('    ~ helm.sh/chart: "web-0.1.0" → "web-0.2.0"\n');
    expect(stdout).toContain("random, not compared: Secret s stringData.key\n");
    expect(stdout).toMatch(/^Unchanged: api\n1 chart differs, 1 same \(objects: 2 changed\) in /m);
  });

  it("does not compare certificates and keys that are generated", async () => {
    const certificate = (host: string) => `{{ $ca := genCA "ca" 365 }}
{{ $signed := genSignedCert "${host}" nil (list "${host}") 365 $ca }}
apiVersion: v1
kind: ConfigMap
metadata: { name: certificates }
data:
  host: ${host}
  ca: {{ $ca.Cert | quote }}
  certificate: {{ $signed.Cert | quote }}
  key: {{ genPrivateKey "rsa" | quote }}
`;
    const path = "charts/tls/templates/a.yaml";
    const charts = await gitCharts({ "charts/tls/Chart.yaml": chartYaml("tls"), [path]: certificate("a.example.com") });
    await charts.write(path, certificate("b.and.a.much.longer.name.example.com"));
    const { exitCode, stdout } = await diff(charts, "--since", "main");
    expect(exitCode).toBe(1);
    expect(stdout).toContain('    ~ data.host: "a.example.com" → "b.and.a.much.longer.name.example.com"\n');
    expect(stdout).toContain("random, not compared: ConfigMap certificates data.ca, data.certificate, data.key\n");
    expect(stdout.match(/^ {4}~ /gm)).toHaveLength(1);
  });

  it("exits with 0 when nothing differs, random values aside, and when no chart has changed", async () => {
    const charts = await gitCharts(files);
    const unchanged = await diff(charts, "--since", "main");
    expect([unchanged.exitCode, unchanged.stdout]).toEqual([
      0,
      expect.stringMatching(/^Unchanged: api, web\nNothing differs in /),
    ]);
    await charts.write("charts/web/README.md", "Words.\n");
    await charts.write("charts/web/values.yaml", "# A comment.\nreplicas: 1\n");
    const { exitCode, stdout } = await diff(charts, "--since", "main");
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^Unchanged: api\nNothing differs in /)]);
  });

  it("shows new, renamed and removed charts", async () => {
    const charts = await gitCharts({ ...files, "charts/old/Chart.yaml": chartYaml("old") });
    await charts.write("charts/extra/Chart.yaml", chartYaml("extra"));
    await charts.write("charts/extra/templates/a.yaml", configMap("extra", { a: "b" }));
    await charts.git("mv", "charts/api", "charts/service");
    await charts.write("charts/service/templates/a.yaml", configMap("api", { a: "c" }));
    await charts.write("charts/old", undefined);
    const { exitCode, stdout } = await diff(charts, "--since", "main", "--json");
    const { charts: all, unchanged } = JSON.parse(stdout);
    expect(exitCode).toBe(1);
    expect(unchanged).toEqual(["web"]);
    expect(all).toMatchObject([
      {
        change: "new",
        chart: { name: "extra" },
        cases: [{ objects: [{ change: "added", object: { name: "extra" } }] }],
      },
      {
        change: "renamed",
        chart: { path: "charts/service" },
        previous: { path: "charts/api" },
        cases: [{ objects: [{ fields: [{ field: "data.a", before: "b", after: "c" }] }] }],
      },
      { change: "removed", chart: { name: "old", path: "charts/old" }, cases: [] },
    ]);
    const gone = await diff(charts, "charts/old", "--since", "main");
    expect([gone.exitCode, gone.stdout]).toEqual([1, expect.stringContaining("old (removed since main")]);
  });

  it("exits with 3 for a chart that does not render now or then, and shows the others", async () => {
    const broken = 'x: {{ fail "boom" }}\n';
    const charts = await gitCharts({
      ...files,
      "charts/then/Chart.yaml": chartYaml("then"),
      "charts/then/templates/a.yaml": broken,
    });
    await charts.write("charts/then/templates/a.yaml", configMap("then"));
    await charts.write("charts/api/templates/a.yaml", broken);
    await charts.write("charts/web/templates/config.yaml", configMap("web", { color: "blue" }));
    const { exitCode, stdout } = await diff(charts, "--since", "main");
    expect(exitCode).toBe(3);
    expect(stdout.match(/could not check: .*boom/g)).toHaveLength(2);
    expect(stdout).toContain('    ~ data.color: "red" → "blue"\n');
    expect(stdout).toContain("1 chart differs, 2 charts could not be checked");
    const gone = await gitCharts({ "web/Chart.yaml": "name: [", "web/templates/a.yaml": configMap("a") });
    await gone.write("web/Chart.yaml", chartYaml("web"));
    const { stdout: message } = await diff(gone, "--since", "main");
    expect(message).toContain("could not check: ");
    expect(message).toContain("web of main (");
    expect(message).not.toContain("seatrial-since-");
  });

  it("renders a case that is new with its values in both versions", async () => {
    const charts = await gitCharts(files);
    await charts.write("charts/web/ci/big-values.yaml", "replicas: 9\n");
    await charts.write("charts/web/templates/deployment.yaml", deployment("app:2"));
    const { stdout } = await diff(charts, "charts/web", "--since", "main", "--json", "--filter", "web/ci/big*");
    const [{ cases }] = JSON.parse(stdout).charts;
    expect(cases).toMatchObject([{ name: "ci/big-values.yaml", isNew: true, verdict: "differs" }]);
    expect(cases[0].objects[0].fields.map(({ field }: { field: string }) => field)).toEqual([
      "spec.template.spec.containers[app].image",
    ]);
  });

  it("names a case that was removed, and a packaged chart that git cannot have", async () => {
    const charts = await gitCharts(files);
    await charts.write("charts/web/ci/ha-values.yaml", undefined);
    const removed = await diff(charts, "--since", "main");
    expect([removed.exitCode, removed.stdout]).toEqual([
      0,
      expect.stringContaining("Note: ci/ha-values.yaml of web was removed\n"),
    ]);
    await charts.write("api-0.1.0.tgz", "");
    const { exitCode, stdout } = await diff(charts, "api-0.1.0.tgz", "--since", "main");
    expect(stdout).toContain("could not check: api-0.1.0.tgz is a packaged chart: git has no previous version of it");
    expect(exitCode).toBe(3);
  });

  it("works in a repository that is one chart, and for charts of one name", async () => {
    const alone = await gitCharts({ "Chart.yaml": chartYaml("solo"), "templates/a.yaml": configMap("a", { a: "b" }) });
    await alone.write("templates/a.yaml", configMap("a", { a: "c" }));
    expect((await diff(alone, "--since", "HEAD")).stdout).toContain('    ~ data.a: "b" → "c"\n');
    const twins = await gitCharts({ "one/web/Chart.yaml": chartYaml("web"), "two/web/Chart.yaml": chartYaml("web") });
    const { stdout } = await diff(twins, "--since", "HEAD");
    expect(stdout).toContain("Unchanged: one/web, two/web\n");
  });

  it("builds file dependencies as they are and as they were, also when only they have changed", async () => {
    const charts = await gitCharts({
      "web/Chart.yaml": chartYaml("web", "0.1.0", { common: "../common" }),
      "common/Chart.yaml": chartYaml("common"),
      "common/templates/a.yaml": configMap("common", { a: "b" }),
    });
    await charts.write("common/templates/a.yaml", configMap("common", { a: "c" }));
    const { exitCode, stdout } = await diff(charts, "web", "--since", "main");
    expect(stdout).toContain(
      '~ changed ConfigMap common (web/charts/common/templates/a.yaml)\n    ~ data.a: "b" → "c"\n',
    );
    expect(exitCode).toBe(1);
    expect(await charts.git("status", "--porcelain")).toBe(" M common/templates/a.yaml");
  });

  it("shows the command that gets a dependency that is not downloaded, and exits with 3", async () => {
    const remote = `${chartYaml("web")}dependencies: [{ name: db, version: 1.0.0, repository: "https://charts.example.com" }]\n`;
    const charts = await gitCharts({ "web/Chart.yaml": remote, "web/templates/a.yaml": configMap("a") });
    await charts.write("web/values.yaml", "a: 1\n");
    const { exitCode, stdout } = await diff(charts, "--since", "main");
    expect(stdout).toContain("could not check: web lacks 1 dependency\n");
    expect(stdout).toContain("Hint: run `helm dependency build web` first");
    expect(exitCode).toBe(3);
  });

  it.each([
    [["--since", "nope"], "--since nope: there is no such commit"],
    [[], "Hint: add `--since REF`"],
    [["--since", "main", "--from", "charts/web"], "give one of them"],
    [["--since", "main", "--json", "--markdown"], "--json and --markdown are two outputs"],
    [["--since", "main", "--crds", "x"], "--crds needs --server"],
    [["--since", "main", "--set-string", "novalue"], "it must be KEY=VALUE"],
    [["charts/none", "--since", "main"], "nothing exists at this path"],
  ])("exits with 2 for %j", async (args, message) => {
    const { exitCode, stdout, stderr } = await diff(await gitCharts(files), ...args);
    expect(`${stdout}${stderr}`).toContain(message);
    expect(exitCode).toBe(2);
  });

  it("says which command fetches the history of a shallow clone without the merge base", async () => {
    const charts = await gitCharts(files);
    await charts.git("checkout", "--quiet", "-b", "work");
    await charts.write("charts/web/values.yaml", "replicas: 2\n");
    await charts.commit();
    await charts.git("checkout", "--quiet", "main");
    await charts.write("charts/api/templates/a.yaml", configMap("api", { a: "c" }));
    await charts.commit();
    const { path, remove } = await makeTempDir("seatrial-clone-");
    onTestFinished(remove);
    const clone = [
      "clone",
      "--quiet",
      "--depth",
      "1",
      "--no-single-branch",
      "--branch",
      "work",
      `file://${charts.path}`,
      path,
    ];
    await execa("git", clone);
    const { exitCode, stderr } = await diff({ path }, "--since", "origin/main");
    expect(stderr).toContain("the clone is shallow and lacks the commit at which HEAD has left origin/main");
    expect(stderr).toContain("git fetch --unshallow origin");
    expect(exitCode).toBe(2);
  });

  it("exits with 2 without git, and outside a repository", async () => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    const outside = await runCli(["diff", chart, "--since", "main"]);
    expect([outside.exitCode, outside.stderr]).toEqual([2, expect.stringContaining("is not in a git repository")]);
    const without = await runCli(["diff", chart, "--since", "main"], { env: { PATH: "/nonexistent" } });
    expect([without.exitCode, without.stderr]).toEqual([2, expect.stringContaining("there is no `git` on PATH")]);
  });

  it("changes neither the work tree nor the index", async () => {
    const charts = await gitCharts(files);
    await charts.write("charts/web/values.yaml", "replicas: 2\n");
    await charts.git("add", "charts/web/values.yaml");
    await charts.write("charts/web/values.yaml", "replicas: 3\n");
    const before = await charts.git("status", "--porcelain=v2");
    expect((await diff(charts, "--since", "HEAD")).exitCode).toBe(1);
    expect(await charts.git("status", "--porcelain=v2")).toBe(before);
  });
});

describe("seatrial diff --from", () => {
  it("compares two directories, with the values of the command line on both sides", async () => {
    const template = configMap("a", { size: '"{{ .Values.size }}"', word: "{{ .Values.word | quote }}" });
    const old = await writeChart({ "templates/a.yaml": template });
    const now = await writeChart({ "templates/a.yaml": `${template}  more: x\n` });
    const args = ["diff", now, "--from", old, "--set", "size=2", "--set-string", "word=true", "--json"];
    const { exitCode, stdout } = await runCli(args);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).charts[0].cases[0].objects[0].fields).toEqual([{ field: "data.more", after: "x" }]);
  });

  it("names charts that only the previous directory has", async () => {
    const charts = await gitCharts(files);
    await execa("cp", ["-r", "charts", "before"], { cwd: charts.path });
    await charts.write("charts/api", undefined);
    const { exitCode, stdout } = await diff(charts, "charts", "--from", "before");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("api (removed since before: it was before/api)");
    expect((await diff(charts, "charts/web", "--from", "before")).exitCode).toBe(0);
  });
});

describe("the outputs of seatrial diff", () => {
  it("are one line for each object with --stat, and Markdown with --markdown", async () => {
    const charts = await gitCharts(files);
    await charts.write("charts/web/templates/config.yaml", configMap("web", { color: "blue" }));
    const stat = await diff(charts, "--since", "main", "--stat");
    expect(stat.stdout).toMatch(/^ {4}ConfigMap web {2}\| 1 ~$/m);
    expect(stat.stdout).toMatch(/^ {4}Deployment web \| 1 ~ {2}only a checksum {2}new Pods$/m);
    const { exitCode, stdout } = await diff(charts, "--since", "main", "--markdown");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^### seatrial diff\n\n1 chart differs, 1 same \(objects: 2 changed\)\n\n<details><summary>web 0\.1\.0 /,
    );
    expect(stdout).toContain('!   data.color: "red" → "blue"\n');
  });

  it("are one JSON object also when the comparison cannot start", async () => {
    const { exitCode, stdout } = await diff(await gitCharts(files), "--since", "nope", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      exitCode,
      error: { code: "SEATRIAL_USAGE" },
      charts: [],
    });
  });
});
