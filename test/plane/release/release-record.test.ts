import { randomBytes } from "node:crypto";
import { currentControlPlane, findingsOf, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

// Random data cannot be compressed.
const random = (bytes: number) => randomBytes(bytes).toString("base64");

describe("Helm's record of a release", () => {
  it.each([
    ["is larger than a Secret", { "files/large.txt": random(1_000_000) }],
    ["is larger than a request", { "files/large.txt": random(2_600_000), "files/other.txt": random(10) }],
  ])("that %s is named with its size and its largest parts", async (_, files) => {
    const chart = await writeChart({ "templates/a.yaml": configMap("a", { a: "b" }), ...files }, "heavy");
    const error = await rejectionOf(installChart(chart));
    expect(error).toMatchObject({ code: "SEATRIAL_REJECTED" });
    expect(findingsOf(error)).toMatchObject([
      {
        severity: "error",
        reason: "ReleaseRecordTooLarge",
        object: { kind: "Secret", name: "sh.helm.release.v1.heavy.v1" },
        message: expect.stringMatching(
          /^Helm's own record of the release has \d{7} bytes, .*the largest parts are heavy\/files\/large\.txt \(\d+ bytes/,
        ),
        hint: expect.stringContaining(".helmignore"),
      },
    ]);
  });

  it("that is too large for an upgrade leaves the release as it was", async () => {
    const { helm } = currentControlPlane();
    await using release = await installChart(await writeChart({ "templates/a.yaml": configMap("a", { a: "b" }) }));
    const heavy = await writeChart({ "templates/a.yaml": configMap("a", { a: "c" }), "files/x": random(1_000_000) });
    const error = await rejectionOf(release.upgrade(heavy));
    expect(findingsOf(error)).toMatchObject([{ step: "upgrade", reason: "ReleaseRecordTooLarge" }]);
    expect(release).toMatchObject({ revision: 1, status: "deployed" });
    expect(await helm.history({ namespace: release.namespace, releaseName: release.name })).toHaveLength(1);
  });
});
