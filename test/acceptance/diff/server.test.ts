import { describe, expect, it } from "vitest";
import { configMap, writeChart } from "../../helpers/charts/write-chart.ts";
import { repositoryPath } from "../../helpers/repository/repository-path.ts";
import { runCli } from "../../helpers/run-cli.ts";

const deployment = (spec: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  selector: { matchLabels: { app: web } }\n  template:\n    metadata: { labels: { app: web } }\n    spec:\n${spec}      containers: [{ name: app, image: "app:1" }]\n`;
const job = (image: string) =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: { name: once }\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{ name: app, image: "${image}" }]\n`;
const hook = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: hook, annotations: { helm.sh/hook: pre-upgrade } }\n`;
const secret = (word: string) => `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { word: ${word} }\n`;

describe("seatrial diff --server", () => {
  it("shows what the API server would store, refuse, delete and run, and which Pods are new", async () => {
    const old = await writeChart({
      "templates/web.yaml": deployment(""),
      "templates/job.yaml": job("app:1"),
      "templates/gone.yaml": configMap("gone", { a: "b" }),
      "templates/kept.yaml": configMap("kept", { a: "b" }, "  annotations: { helm.sh/resource-policy: keep }\n"),
      "templates/secret.yaml": secret("first-secret"),
      "templates/random.yaml": configMap("random", { a: "{{ randAlphaNum 9 }}" }),
    });
    const now = await writeChart({
      // The first is a default of the API server: stored, nothing changes in it.
      "templates/web.yaml": deployment("      restartPolicy: Always\n      hostNetwork: true\n"),
      "templates/job.yaml": job("app:2"),
      "templates/hook.yaml": hook,
      "templates/secret.yaml": secret("second-secret"),
      "templates/random.yaml": configMap("random", { a: "{{ randAlphaNum 9 }}" }),
      "templates/new.yaml": `apiVersion: v1\nkind: Service\nmetadata: { name: new }\nspec: { ports: [{ port: 80 }] }\n`,
    });
    const { exitCode, stdout } = await runCli(["diff", now, "--from", old, "--server", "--json"]);
    const [{ cases }] = JSON.parse(stdout).charts;
    expect(cases[0].error).toBeUndefined();
    expect(exitCode).toBe(1);
    const { objects, refused, hooks } = cases[0].stored;
    const named = (kind: string, name: string) =>
      objects.find(
        ({ object }: { object: { kind: string; name: string } }) => object.kind === kind && object.name === name,
      );
    expect(named("Deployment", "web").recreatesPods).toBe(true);
    expect(named("Deployment", "web").fields.map(({ field }: { field: string }) => field)).toEqual([
      "spec.template.spec.hostNetwork",
    ]);
    expect(named("ConfigMap", "gone").change).toBe("removed");
    expect(named("ConfigMap", "kept")).toBeUndefined();
    expect(named("ConfigMap", "random")).toBeUndefined();
    expect(named("Service", "new").change).toBe("added");
    expect(named("Secret", "s").fields).toEqual([{ field: "data.word", before: "***", after: "***" }]);
    expect(refused).toMatchObject([{ object: { kind: "Job", name: "once" }, reason: "Invalid" }]);
    expect(hooks).toEqual(["ConfigMap hook (pre-upgrade)"]);
    expect(stdout).not.toContain("second-secret");
    const text = await runCli(["diff", now, "--from", old, "--server"]);
    expect(text.stdout).toMatch(/^ {2}stored by an upgrade:\n {4}- refused Job once/m);
    expect(text.stdout).toContain("    - removed ConfigMap gone\n");
  });

  it("explains a refused upgrade with the old and the new value", async () => {
    const [old, broken] = ["old", "new"].map((which) => repositoryPath(`fixtures/upgrades/role-ref/${which}`));
    const { exitCode, stdout } = await runCli(["diff", broken ?? "", "--from", old ?? "", "--server"]);
    expect(stdout).toMatch(/- refused (Cluster)?RoleBinding .*roleRef/);
    expect(exitCode).toBe(1);
  });

  it("could not check an upgrade from a version that cannot be installed", async () => {
    const old = await writeChart({ "templates/a.yaml": configMap("A_B", { a: "b" }) });
    const now = await writeChart({ "templates/a.yaml": configMap("a", { a: "b" }) });
    const { exitCode, stdout } = await runCli(["diff", now, "--from", old, "--server"]);
    expect(stdout).toContain("could not check: The upgrade of demo was not tried");
    expect(exitCode).toBe(3);
  });
});
