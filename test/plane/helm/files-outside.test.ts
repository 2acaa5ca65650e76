import { symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { installChart, lintChart, templateChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { writePackage } from "../../helpers/charts/hostile-charts.ts";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";

describe("a chart that reads files outside its directory", () => {
  it("reads no files outside of its directory", async () => {
    const chart = await writeChart({
      "inside.txt": "inside",
      "templates/a.yaml": configMap("a", {
        get: '"{{ .Files.Get "../outside.txt" }}{{ .Files.Get "/etc/hostname" }}"',
        glob: '"{{ range $name, $_ := .Files.Glob "../**" }}{{ $name }}{{ end }}"',
        inside: '"{{ .Files.Get "inside.txt" }}"',
      }),
    });
    await writeFile(join(dirname(chart), "outside.txt"), "outside");
    expect((await templateChart(chart)).get("ConfigMap", "a")).toMatchObject({
      data: { get: "", glob: "", inside: "inside" },
    });
  });

  it.each([
    ["leak.txt", "/etc/hostname"],
    ["templates/all", "/etc"],
  ])("warns of its link %s to %s and does not follow it", async (link, target) => {
    const leaks = configMap("a", { leak: '{{ .Files.Get "leak.txt" | quote }}' });
    const chart = await writeChart({ "templates/a.yaml": leaks });
    await symlink(target, join(chart, link));
    const warning = { severity: "warning", reason: "LinkNotFollowed", template: `demo/${link}` };
    expect((await lintChart(chart)).findings).toContainEqual(expect.objectContaining(warning));
    const rendered = await templateChart(chart);
    expect(rendered.warnings).toEqual([expect.objectContaining(warning)]);
    expect(rendered.documents).toMatchObject([{ data: { leak: "" } }]);
    await using release = await installChart(chart);
    expect(await release.get("ConfigMap", "a")).toMatchObject({ data: { leak: "" } });
  });

  it("reads no files through a link in a package", async () => {
    const chart = await writePackage([
      { name: "demo/leak.txt", target: "/etc/passwd" },
      { name: "demo/templates/a.yaml", content: configMap("a", { leak: '{{ .Files.Get "leak.txt" | quote }}' }) },
    ]);
    expect((await templateChart(chart)).get("ConfigMap", "a")).toMatchObject({ data: { leak: "" } });
  });
});
