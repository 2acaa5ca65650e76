import { describe, expect, it } from "vitest";
import "../../helpers/matchers.ts";
import { deployment, service, templateResult } from "../../helpers/matcher-results.ts";

const result = templateResult([service, deployment]);

describe("toHaveDocuments", () => {
  it("passes for the number of documents, of all or of a kind", () => {
    expect(result).toHaveDocuments(2);
    expect(result).toHaveDocuments({ kind: "Service" });
    expect(result).toHaveDocuments({ kind: "Service", apiVersion: "v1", count: 1 });
    expect(result).toHaveDocuments({ kind: "Ingress", count: 0 });
    expect(templateResult([])).toHaveDocuments(0);
  });

  it("passes negated for another number", () => {
    expect(result).not.toHaveDocuments(3);
    expect(result).not.toHaveDocuments({ kind: "Ingress" });
  });

  it("lists the documents when it fails", () => {
    expect(() => expect(result).toHaveDocuments(3)).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toHaveDocuments(3)

      Chart web has 2 documents
        all documents: Service web, Deployment web]
    `);
    expect(() => expect(result).toHaveDocuments({ kind: "Ingress" })).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).toHaveDocuments({"kind": "Ingress"})

      Chart web has 0 Ingress documents
        all documents: Service web, Deployment web]
    `);
  });

  it("lists the documents when its negation fails", () => {
    expect(() => expect(result).not.toHaveDocuments({ kind: "Service" })).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toHaveDocuments({"kind": "Service"})

      Chart web has 1 Service document
        all documents: Service web, Deployment web]
    `);
  });

  it("fails both ways for a chart that rendered nothing", () => {
    const nothing = templateResult([]);
    expect(() => expect(nothing).not.toHaveDocuments({ kind: "Secret" })).toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(received).not.toHaveDocuments({"kind": "Secret"})

      Chart web rendered no documents]
    `);
    expect(() => expect(nothing).toHaveDocuments(1)).toThrow("rendered no documents");
  });

  it("refuses unknown keys and values of another kind", () => {
    const misspelt = { kid: "Service" } as object;
    expect(() => expect(result).toHaveDocuments(misspelt)).toThrowErrorMatchingInlineSnapshot(`
      [UsageError: toHaveDocuments: unknown option "kid"
      Hint: did you mean "kind"?]
    `);
    expect(() => expect<unknown>([service]).toHaveDocuments(1)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: toHaveDocuments needs a result of templateChart, got [{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","labels":{"app"... (array)]`,
    );
  });
});
