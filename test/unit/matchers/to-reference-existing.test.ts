import { describe, expect, it } from "vitest";
import "../../helpers/matchers.ts";
import { object, service, workload } from "../../helpers/dangling-in.ts";
import { templateResult } from "../../helpers/matcher-results.ts";

const ingress = (name: string) =>
  object("networking.k8s.io/v1", "Ingress", "web", {
    spec: { defaultBackend: { service: { name, port: { number: 80 } } } },
  });
const chart = [workload("web"), service("web")];

describe("toReferenceExisting", () => {
  it("passes when the chart renders what its objects name", () => {
    expect(templateResult([...chart, ingress("web")])).toReferenceExisting();
  });

  it("passes when the cluster has it", () => {
    const result = templateResult([...chart, ingress("oauth2-proxy")]);
    expect(result).not.toReferenceExisting();
    expect(result).toReferenceExisting({ existing: [service("oauth2-proxy")] });
  });

  it("shows what leads nowhere", () => {
    const result = templateResult([...chart, ingress("web-app")]);
    expect(() => expect(result).toReferenceExisting()).toThrow(
      /1 reference leads nowhere.*Service "web-app" does not exist/s,
    );
    const good = templateResult([...chart, ingress("web")]);
    expect(() => expect(good).not.toReferenceExisting()).toThrow(
      "Everything that the objects of chart web name exists",
    );
  });

  it("fails both ways when the chart rendered nothing", () => {
    const empty = templateResult([]);
    expect(() => expect(empty).toReferenceExisting()).toThrow("The chart rendered no object");
    expect(() => expect(empty).not.toReferenceExisting()).toThrow("The chart rendered no object");
  });

  it("refuses unknown keys and values of another kind", () => {
    const result = templateResult([...chart]);
    expect(() => expect(result).toReferenceExisting({ exist: [] } as never)).toThrow(/unknown option "exist"|exist/);
    expect(() => expect<unknown>("x").toReferenceExisting()).toThrow("needs a result of templateChart");
  });
});
