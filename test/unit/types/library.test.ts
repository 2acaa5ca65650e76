import type { V1Deployment, V1Service } from "@kubernetes/client-node";
import {
  type ControlPlane,
  container,
  type DryRunResult,
  dryRunChart,
  type Finding,
  installChart,
  type KubeObject,
  type lintChart,
  type Release,
  type Stored,
  startControlPlane,
  type templateChart,
} from "seatrial";
import { describe, expectTypeOf, it } from "vitest";
import "seatrial/vitest";

// tsc checks these; at run time the release is only there to be named.
const release = { get: async () => undefined, upgrade: async () => undefined } as unknown as Release;

describe("Release.get", () => {
  it("knows the type of well-known kinds by their name", () => {
    expectTypeOf(release.get("Deployment", "web")).resolves.toEqualTypeOf<Stored<V1Deployment>>();
    type Deployment = Awaited<ReturnType<typeof getDeployment>>;
    expectTypeOf<Deployment["metadata"]["name"]>().toEqualTypeOf<string>();
    expectTypeOf<Deployment["spec"]["replicas"]>().toEqualTypeOf<number | undefined>();
    expectTypeOf<NonNullable<Deployment["status"]>["readyReplicas"]>().toEqualTypeOf<number | undefined>();
  });

  it("has dates as the text that the API server sends", () => {
    type Meta = Stored<V1Deployment>["metadata"];
    expectTypeOf<Meta["creationTimestamp"]>().toEqualTypeOf<string | undefined>();
  });

  it("has the names of fields as they are in JSON", () => {
    type Rule = NonNullable<Awaited<ReturnType<typeof getPolicy>>["spec"]["ingress"]>[number];
    expectTypeOf<Rule>().toHaveProperty("from");
    expectTypeOf<Rule>().not.toHaveProperty("_from");
  });

  it("takes a type for other kinds, and has unknown parts without one", () => {
    expectTypeOf(release.get<{ spec: { size: number } }>("Widget", "a")).resolves.toHaveProperty("spec");
    expectTypeOf<Awaited<ReturnType<typeof getWidget>>["spec"]>().toEqualTypeOf<{ size: number }>();
    expectTypeOf<Awaited<ReturnType<typeof getAny>>["spec"]>().toBeUnknown();
  });
});

const getDeployment = () => release.get("Deployment", "web");
const getPolicy = () => release.get("NetworkPolicy", "web");
const getWidget = () => release.get<{ spec: { size: number } }>("Widget", "a");
const getAny = () => release.get("Anything", "a");

describe("the helpers", () => {
  it("resolve with their results", () => {
    expectTypeOf(installChart).returns.resolves.toEqualTypeOf<Release>();
    expectTypeOf(dryRunChart).returns.resolves.toEqualTypeOf<DryRunResult>();
    expectTypeOf<Awaited<ReturnType<typeof lintChart>>["findings"]>().toEqualTypeOf<Finding[]>();
    expectTypeOf<Awaited<ReturnType<typeof templateChart>>["documents"]>().toEqualTypeOf<KubeObject[]>();
    expectTypeOf(startControlPlane).returns.resolves.toEqualTypeOf<ControlPlane>();
  });

  it("take values as a file, an object, or a list of both", () => {
    type Values = NonNullable<Parameters<typeof installChart>[1]>["values"];
    expectTypeOf<string>().toExtend<Values>();
    expectTypeOf<{ a: { b: number[] } }>().toExtend<Values>();
    expectTypeOf<(string | { a: number })[]>().toExtend<Values>();
    expectTypeOf<number>().not.toExtend<Values>();
  });

  it("know no other options", () => {
    // @ts-expect-error: it is `values`
    const misspelt = () => installChart("web", { value: {} });
    // @ts-expect-error: a dry run waits for nothing
    const waiting = () => dryRunChart("web", { wait: true });
    expectTypeOf([misspelt, waiting]).toBeArray();
  });

  it("type rendered objects by their kind", () => {
    type Result = Awaited<ReturnType<typeof templateChart>>;
    const replicas = (result: Result | DryRunResult) => result.get("Deployment", "web").spec.replicas;
    const ports = (result: Result) => result.all("Service").map(({ spec }) => spec.ports?.[0]?.port);
    const size = (result: Result) => result.get<{ spec: { size: number } }>("Widget", "a").spec.size;
    const image = (result: Result) => container(result.get("Deployment", "web"), "web").image;
    expectTypeOf(replicas).returns.toEqualTypeOf<number | undefined>();
    expectTypeOf(ports).returns.toEqualTypeOf<(number | undefined)[]>();
    expectTypeOf(size).returns.toEqualTypeOf<number>();
    expectTypeOf(image).returns.toEqualTypeOf<string | undefined>();
    // @ts-expect-error: a rendered object has no uid yet
    const uid = (result: Result): string => result.get("Deployment", "web").metadata.uid;
    expectTypeOf(uid).toBeFunction();
  });

  it("name the wrong option of an upgrade", () => {
    // @ts-expect-error: it is `values`
    const misspelt = () => release.upgrade({ valeus: {} });
    // @ts-expect-error: it is `values`
    const withChart = () => release.upgrade("web", { valeus: {} });
    expectTypeOf([misspelt, withChart]).toBeArray();
  });

  it("upgrade with options alone, or to a chart with options", () => {
    expectTypeOf(release.upgrade).toBeCallableWith({ values: { a: 1 } });
    expectTypeOf(release.upgrade).toBeCallableWith("charts/web", { reuseValues: true });
  });
});

describe("Stored", () => {
  it("keeps what is optional in a Service", () => {
    expectTypeOf<Stored<V1Service>["spec"]["clusterIP"]>().toEqualTypeOf<string | undefined>();
  });
});
