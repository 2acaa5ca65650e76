import { dryRunChart, installChart, type SeatrialError, templateChart, tryInstall } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const hook = configMap("hook", { is: "old" }, "  annotations: { helm.sh/hook: pre-install }\n");
const write = () => writeChart({ "templates/a.yaml": configMap("a", { is: "old" }), "templates/b.yaml": hook });
const postRenderer = (manifests: string) => manifests.replaceAll("is: old", "is: rendered");
const sed = { command: "sed", args: ["s/is: old/is: rendered/"] };

describe("a post-renderer", () => {
  it.each([
    ["function", postRenderer],
    ["program", sed],
  ])("that is a %s changes what is rendered, dry-run and installed, hooks included", async (_kind, given) => {
    const chart = await write();
    const rendered = await templateChart(chart, { postRenderer: given });
    expect(rendered.documents.map(({ data }) => data)).toEqual([{ is: "rendered" }, { is: "rendered" }]);
    expect((await dryRunChart(chart, { postRenderer: given })).get("ConfigMap", "a")).toMatchObject({
      data: { is: "rendered" },
    });
    await using release = await installChart(chart, { postRenderer: given });
    expect(await release.get("ConfigMap", "a")).toMatchObject({ data: { is: "rendered" } });
    expect(await release.get("ConfigMap", "hook")).toMatchObject({ data: { is: "rendered" } });
    expect((await tryInstall(chart, { postRenderer: given })).get("ConfigMap", "a")).toMatchObject({
      data: { is: "rendered" },
    });
  });

  it("applies to one call: the next upgrade needs it again", async () => {
    const chart = await write();
    await using release = await installChart(chart, { postRenderer });
    await release.upgrade();
    expect(await release.get("ConfigMap", "a")).toMatchObject({ data: { is: "old" } });
    await release.upgrade({ postRenderer: async (manifests) => postRenderer(manifests) });
    expect(await release.get("ConfigMap", "a")).toMatchObject({ data: { is: "rendered" } });
  });

  it("gets everything in one text, and may add and remove objects", async () => {
    const texts: string[] = [];
    const added = `---\n${configMap("added")}`;
    const result = await templateChart(await write(), {
      postRenderer: (manifests) => {
        texts.push(manifests);
        return manifests.replace(/name: a\n/, "name: renamed\n") + added;
      },
    });
    expect(texts).toHaveLength(1);
    expect(texts[0]).toContain("helm.sh/hook: pre-install");
    expect(result.documents.map(({ metadata }) => metadata.name)).toEqual(["renamed", "added", "hook"]);
  });

  it("that throws makes the call reject with its error, and nothing is left", async () => {
    const chart = await write();
    const failure = new Error("no such patch");
    const failing = () => Promise.reject(failure);
    expect(await rejectionOf(templateChart(chart, { postRenderer: failing }))).toBe(failure);
    expect(await rejectionOf(dryRunChart(chart, { postRenderer: failing }))).toBe(failure);
    expect(await rejectionOf(installChart(chart, { postRenderer: failing }))).toBe(failure);
    await using release = await installChart(chart);
    expect(await rejectionOf(release.upgrade({ postRenderer: failing }))).toBe(failure);
    expect(release).toMatchObject({ revision: 1, status: "deployed" });
  });

  it("that fails as a program, or returns nothing, is named", async () => {
    const chart = await write();
    const messageOf = async (given: object) =>
      (await rejectionOf<SeatrialError>(templateChart(chart, { postRenderer: given as never }))).message;
    expect(await messageOf({ command: "sh", args: ["-c", "echo broken >&2; exit 3"] })).toBe(
      "The post-renderer `sh -c echo broken >&2; exit 3` ended with exit code 3: broken",
    );
    expect(await messageOf({ command: "/nowhere/kustomize" })).toMatch(
      /^The post-renderer `\/nowhere\/kustomize` cannot be started: /,
    );
    expect(await messageOf(() => " \n")).toBe("The post-renderer returned no manifests");
    expect(await messageOf(() => 5)).toBe("The post-renderer must return a text, got 5 (number)");
  });

  it("that returns something else than objects fails as a chart does", async () => {
    const error = await rejectionOf(templateChart(await write(), { postRenderer: () => "a: [" }));
    expect(error).toMatchObject({ name: "ChartError" });
  });

  it("ends with the time for rendering", async () => {
    const chart = await write();
    const sleeping = { command: "sleep", args: ["60"] };
    const error = await rejectionOf(templateChart(chart, { postRenderer: sleeping, renderTimeout: "2s" }));
    expect(error).toMatchObject({ name: "ChartError", message: expect.stringContaining("took more than 2s") });
  });
});
