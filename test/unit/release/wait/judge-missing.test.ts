import { describe, expect, it } from "vitest";
import type { HelmRelease } from "../../../../src/helm/types.ts";
import { judgeMissing, type MissingContext } from "../../../../src/release/wait/judge-missing.ts";

function judge(name: string, ...documents: object[]) {
  const manifest = documents.map((document) => JSON.stringify(document)).join("\n---\n");
  const ref = { kind: "Deployment", name: "web", isHook: false, events: [] } as unknown as MissingContext["ref"];
  const info = { manifest, hooks: [] } as unknown as HelmRelease;
  const missing = { kind: "Secret", name };
  return judgeMissing({ message: "", missing } as never, { info, ref, isComplete: true });
}

const custom = (apiVersion: string, kind: string, name: string, spec: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name },
  spec,
});

describe("a Secret that a Pod waits for", () => {
  it("may come from the operator of a custom resource that names it", () => {
    const certificate = custom("cert-manager.io/v1", "Certificate", "web", { secretName: "web-tls" });
    expect(judge("web-tls", certificate)).toMatchObject({
      isOfCluster: true,
      hint: expect.stringContaining("Certificate web refers to Secret web-tls"),
    });
  });

  it("may come from an operator if it begins with the name of a custom resource", () => {
    const cluster = custom("postgresql.cnpg.io/v1", "Cluster", "web-db");
    expect(judge("web-db-app", cluster)).toMatchObject({
      isOfCluster: true,
      hint: expect.stringMatching(/^Cluster web-db may own Secret web-db-app, and nothing here acts for a Cluster: /),
    });
    expect(judge("web-database", cluster).isOfCluster).toBeUndefined();
  });

  it("does not come from a custom resource that only configures something", () => {
    const monitor = custom("monitoring.coreos.com/v1", "ServiceMonitor", "web");
    expect(judge("web-tls", monitor).isOfCluster).toBeUndefined();
  });
});
