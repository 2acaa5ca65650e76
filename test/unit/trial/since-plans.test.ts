import { readFile, readlink, stat, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { makeTempDir } from "../../../src/process/temp-dir.ts";
import { planTrials } from "../../../src/trial/plan-trials.ts";
import { planSince } from "../../../src/trial/previous/since-plans.ts";
import { chartYaml, type GitCharts, gitCharts, openGit } from "../../helpers/charts/git-charts.ts";
import { configMap } from "../../helpers/charts/write-chart.ts";

const two = {
  "charts/web/Chart.yaml": chartYaml("web"),
  "charts/web/templates/a.yaml": configMap("web", { color: "red" }),
  "charts/api/Chart.yaml": chartYaml("api"),
  "charts/api/templates/a.yaml": configMap("api", { color: "red" }),
};

async function since({ path }: GitCharts, ref: string, requireVersionBump = false) {
  const paths = [path];
  const { plans } = await planTrials(paths);
  const previous = await planSince(plans, { ref, paths, requireVersionBump });
  onTestFinished(() => previous[Symbol.asyncDispose]());
  return previous;
}

async function errorOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "no error",
    (error: Error) => error.message,
  );
}

describe("planSince", () => {
  it("keeps the charts that changed, also by a file that git does not track, and names the others", async () => {
    const charts = await gitCharts({ ...two, "charts/lib/Chart.yaml": chartYaml("lib") });
    await charts.write("charts/web/templates/a.yaml", configMap("web", { color: "blue" }));
    await charts.write("charts/api/templates/new.yaml", configMap("new"));
    const { plans, notes, histories } = await since(charts, "HEAD");
    expect(plans.map(({ id }) => id)).toEqual(["api/default", "web/default"]);
    expect(notes).toEqual([expect.stringMatching(/^lib \(unchanged since HEAD \([0-9a-f]{7}\)\)$/)]);
    expect(histories).toMatchObject([{ kind: "unchanged", name: "lib" }]);
    const old = plans[1]?.previous;
    expect(await readFile(join(old?.chartPath ?? "", "templates/a.yaml"), "utf8")).toContain("red");
    expect(old).toMatchObject({ version: "0.1.0", values: [] });
  });

  it("keeps a chart whose file dependency changed, and has that as it was", async () => {
    const charts = await gitCharts({
      "web/Chart.yaml": chartYaml("web", "0.1.0", { common: "../shared/common" }),
      "shared/common/Chart.yaml": chartYaml("common", "0.1.0", { base: "../base" }),
      "shared/base/Chart.yaml": chartYaml("base"),
      "shared/base/values.yaml": "color: red\n",
    });
    await charts.write("shared/base/values.yaml", "color: blue\n");
    const { plans } = await since(charts, "HEAD", true);
    expect(plans.map(({ id }) => id)).toEqual(["base/default", "common/default", "web/default"]);
    const web = plans[2];
    const base = join(web?.previous?.chartPath ?? "", "../shared/base/values.yaml");
    expect(await readFile(base, "utf8")).toBe("color: red\n");
    // Only the file of base changed.
    expect(plans.map(({ unbumped }) => unbumped !== undefined)).toEqual([true, false, false]);
  });

  it("compares with the commit at which a branch was left, and with a tag as it is", async () => {
    const charts = await gitCharts(two);
    await charts.git("checkout", "--quiet", "-b", "feature");
    await charts.write("charts/web/values.yaml", "own: 1\n");
    await charts.commit();
    await charts.git("checkout", "--quiet", "main");
    await charts.write("charts/api/values.yaml", "theirs: 1\n");
    await charts.commit();
    await charts.git("tag", "v2");
    await charts.git("checkout", "--quiet", "feature");
    expect((await since(charts, "main")).plans.map(({ id }) => id)).toEqual(["web/default"]);
    expect((await since(charts, "main")).notes[0]).toContain("merge base");
    expect((await since(charts, "v2")).plans.map(({ id }) => id)).toEqual(["api/default", "web/default"]);
  });

  it("notes charts that are new, renamed or removed", async () => {
    const charts = await gitCharts({ ...two, "charts/gone/Chart.yaml": chartYaml("gone") });
    await charts.write("charts/gone", undefined);
    await charts.write("charts/fresh/Chart.yaml", chartYaml("fresh"));
    await charts.git("mv", "charts/web", "charts/site");
    const { plans, notes } = await since(charts, "main");
    expect(plans.map(({ id, previous }) => [id, previous?.version])).toEqual([
      ["fresh/default", undefined],
      ["web/default", "0.1.0"],
    ]);
    expect(notes.map((note) => note.replace(/main \(\w+\)/, "main"))).toEqual([
      "api (unchanged since main)",
      "fresh (new since main: there is no version to upgrade from)",
      "web (renamed since main: it was charts/web)",
      "charts/gone (removed since main)",
    ]);
  });

  it("starts a case from its values file as it was, and a new case from the defaults", async () => {
    const charts = await gitCharts({ ...two, "charts/web/ci/big-values.yaml": "size: 1\n" });
    await charts.write("charts/web/ci/big-values.yaml", "size: 2\n");
    await charts.write("charts/web/ci/new-values.yaml", "size: 3\n");
    const { plans } = await since(charts, "HEAD");
    const values = plans.map(({ id, previous }) => [id, previous?.values.length]);
    expect(values).toEqual([
      ["web/default", 0],
      ["web/ci/big-values.yaml", 1],
      ["web/ci/new-values.yaml", 0],
    ]);
    expect(await readFile(plans[1]?.previous?.values[0] ?? "", "utf8")).toBe("size: 1\n");
  });

  it.each([
    ["0.1.0", "0.1.0", true],
    ["0.1.0", "0.1.1", false],
    ["0.10.0", "0.9.0", true],
    ["1.0.0", "1.0.0-rc.1", true],
    ["1.0.0-rc.2", "1.0.0-rc.10", false],
    ["1.0.0+one", "1.0.0+two", true],
  ])("with a demand for a higher version, from %s to %s is too low: %s", async (before, after, isTooLow) => {
    const charts = await gitCharts({ "web/Chart.yaml": chartYaml("web", before) });
    await charts.write("web/Chart.yaml", chartYaml("web", after));
    await charts.write("web/values.yaml", "a: 1\n");
    const [plan] = (await since(charts, "HEAD", true)).plans;
    expect(plan?.unbumped !== undefined).toBe(isTooLow);
  });

  it("has the files as the commit has them: links, programs, and what `git archive` would leave out or expand", async () => {
    const charts = await gitCharts({
      LICENSE: "license\n",
      ".gitattributes": "secret.yaml export-ignore\nid.txt export-subst\n",
      "web/Chart.yaml": chartYaml("web"),
      "web/secret.yaml": "a: 1\n",
      "web/id.txt": "$Format:%H$\n",
      "web/line\nbreak.txt": "odd\n",
    });
    await symlink("../LICENSE", join(charts.path, "web/LICENSE"));
    await charts.commit();
    await charts.write("web/values.yaml", "a: 1\n");
    const old = (await since(charts, "HEAD")).plans[0]?.previous?.chartPath ?? "";
    expect(await readlink(join(old, "LICENSE"))).toBe("../LICENSE");
    expect(await readFile(join(old, "LICENSE"), "utf8")).toBe("license\n");
    expect(await readFile(join(old, "id.txt"), "utf8")).toBe("$Format:%H$\n");
    expect(await readFile(join(old, "secret.yaml"), "utf8")).toBe("a: 1\n");
    expect(await readFile(join(old, "line\nbreak.txt"), "utf8")).toBe("odd\n");
  });

  it("has the downloaded dependencies that the previous Chart.lock names", async () => {
    const lock = (version: string) =>
      `dependencies:\n- name: redis\n  repository: https://example.invalid\n  version: ${version}\n`;
    const charts = await gitCharts({
      ".gitignore": "*.tgz\n",
      "web/Chart.yaml": chartYaml("web"),
      "web/Chart.lock": lock("1.2.3"),
    });
    await charts.write("web/charts/redis-1.2.3.tgz", "archive");
    await charts.write("web/charts/redis-2.0.0.tgz", "archive");
    await charts.write("web/values.yaml", "a: 1\n");
    const old = (await since(charts, "HEAD")).plans[0]?.previous?.chartPath ?? "";
    expect(await readFile(join(old, "charts/redis-1.2.3.tgz"), "utf8")).toBe("archive");
    await expect(stat(join(old, "charts/redis-2.0.0.tgz"))).rejects.toThrow("ENOENT");
  });

  it("changes neither the work tree nor the index, and obeys no variable of a hook", async () => {
    const charts = await gitCharts(two);
    await charts.write("charts/web/values.yaml", "a: 1\n");
    await charts.git("add", "charts/web/values.yaml");
    await charts.write("charts/web/values.yaml", "a: 2\n");
    // A file that looks changed to git until it refreshes its index.
    await utimes(join(charts.path, "charts/api/templates/a.yaml"), 1e9, 1e9);
    const seen = async () => [
      await readFile(join(charts.path, ".git/index")),
      (await stat(join(charts.path, ".git/index"))).mtimeMs,
    ];
    const before = await seen();
    vi.stubEnv("GIT_DIR", "/nowhere");
    vi.stubEnv("GIT_INDEX_FILE", join(charts.path, "other-index"));
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await since(charts, "HEAD")).plans.map(({ id }) => id)).toEqual(["web/default"]);
    expect(await seen()).toEqual(before);
  });

  it("removes what it has written", async () => {
    const charts = await gitCharts(two);
    await charts.write("charts/web/values.yaml", "a: 1\n");
    const previous = await since(charts, "HEAD");
    const path = previous.plans[0]?.previous?.chartPath ?? "";
    expect((await stat(path)).isDirectory()).toBe(true);
    await previous[Symbol.asyncDispose]();
    await expect(stat(path)).rejects.toThrow("ENOENT");
  });
});

