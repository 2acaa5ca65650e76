import { describe, expect, it } from "vitest";
import { danglingIn, manifestOf, object, workload } from "../../helpers/dangling-in.ts";

const config = object("v1", "ConfigMap", "pier", { data: { "app.yaml": "a: 1" } });
const mounted = (source: object, subPath: string) =>
  workload("pier", {
    container: { volumeMounts: [{ name: "config", mountPath: "/etc/app.yaml", subPath }] },
    pod: { volumes: [{ name: "config", ...source }] },
  });
const renamed = { items: [{ key: "app.yaml", path: "conf/config.yaml" }] };
const token = { serviceAccountToken: { path: "token" } };

describe("a file that is mounted alone", () => {
  it.each([
    ["items", { configMap: { name: "pier", ...renamed } }],
    ["projected sources", { projected: { sources: [{ configMap: { name: "pier", ...renamed } }, token] } }],
  ])("has its name from the %s", (_what, source) => {
    for (const subPath of ["conf/config.yaml", "conf", "./conf/", "."]) {
      expect(danglingIn(manifestOf(config, mounted(source, subPath)))).toEqual([]);
    }
    expect(danglingIn(manifestOf(config, mounted(source, "app.yaml")))).toMatchObject([
      {
        severity: "error",
        reason: "NoSuchKey",
        field: "spec.template.spec.containers[0].volumeMounts[0].subPath",
        message: 'volume "config" has no file "app.yaml"',
      },
    ]);
  });

  it("is a key of the only projected source", () => {
    const projected = (name: string) => ({ projected: { sources: [{ configMap: { name } }] } });
    expect(danglingIn(manifestOf(config, mounted(projected("pier"), "app.yaml")))).toEqual([]);
    expect(danglingIn(manifestOf(config, mounted(projected("pier"), "app.yml")))).toMatchObject([
      { reason: "NoSuchKey", message: 'ConfigMap "pier" has no key "app.yml"' },
    ]);
    expect(danglingIn(manifestOf(config, mounted(projected("other"), "app.yml")))).toEqual([]);
  });

  it("is not judged with other sources, or when the source is optional", () => {
    const optional = { configMap: { name: "pier", optional: true, ...renamed } };
    expect(danglingIn(manifestOf(config, mounted(optional, "app.yaml")))).toEqual([]);
    const sources = [{ configMap: { name: "pier" } }, { secret: { name: "pier" } }];
    expect(danglingIn(manifestOf(config, mounted({ projected: { sources } }, "other.yaml")))).toEqual([]);
    expect(danglingIn(manifestOf(mounted({ emptyDir: {} }, "data")))).toEqual([]);
  });
});

describe("the container of a resource field", () => {
  const cpu = (containerName?: string) => ({ resourceFieldRef: { containerName, resource: "limits.cpu" } });
  const variable = (name?: string) =>
    workload("pier", { container: { env: [{ name: "CPUS", valueFrom: cpu(name) }] } });
  const file = (name: string) => mounted({ downwardAPI: { items: [{ path: "cpu", ...cpu(name) }] } }, "cpu");

  it("must be one of the Pod's", () => {
    expect(danglingIn(manifestOf(variable("app")))).toEqual([]);
    expect(danglingIn(manifestOf(variable()))).toEqual([]);
    expect(danglingIn(manifestOf(file("app")))).toEqual([]);
    expect(danglingIn(manifestOf(variable("web")))).toMatchObject([
      {
        severity: "error",
        reason: "NoSuchContainer",
        field: "spec.template.spec.containers[0].env[0].valueFrom.resourceFieldRef.containerName",
        message: 'the Pod has no container "web"',
        hint: 'it has "app"',
      },
    ]);
    expect(danglingIn(manifestOf(file("web")))).toMatchObject([{ reason: "NoSuchContainer" }]);
  });
});
