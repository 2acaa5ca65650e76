import { inspect } from "node:util";
import { currentControlPlane, dryRunChart, installChart, templateChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";

const PLAIN = "hunter22-is-my-password";
const BASE64 = Buffer.from(PLAIN).toString("base64");
const NUMBER = 8765432109;

const secret = (fields: string, more = "") => `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\n${fields}\n${more}`;
// A Service with an invalid port, next to a valid Secret.
const refused = "apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 99999 }] }\n";

/** All that a test runner, a log or a report could show of an error, its causes included. */
function everythingIn(error: unknown): string {
  const shown: string[] = [];
  for (let current = error; current instanceof Error; current = current.cause) {
    const own = Object.fromEntries(
      Object.getOwnPropertyNames(current).map((name) => [name, Reflect.get(current as Error, name)]),
    );
    shown.push(inspect(own, { depth: Number.POSITIVE_INFINITY, maxStringLength: null }), JSON.stringify(current));
  }
  return shown.join("\n");
}

function thrownBy(assertion: () => void): unknown {
  try {
    assertion();
  } catch (error) {
    return error;
  }
  throw new Error("the assertion was expected to fail");
}

function expectNoSecret(text: string): void {
  for (const data of [PLAIN, BASE64, String(NUMBER)]) expect(text).not.toContain(data);
}

const charts = [
  ["data that is not base64", { "templates/s.yaml": secret(`data: { password: ${PLAIN} }`) }],
  [
    "a number instead of a string",
    { "templates/s.yaml": secret(`stringData: { password: ${PLAIN}, pin: ${NUMBER} }`) },
  ],
  ["a number in the data", { "templates/s.yaml": secret(`data: { password: ${BASE64}, pin: ${NUMBER} }`) }],
  ["an invalid key", { "templates/s.yaml": secret(`stringData: { "a b": ${PLAIN} }`) }],
  [
    "a type that demands other keys",
    { "templates/s.yaml": secret(`stringData: { a: ${PLAIN} }`, "type: kubernetes.io/tls") },
  ],
  [
    "a valid Secret next to an invalid Service",
    { "templates/s.yaml": secret(`stringData: { a: ${PLAIN} }`), "templates/w.yaml": refused },
  ],
] as const;

describe("a chart that is refused", () => {
  it.each(charts)("for %s shows no data of a Secret in findings, messages and errors", async (_name, files) => {
    const chart = await writeChart({ ...files }, "secretive");
    const result = await dryRunChart(chart);
    expect(result.accepted).toBe(false);
    expectNoSecret(JSON.stringify([result.findings, result.warnings]));
    expectNoSecret(everythingIn(thrownBy(() => expect(result).toBeAccepted())));
    expectNoSecret(everythingIn(thrownBy(() => expect(result).not.toBeRejected())));
    const failure = await rejectionOf(installChart(chart));
    expect(failure).toMatchObject({ code: "SEATRIAL_REJECTED" });
    expectNoSecret(everythingIn(failure));
  });

  it("shows no data in an upgrade either, nor the data of the previous revision", async () => {
    const good = await writeChart({ "templates/s.yaml": secret(`stringData: { a: ${PLAIN} }`) }, "secretive");
    await using release = await installChart(good);
    for (const [, files] of charts) {
      const failure = await rejectionOf(release.upgrade(await writeChart({ ...files }, "secretive")));
      expect(failure).toMatchObject({ code: "SEATRIAL_REJECTED" });
      expectNoSecret(everythingIn(failure));
    }
  });

  it("still says what is wrong", async () => {
    const result = await dryRunChart(await writeChart({ "templates/s.yaml": secret(`data: { "a b": ${BASE64} }`) }));
    expect(result).toBeRejected({
      kind: "Secret",
      reason: "Invalid",
      field: "data[a b]",
      message: "Invalid value: ***: a valid config key must",
    });
  });
});

describe("kube", () => {
  it("shows no data of a Secret that the API server refuses", async () => {
    const { kube } = currentControlPlane();
    const object = { apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace: "default" } };
    const bad = { ...object, stringData: { "a b": PLAIN, pin: NUMBER } };
    for (const call of [
      () => kube.create(bad),
      () => kube.apply(bad),
      () => kube.create({ ...object, data: { a: PLAIN } }),
    ]) {
      expectNoSecret(everythingIn(await rejectionOf(call())));
    }
    const ref = { ...object, namespace: "default", name: "bad name" };
    const named = await rejectionOf(
      kube.create({ ...object, metadata: { name: "bad name", namespace: "default" }, data: {} }),
    );
    expect(named.message).toContain('metadata.name: Invalid value: "bad name"');
    expectNoSecret(everythingIn(await rejectionOf(kube.patch(ref, { stringData: { a: PLAIN } }))));
  });
});

describe("a snapshot of what seatrial returns", () => {
  const files = {
    "templates/s.yaml": secret(`stringData: { a: ${PLAIN} }`),
    "templates/c.yaml": configMap("c", { copy: PLAIN }),
    "templates/NOTES.txt": `log in with ${PLAIN}`,
  };
  // What vitest would write into the file: its own serializers and ours.
  const written = (value: unknown) => {
    let text = "";
    expect.addSnapshotSerializer({
      test: (candidate) => candidate === value,
      serialize: (candidate, config, indentation, depth, refs, printer) => {
        const plugins = config.plugins.slice(1);
        text = printer(candidate, { ...config, plugins }, indentation, depth, refs);
        return "written";
      },
    });
    expect(value).toMatchInlineSnapshot("written");
    return text;
  };

  it("has no data of a Secret", async () => {
    const chart = await writeChart(files, "secretive");
    const rendered = await templateChart(chart);
    expect(rendered.manifest).toContain(PLAIN);
    const dryRun = await dryRunChart(chart);
    await using release = await installChart(chart);
    const stored = await release.get("Secret", "s");
    expect(stored.data?.a).toBe(BASE64);
    for (const value of [rendered, rendered.manifest, dryRun.objects, release.info, stored, await release.history()]) {
      const text = written(value);
      expect(text).toContain("***");
      expectNoSecret(text.replaceAll(`copy: ${PLAIN}`, "").replaceAll(`"copy": "${PLAIN}"`, ""));
    }
  });
});