describe("planSince cannot compare", () => {
  it("with a reference that does not exist, and names the fetch of a remote branch", async () => {
    const charts = await gitCharts(two);
    expect(await errorOf(since(charts, "nope"))).toMatch(/^--since nope: there is no such commit/);
    expect(await errorOf(since(charts, "--all"))).toMatch(/^--since --all: there is no such commit/);
    await charts.git("remote", "add", "origin", "https://example.invalid/x.git");
    expect(await errorOf(since(charts, "origin/main"))).toContain("git fetch origin main:refs/remotes/origin/main");
  });

  it("in a shallow clone without the merge base, and names the fetch", async () => {
    const charts = await gitCharts(two);
    await charts.git("checkout", "--quiet", "-b", "feature");
    await charts.write("charts/web/values.yaml", "a: 1\n");
    await charts.commit();
    await charts.git("checkout", "--quiet", "main");
    await charts.write("charts/api/values.yaml", "a: 1\n");
    await charts.commit();
    const { path, remove } = await makeTempDir("seatrial-git-");
    onTestFinished(remove);
    const how = ["--quiet", "--depth", "1", "--no-single-branch", "--branch", "feature"];
    await charts.git("clone", ...how, `file://${charts.path}`, join(path, "clone"));
    const message = await errorOf(since(openGit(join(path, "clone")), "origin/main"));
    expect(message).toContain("the clone is shallow");
    expect(message).toContain("git fetch --unshallow origin");
  });

  it("with a branch that has another root", async () => {
    const charts = await gitCharts(two);
    await charts.git("checkout", "--quiet", "--orphan", "other");
    await charts.commit("another root");
    expect(await errorOf(since(charts, "main"))).toContain("have no commit in common");
  });

  it("outside of a repository, or without git", async () => {
    const { path, remove } = await makeTempDir("seatrial-git-");
    onTestFinished(remove);
    const plain = openGit(path);
    await plain.write("web/Chart.yaml", chartYaml("web"));
    expect(await errorOf(since(plain, "HEAD"))).toContain("is not in a git repository");
    const charts = await gitCharts(two);
    vi.stubEnv("PATH", path);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await errorOf(since(charts, "HEAD"))).toContain("there is no `git` on PATH");
  });
});
