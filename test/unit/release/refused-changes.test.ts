import { describe, expect, it } from "vitest";
import { explainRefusedUpgrade } from "../../../src/release/refused-upgrade/explain-refused-upgrade.ts";

const error = { severity: "error", step: "upgrade-from", reason: "Invalid" } as const;

function explain(field: string, message: string, versions: [older: string, newer: string], kind: string) {
  const object = { apiVersion: "v1", kind, name: "a" };
  const manifest = (text: string) => `apiVersion: v1\nkind: ${kind}\nmetadata: { name: a }\n${text}\n`;
  const [older, newer] = versions;
  return explainRefusedUpgrade([{ ...error, object, field, message }], {
    objects: [],
    oldRelease: { manifest: manifest(older), hooks: [] },
    newRelease: { manifest: manifest(newer), hooks: [] },
  });
}

describe("explainRefusedUpgrade", () => {
  it("names the changed field of the chart when the API server names it otherwise", async () => {
    const versions: [string, string] = ["spec: { attachRequired: true }", "spec: { attachRequired: false }"];
    expect(await explain("spec.attachedRequired", "field is immutable", versions, "CSIDriver")).toMatchObject([
      { field: "spec.attachRequired", notes: ["spec.attachRequired: true → false"] },
    ]);
  });

  it("masks the data of a Secret, which the chart may set as stringData", async () => {
    const message = "Forbidden: field is immutable when `immutable` is set";
    const versions: [string, string] = ["stringData: { color: red }", "stringData: { color: blue }"];
    expect(await explain("data", message, versions, "Secret")).toMatchObject([
      { field: "stringData.color", notes: ["stringData.color: *** → ***"] },
    ]);
  });

  it("does not present the program of the engine as the manager of a field", async () => {
    const message = 'conflict with "seatrial-engine" using v1';
    const [finding] = await explain("spec.volumeName", message, ["", ""], "PersistentVolumeClaim");
    expect(finding?.message).toBe("conflict with a controller of Kubernetes using v1");
    expect(finding?.hint).toContain("a controller of Kubernetes writes it");
  });
});
