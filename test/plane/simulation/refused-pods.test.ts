import { type ClusterError, findingsOf, installChart } from "seatrial";
import { describe, expect, it } from "vitest";
import { install } from "../../../src/release/install-chart.ts";
import { writeChart } from "../../helpers/charts/write-chart.ts";
import { rejectionOf } from "../../helpers/rejection-of.ts";
import { podSpec, selecting, template } from "../../helpers/workloads.ts";

const container = (more: object = {}) => ({ name: "app", image: "registry.example.com/app:1.0", ...more });
const withContainer = (more: object) => podSpec({ containers: [container(more)] });
const mounting = (source: object, mount: object = {}) =>
  podSpec({
    containers: [container({ volumeMounts: [{ name: "data", mountPath: "/data", ...mount }] })],
    volumes: [{ name: "data", ...source }],
  });

// A wait that lasts longer than the test's own timeout would fail it: each of these ends at once.
const refused: { title: string; pod: object; reason: string; message: string }[] = [
  {
    title: "an init container that must not be root and has uid 0",
    pod: podSpec({
      securityContext: { runAsNonRoot: true, runAsUser: 10001 },
      initContainers: [{ name: "chown", image: "example.com/tools:1", securityContext: { runAsUser: 0 } }],
    }),
    reason: "CreateContainerConfigError",
    message:
      "container chown: CreateContainerConfigError: container's runAsUser breaks non-root policy (container: chown)",
  },
  {
    title: "a readiness probe with a port that the container does not have",
    pod: withContainer({
      ports: [{ name: "web", containerPort: 8080 }],
      livenessProbe: { httpGet: { path: "/", port: "http" } },
      readinessProbe: { httpGet: { path: "/", port: "http" } },
    }),
    reason: "NotReady",
    message: 'Readiness probe errored and resulted in unknown state: port "http" not found',
  },
  {
    title: "a startup probe whose command fails",
    pod: withContainer({ startupProbe: { exec: { command: ["/bin/false"] } } }),
    reason: "NotReady",
    message: 'Startup probe failed: simulated: "/bin/false" exits with 1',
  },
  {
    title: "an unsafe sysctl",
    pod: podSpec({ securityContext: { sysctls: [{ name: "kernel.msgmax", value: "65536" }] } }),
    reason: "SysctlForbidden",
    message: 'Pod was rejected: forbidden sysctl: "kernel.msgmax" not allowlisted',
  },
  {
    title: "replicas with one host port on one node",
    pod: podSpec({ nodeName: "node-1", containers: [container({ ports: [{ containerPort: 80, hostPort: 29080 }] })] }),
    reason: "NodePorts",
    message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
  },
  {
    title: "a Pod for another operating system",
    pod: podSpec({ os: { name: "windows" } }),
    reason: "PodOSNotSupported",
    message: "Failed to admit pod as the OS field doesn't match node OS",
  },
  {
    title: "a subPathExpr with an unknown variable",
    pod: mounting({ emptyDir: {} }, { subPathExpr: "$(NOPE)/logs" }),
    reason: "CreateContainerConfigError",
    message: "missing value for NOPE",
  },
  {
    title: "a command that fails",
    pod: withContainer({ command: ["sh", "-c", "echo starting; exit 3"] }),
    reason: "CrashLoopBackOff",
    message: "exited with 3",
  },
  {
    title: "a postStart hook that fails",
    pod: withContainer({ lifecycle: { postStart: { exec: { command: ["false"] } } } }),
    reason: "CrashLoopBackOff",
    message: "exited with 137",
  },
];

const certificate = { podCertificate: { signerName: "example.com/spiffe", keyType: "ED25519", keyPath: "key.pem" } };

describe("a Pod that a kubelet does not run", () => {
  it.each(refused)("is reported at once: $title", async ({ pod, reason, message }) => {
    const chart = await writeChart({
      "templates/web.yaml": template("Deployment", "web", selecting("web", pod, { replicas: 2 })),
    });
    const error = await rejectionOf<ClusterError>(installChart(chart, { wait: true, timeout: "5m" }));
    expect(error).toMatchObject({ code: "SEATRIAL_NOT_READY", reason });
    expect(findingsOf(error)).toMatchObject([
      { severity: "error", object: { kind: "Deployment", name: "web" }, message: expect.stringContaining(message) },
    ]);
  });

  it("is reported in the kubelet's words when an object is missing", async () => {
    const chart = await writeChart({
      "templates/web.yaml": template(
        "Deployment",
        "web",
        selecting("web", mounting({ csi: { driver: "csi.example.com" } })),
      ),
    });
    const error = await rejectionOf<ClusterError>(installChart(chart, { wait: true, timeout: "8s" }));
    expect(error.message).toContain("driver name csi.example.com not found in the list of registered CSI drivers");
  });

  it("could not be checked when nothing signs its certificate", async () => {
    const pod = mounting({ projected: { sources: [certificate] } });
    const chart = await writeChart({ "templates/web.yaml": template("Deployment", "web", selecting("web", pod)) });
    const options = { wait: true, timeout: "5m" } as const;
    const error = await rejectionOf<ClusterError>(install(chart, options, { isAlone: true }));
    expect(error).toMatchObject({ code: "SEATRIAL_NOT_CHECKED", reason: "FailedMount" });
    expect(error.message).toContain("credential bundle is not issued yet");
    expect(error.hint).toContain("no signer example.com/spiffe runs here");
  });
});
