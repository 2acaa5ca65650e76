import { describe, expect, it } from "vitest";
import "../../helpers/matchers.ts";
import { deployment, service, templateResult } from "../../helpers/matcher-results.ts";

const result = templateResult([service, deployment]);

describe("toContainDocument", () => {
  it("passes for a document with the expected fields", () => {
    expect(result).toContainDocument({ kind: "Service" });
    expect(result).toContainDocument({ kind: "Service", name: "web", spec: { type: "ClusterIP" } });
    expect(result).toContainDocument({ kind: "Service", metadata: { labels: { app: "web" } } });
  });

  it("passes negated when the document has other fields or does not exist", () => {
    expect(result).not.toContainDocument({ kind: "Service", spec: { type: "NodePort" } });
    expect(result).not.toContainDocument({ kind: "Ingress" });
  });

  it("shows the difference when it fails", () => {
    const expectNodePort = () => expect(result).toContainDocument({ kind: "Service", spec: { type: "NodePort" } });
    expect(expectNodePort).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toContainDocument({"kind": "Service"})

      Service web differs in 1 field
        spec.type
          expected: "NodePort"
          received: "ClusterIP"]
    `);
    expect(() => expect(result).toContainDocument({ kind: "Ingress" })).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toContainDocument({"kind": "Ingress"})

      The chart has no such document
        it has: Service web, Deployment web]
    `);
  });

  it("shows only the fields that differ, of the nearest document, and compares asymmetric matchers", () => {
    const annotations = { "example.com/a": "1", b: "2" };
    const other = {
      ...deployment,
      metadata: { name: "other", annotations },
      spec: { replicas: 3, template: { spec: { containers: [{ name: "web", image: "web:1", ports: [80, 81] }] } } },
    };
    const charts = templateResult([deployment, other]);
    const expectation = {
      kind: "Deployment",
      metadata: { annotations: { "example.com/a": expect.stringMatching(/^2/), b: expect.any(String) } },
      spec: {
        replicas: 3,
        paused: true,
        template: { spec: { containers: [{ image: "web:2", ports: [80] }] } },
      },
    };
    expect(() => expect(charts).toContainDocument(expectation)).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toContainDocument({"kind": "Deployment"})

      None of 2 Deployment documents has these fields. Deployment other differs in 4 fields
        metadata.annotations["example.com/a"]
          expected: StringMatching /^2/
          received: "1"
        spec.paused
          expected: true
          received: nothing
        spec.template.spec.containers[0].image
          expected: "web:2"
          received: "web:1"
        spec.template.spec.containers[0].ports
          expected: [80]
          received: [80, 81]]
    `);
  });

  it("does not show the data of a Secret", () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "web" }, data: { password: "aHVudGVyMg==" } };
    const expectOther = () =>
      expect(templateResult([secret])).toContainDocument({ kind: "Secret", data: { password: "b3RoZXI=" } });
    expect(expectOther).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toContainDocument({"kind": "Secret"})

      Secret web differs in 1 field
        data.password
          expected: "*** (8 characters)"
          received: "*** (12 characters)"]
    `);
  });

  it("says that the document exists when its negation fails", () => {
    const expectNone = () => expect(result).not.toContainDocument({ kind: "Deployment", spec: { replicas: 2 } });
    expect(expectNone).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toContainDocument({"kind": "Deployment"})

      The chart has that document]
    `);
  });

  it("fails both ways when fields are expected of a missing document", () => {
    const misspelt = { kind: "Deployment", name: "wbe", spec: { replicas: 3 } };
    expect(() => expect(result).toContainDocument(misspelt)).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toContainDocument({"kind": "Deployment", "name": "wbe"})

      The chart has no such document
        it has: Service web, Deployment web]
    `);
    expect(() => expect(result).not.toContainDocument(misspelt)).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toContainDocument({"kind": "Deployment", "name": "wbe"})

      The chart has no such document
        it has: Service web, Deployment web]
    `);
  });

  it("fails negated when the document does not have the field at all", () => {
    const misspelt = { kind: "Deployment", spec: { replica: 3 } };
    expect(() => expect(result).not.toContainDocument(misspelt)).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toContainDocument({"kind": "Deployment"})

      The document has no spec.replica]
    `);
    expect(result).not.toContainDocument({ kind: "Service", metadata: { name: expect.stringContaining("api") } });
  });

  it("fails both ways when a name matches several documents", () => {
    const twice = templateResult([service, { ...service, metadata: { ...service.metadata, namespace: "other" } }]);
    expect(() => expect(twice).toContainDocument({ kind: "Service", name: "web" })).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toContainDocument({"kind": "Service", "name": "web"})

      2 documents are Service web; select one with { namespace } or { apiVersion }]
    `);
    expect(() => expect(twice).not.toContainDocument({ kind: "Service", name: "web" })).toThrow("2 documents");
    expect(twice).toContainDocument({ kind: "Service", name: "web", namespace: "other" });
  });

  it("refuses an expectation without a kind and values of another kind", () => {
    const nameless = { name: "web" } as unknown as { kind: string };
    expect(() => expect(result).toContainDocument(nameless)).toThrowErrorMatchingInlineSnapshot(
      `[UsageError: toContainDocument needs an object with a kind, got {"name":"web"} (object)]`,
    );
    expect(() => expect<unknown>(service).toContainDocument({ kind: "Service" })).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toContainDocument needs a result of templateChart, got {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","labels":{"app":... (object)]`,
    );
  });
});
