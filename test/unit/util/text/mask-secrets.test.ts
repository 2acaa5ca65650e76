import { describe, expect, it } from "vitest";
import { maskSecrets } from "../../../../src/util/text/mask-secrets.ts";

describe("maskSecrets", () => {
  const secret = {
    kind: "Secret",
    metadata: {
      name: "db",
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": '{"data":1}', note: "n" },
    },
    data: { password: "aHVudGVyMg==" },
    stringData: { user: "root", count: 3 },
  };

  it("hides the data of a Secret and keeps its keys", () => {
    const masked = maskSecrets(secret);
    expect(masked).toEqual({
      kind: "Secret",
      metadata: { name: "db", annotations: { "kubectl.kubernetes.io/last-applied-configuration": "***", note: "n" } },
      data: { password: "*** (12 characters)" },
      stringData: { user: "*** (4 characters)", count: "***" },
    });
    expect(secret.data.password).toBe("aHVudGVyMg==");
  });

  it("finds Secrets in lists and leaves other objects alone", () => {
    const map = { kind: "ConfigMap", data: { password: "open" } };
    expect(maskSecrets([map, { kind: "List", items: [secret, map] }])).toEqual([
      map,
      { kind: "List", items: [maskSecrets(secret), map] },
    ]);
  });

  it("hides the data of a SecretList, whose items need no kind", () => {
    const list = { kind: "SecretList", items: [{ metadata: { name: "db" }, data: { password: "aHVudGVyMg==" } }] };
    expect(maskSecrets(list)).toEqual({
      kind: "SecretList",
      items: [{ metadata: { name: "db" }, data: { password: "*** (12 characters)" } }],
    });
  });
});
