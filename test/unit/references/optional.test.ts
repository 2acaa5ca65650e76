import { describe, expect, it } from "vitest";
import { cronJob, danglingIn, manifestOf, object, workload } from "../../helpers/dangling-in.ts";

const settings = object("v1", "ConfigMap", "pier-settings", { data: { a: "x" } });
const volume = (name: string) => ({ pod: { volumes: [{ name: "v", configMap: { name, optional: true } }] } });
const all = (name: string) => ({ container: { envFrom: [{ configMapRef: { name, optional: true } }] } });
const one = (name: string) => ({
  container: { env: [{ name: "A", valueFrom: { configMapKeyRef: { name, key: "a", optional: true } } }] },
});

describe("an optional ConfigMap", () => {
  it.each([
    ["a volume", volume],
    ["all its variables", all],
    ["one variable", one],
  ])("is a warning if it is misspelt, because nothing else shows it: %s", (_what, refer) => {
    for (const make of [workload, cronJob]) {
      expect(danglingIn(manifestOf(make("pier", refer("pier-setings")), settings))).toEqual([
        expect.objectContaining({
          severity: "warning",
          reason: "NoSuchConfigMap",
          hint: expect.stringContaining('did you mean "pier-settings"?'),
        }),
      ]);
      expect(danglingIn(manifestOf(make("pier", refer("pier-settings")), settings))).toEqual([]);
      expect(danglingIn(manifestOf(make("pier", refer("pier-extra")), settings))).toEqual([]);
    }
  });

  it("may lack a key", () => {
    const source = { name: "pier-settings", key: "b", optional: true };
    const pods = workload("pier", { container: { env: [{ name: "A", valueFrom: { configMapKeyRef: source } }] } });
    expect(danglingIn(manifestOf(pods, settings))).toEqual([]);
  });
});
