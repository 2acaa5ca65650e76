import { describe, expect, it } from "vitest";
import { claimsLeft } from "../../../src/trial/live/claims-left.ts";
import { configMap } from "../../helpers/charts/write-chart.ts";

const claim = (name: string, annotation = "") =>
  `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: ${name}${annotation} }\nspec: { accessModes: [ReadWriteOnce] }\n`;
const keep = ", annotations: { helm.sh/resource-policy: keep }";
const set = (name: string, templates = "[{ metadata: { name: data } }]") =>
  `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: ${name} }\nspec: { volumeClaimTemplates: ${templates} }\n`;

function found(older: string, newer: string) {
  return claimsLeft({ manifest: older }, { manifest: newer }).map(({ severity, reason, object, message }) => ({
    severity,
    reason,
    name: object?.name,
    message,
  }));
}

describe("claimsLeft", () => {
  it("is an error for a claim that the upgrade deletes while the chart has a new one", () => {
    const deleted = { severity: "error", reason: "ClaimDeletedByUpgrade", name: "a" };
    const message = "the upgrade deletes it, and users lose its data: ";
    expect(found(claim("a"), claim("b"))).toEqual([
      { ...deleted, message: `${message}PersistentVolumeClaim b of the chart starts with an empty volume` },
    ]);
    expect(found(claim("a"), set("db"))).toEqual([
      { ...deleted, message: `${message}StatefulSet db of the chart starts with an empty volume` },
    ]);
  });

  it("is a warning for a claim that the chart no longer has", () => {
    expect(found(claim("a"), configMap("a"))).toMatchObject([
      { severity: "warning", reason: "ClaimDeletedByUpgrade", message: expect.stringMatching(/no longer has it$/) },
    ]);
  });

  it("warns of a StatefulSet with claims that another one replaces", () => {
    expect(found(set("db"), set("db-primary"))).toMatchObject([
      { severity: "warning", reason: "ClaimsLeftByUpgrade", name: "db" },
    ]);
  });

  it("finds nothing when claims stay, are kept, or are not there", () => {
    expect(found(claim("a"), `${claim("b")}---\n${claim("a")}`)).toEqual([]);
    expect(found(claim("a", keep), claim("b"))).toEqual([]);
    expect(found(set("db", "[]"), set("web"))).toEqual([]);
    expect(found(set("db"), configMap("a"))).toEqual([]);
  });
});
