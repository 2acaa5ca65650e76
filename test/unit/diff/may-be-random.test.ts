import { describe, expect, it } from "vitest";
import { mayBeRandom } from "../../../src/diff/may-be-random.ts";
import { objectDiff } from "../../helpers/sample-diff.ts";

const added = objectDiff("ConfigMap", "a", { change: "added", fields: [] });
const removed = objectDiff("ConfigMap", "b", { change: "removed", fields: [] });
const label = { field: "metadata.labels[helm.sh/chart]", before: "web-1", after: "web-2", mark: "version" as const };

describe("mayBeRandom", () => {
  it.each([
    ["a value that both versions have", [objectDiff("Service", "web")], true],
    ["a renamed object", [objectDiff("Service", "web", { change: "renamed", fields: [] })], true],
    ["an object with another name", [added, removed], true],
    ["a new object", [added], false],
    ["a removed object of another kind", [added, { ...removed, object: { ...removed.object, kind: "Secret" } }], false],
    ["a label with the version", [objectDiff("Service", "web", { fields: [label] })], false],
    ["a new field", [objectDiff("Service", "web", { fields: [{ field: "spec.x", after: 1 }] })], false],
  ])("looks at %s", (_what, objects, expected) => {
    expect(mayBeRandom({ objects })).toBe(expected);
  });

  it("looks at NOTES.txt", () => {
    expect(mayBeRandom({ objects: [], notes: { before: "a", after: "b" } })).toBe(true);
  });
});
