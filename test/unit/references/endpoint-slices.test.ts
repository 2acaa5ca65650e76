import { describe, expect, it } from "vitest";
import { danglingIn, manifestOf, service, workload } from "../../helpers/dangling-in.ts";

const slice = (serviceName: string, port: object) => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: "pier-db-1", labels: { "kubernetes.io/service-name": serviceName } },
  addressType: "IPv4",
  ports: [{ port: 5432, ...port }],
  endpoints: [{ addresses: ["192.0.2.7"] }],
});
const database = (...ports: object[]) => service("pier-db", { selector: undefined, ports });
const found = (...objects: object[]) =>
  danglingIn(manifestOf(workload("pier"), ...objects)).map(({ severity, reason, field }) =>
    [severity, reason, field].join(" "),
  );

describe("an EndpointSlice of the chart", () => {
  it("belongs to a Service that exists", () => {
    const ports = { name: "pg", port: 5432 };
    expect(found(database(ports), slice("pier-db", { name: "pg" }))).toEqual([]);
    expect(found(database(ports), slice("pier-database", { name: "pg" }))).toEqual([
      "error NoSuchService metadata.labels[kubernetes.io/service-name]",
    ]);
  });

  it("has the names of the Service's ports", () => {
    expect(found(database({ name: "pg", port: 5432 }), slice("pier-db", { name: "postgres" }))).toEqual([
      "error NoSuchPort ports[0].name",
    ]);
    expect(found(database({ name: "pg", port: 5432 }), slice("pier-db", {}))).toHaveLength(1);
    expect(found(database({ port: 5432 }), slice("pier-db", {}))).toEqual([]);
  });
});
