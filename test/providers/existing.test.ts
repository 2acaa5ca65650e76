import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { type ControlPlane, dryRunChart, installChart, installCrds, type SeatrialError } from "seatrial";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startControlPlane } from "../../src/boot/start-control-plane.ts";
import { makeTempDir, type TempDir } from "../../src/process/temp-dir.ts";
import { configMap, definition, writeChart } from "../helpers/charts/write-chart.ts";
import { checkInTrap } from "../helpers/providers/check-in-trap.ts";
import { describeContract } from "../helpers/providers/contract.ts";
import { rejectionOf } from "../helpers/rejection-of.ts";
import { runCli } from "../helpers/run-cli.ts";
import { storeSnapshot } from "../helpers/store-snapshot.ts";

interface Kubeconfig {
  clusters: { name: string; cluster: Record<string, unknown> }[];
  users: { name: string; user: Record<string, unknown> }[];
  contexts: { name: string; context: Record<string, unknown> }[];
  "current-context": string;
}

describe("the provider existing", () => {
  let host: ControlPlane;
  let dir: TempDir;
  let config: Kubeconfig;
  let context: string;
  let silent: Server;
  const write = async (name: string, changed: Kubeconfig) => {
    const path = join(dir.path, name);
    await writeFile(path, dump(changed), { mode: 0o600 });
    return path;
  };
  const attach = (more: object = {}) =>
    startControlPlane({ provider: { name: "existing", kubeconfig: host.kubeconfigPath, context, ...more } });
  const failureOf = (provider: object) =>
    rejectionOf<SeatrialError>(startControlPlane({ provider: { name: "existing", context, ...provider } as never }));

  beforeAll(async () => {
    dir = await makeTempDir("seatrial-existing-");
    host = await startControlPlane();
    config = load(await host.kubeconfig()) as Kubeconfig;
    context = config["current-context"];
    silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
  });
  afterAll(async () => {
    silent.close();
    await host.stop();
    await dir.remove();
  });

  describe("with permission to install", () => {
    let plane: ControlPlane;
    beforeAll(async () => {
      plane = await attach({ allowInstall: true, allowClusterScoped: true });
    });
    afterAll(() => plane.stop());
    describeContract(() => plane);

    it("says which cluster it is and what it can do", () => {
      expect(plane.data.cluster).toBe(`${context} at ${host.data.server}`);
      expect(plane.capabilities).toEqual({
        pods: "simulated",
        controllers: true,
        simulates: false,
        answersWebhooks: false,
        owned: false,
        installs: true,
        clusterScoped: true,
        deletesNamespacesAtOnce: false,
      });
    });
  });

  it("leaves the cluster as it was when it stops", async () => {
    const before = await storeSnapshot(host);
    const plane = await attach({ allowInstall: true });
    await (await installChart(await writeChart({ "templates/a.yaml": configMap("a") }), { controlPlane: plane }))[
      Symbol.asyncDispose
    ]();
    await plane.stop();
    expect(await storeSnapshot(host)).toEqual(before);
  });

  it("only runs dry runs unless installations are allowed, and stores nothing", async () => {
    await using plane = await attach();
    const chart = await writeChart({ "templates/a.yaml": configMap("a") });
    const before = await storeSnapshot(host);
    expect((await dryRunChart(chart, { controlPlane: plane })).accepted).toBe(true);
    const error = await rejectionOf<SeatrialError>(installChart(chart, { controlPlane: plane }));
    expect(error.message).toBe(
      "installChart: the provider existing may only run dry runs\n" +
        "Hint: allow installations with `allowInstall: true`, or `--allow-install` on the command line",
    );
    expect(error.code).toBe("SEATRIAL_UNSUPPORTED");
    expect(await storeSnapshot(host)).toEqual(before);
  });

  it("refuses objects outside of namespaces unless they are allowed, in charts, upgrades and definitions", async () => {
    await using plane = await attach({ allowInstall: true });
    const role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: outside }\n";
    const sound = await writeChart({ "templates/a.yaml": configMap("a") });
    const bad = await writeChart({ "templates/a.yaml": role });
    const crds = await writeChart({ "crds/a.yaml": definition("Pinnace") });
    await using release = await installChart(sound, { controlPlane: plane });
    const before = await storeSnapshot(host);
    const tries = {
      "ClusterRole outside": [() => installChart(bad, { controlPlane: plane }), () => release.upgrade(bad)],
      "CustomResourceDefinition pinnaces.example.com": [
        () => installChart(crds, { controlPlane: plane }),
        () => installCrds(join(crds, "crds"), { controlPlane: plane }),
      ],
    };
    for (const [object, attempts] of Object.entries(tries)) {
      for (const attempt of attempts) {
        const error = await rejectionOf<SeatrialError>(attempt());
        expect(error.code).toBe("SEATRIAL_UNSUPPORTED");
        expect(error.message).toContain(
          `the provider existing may not create objects outside of namespaces\n  ${object}`,
        );
      }
    }
    expect(await storeSnapshot(host)).toEqual(before);
  });

  it("is reached without any ambient configuration, and named in the report", async () => {
    const cluster = ["--provider", "existing", "--kubeconfig", host.kubeconfigPath, "--context", context];
    const { exitCode, report } = await checkInTrap([...cluster, "--allow-install", "--allow-cluster-scoped"]);
    expect(exitCode).toBe(0);
    expect(report.controlPlane).toMatchObject({ provider: "existing", cluster: `${context} at ${host.data.server}` });
    const dryRun = await checkInTrap(cluster);
    expect(dryRun.exitCode).toBe(0);
    const reasons = dryRun.report.trials.flatMap(({ steps }) => steps.map(({ reason }) => reason));
    expect(reasons.filter((reason) => reason === "the provider existing may only run dry runs")).toHaveLength(6);
    expect(dryRun.report.notTested).toContain(
      "installation, tests and uninstallation (not run; the provider existing may only run dry runs)",
    );
  });

  it("is identified by seatrial doctor", async () => {
    const { exitCode, stdout } = await runCli(["doctor", "--kubeconfig", host.kubeconfigPath, "--context", context]);
    const system = await host.kube.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" });
    expect(exitCode).toBe(0);
    expect(stdout.trim().split("\n")).toEqual([
      `cluster     ${context} at ${host.data.server}`,
      `cluster uid ${system?.metadata.uid}`,
      `kubernetes  ${host.versions.kubernetes}`,
      "local       yes",
    ]);
  });

  it("asks which cluster is meant unless it proves to be local", async () => {
    const { kube } = host;
    const node = { apiVersion: "v1", kind: "Node", name: "foreign" };
    const metadata = { name: "foreign", annotations: { "seatrial.dev/simulated": "false" } };
    await kube.create({ apiVersion: "v1", kind: "Node", metadata, spec: { providerID: "gce://project/zone/foreign" } });
    try {
      const error = await failureOf({ kubeconfig: host.kubeconfigPath });
      expect(error.code).toBe("SEATRIAL_PROVIDER");
      expect(error.message).toMatch(/is not known to be local: its node foreign is not one of kind, k3s, minikube/);
      expect(error.hint).toContain("seatrial doctor --kubeconfig");
      const system = await kube.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" });
      await using _plane = await attach({ clusterUid: system?.metadata.uid });
      const wrong = await failureOf({ kubeconfig: host.kubeconfigPath, clusterUid: "another" });
      expect(wrong.message).toContain(`its UID is ${system?.metadata.uid}, and clusterUid is another`);
    } finally {
      await kube.delete(node);
    }
  });

  it("reports a kubeconfig or a context that does not exist", async () => {
    const missing = join(dir.path, "missing");
    const noFile = await failureOf({ kubeconfig: missing });
    expect(noFile.code).toBe("SEATRIAL_PROVIDER");
    expect(noFile.message).toMatch(new RegExp(`^The kubeconfig ${missing} cannot be read: ENOENT`));
    const noContext = await failureOf({ kubeconfig: host.kubeconfigPath, context: `${context}x` });
    expect(noContext.message).toBe(
      `The kubeconfig ${host.kubeconfigPath} has no context "${context}x"; it has ${context}\nHint: did you mean "${context}"?`,
    );
  });

  it("reports a server that does not answer, or that nobody can reach", async () => {
    const port = (silent.address() as { port: number }).port;
    for (const server of ["https://127.0.0.1:1", `https://127.0.0.1:${port}`]) {
      const [named] = config.clusters;
      const clusters = [{ name: named?.name ?? "", cluster: { ...named?.cluster, server } }];
      const error = await failureOf({ kubeconfig: await write("unreachable", { ...config, clusters }) });
      expect(error.code).toBe("SEATRIAL_PROVIDER");
      expect(error.message).toContain(`The cluster of the context "${context}" at ${server} cannot be used: `);
    }
  });

  it("reports credentials that have expired or are not accepted", async () => {
    const [named] = config.users;
    const withUser = (user: Record<string, unknown>) => ({ ...config, users: [{ name: named?.name ?? "", user }] });
    const refused = await failureOf({ kubeconfig: await write("token", withUser({ token: "nobody" })) });
    expect(refused.message).toContain("does not accept the credentials");
    const expired = await readFile(new URL("../helpers/providers/expired.crt", import.meta.url));
    const user = { ...named?.user, "client-certificate-data": expired.toString("base64") };
    const late = await failureOf({ kubeconfig: await write("expired", withUser(user)) });
    expect(late.message).toMatch(/^The client certificate of the context "[^"]+" expired at 2020-01-02T/);
  });

  it("checks the options before anything starts", async () => {
    for (const [provider, message] of [
      [{ name: "existing" }, 'option "kubeconfig" is missing'],
      [{ name: "existing", kubeconfig: "a" }, 'option "context" is missing'],
      [{ name: "existing", kubeconfig: "a", context: "b", allowClusterScoped: true }, 'requires "allowInstall"'],
      [{ name: "existing", kubeConfig: "a", context: "b" }, 'unknown option "kubeConfig"'],
      ["exsting", 'there is no provider "exsting"'],
    ] as const) {
      const error = await rejectionOf<SeatrialError>(startControlPlane({ provider: provider as never }));
      expect(error.code).toBe("SEATRIAL_USAGE");
      expect(error.message).toContain(message);
    }
  });
});
