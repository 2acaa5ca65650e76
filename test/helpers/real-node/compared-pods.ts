import { BUSYBOX_IMAGE } from "./write-image.ts";

/** A Pod that runs on a simulated and on a real node, and the state in which both are compared. */
export interface ComparedPod {
  name: string;
  /** The Pod's spec without its place. */
  spec: object;
  metadata?: object;
  /** The Pod names its node itself, so that the scheduler does not decide. */
  isPlaced?: true;
  /** What has to be seen before the states are compared: a phase, the reason of a container's state, or an event. */
  until: { phase?: string; pausing?: true; ready?: boolean; waiting?: string; event?: string; restarts?: number };
}

const container = (fields: object, name = "app") => ({ name, image: BUSYBOX_IMAGE, ...fields });
const sh = (script: string) => ["sh", "-c", script];
const runs = { command: ["sleep", "1000"] };
const succeeds = { command: ["true"] };
const fails = { command: ["false"] };
const once = { restartPolicy: "Never" };
const exec = (command: string[]) => ({ exec: { command }, periodSeconds: 1, failureThreshold: 1 });
const mounts = (volume: object) => ({
  containers: [container({ ...runs, volumeMounts: [{ name: "data", mountPath: "/data" }] })],
  volumes: [{ name: "data", ...volume }],
});
const env = (valueFrom: object) => ({ containers: [container({ ...runs, env: [{ name: "VALUE", valueFrom }] })] });

/** Every state and failure of a Pod that the simulation knows and that a real node can have, too. */
export const comparedPods: ComparedPod[] = [
  { name: "runs", spec: { containers: [container(runs)] }, until: { ready: true } },
  { name: "completes", spec: { ...once, containers: [container(succeeds)] }, until: { phase: "Succeeded" } },
  { name: "fails", spec: { ...once, containers: [container(fails)] }, until: { phase: "Failed" } },
  {
    name: "exits-with-3",
    spec: { ...once, containers: [container({ command: sh("exit 3") })] },
    until: { phase: "Failed" },
  },
  {
    name: "completes-on-failure",
    spec: { restartPolicy: "OnFailure", containers: [container(succeeds)] },
    until: { phase: "Succeeded" },
  },
  { name: "crash-loop", spec: { containers: [container(fails)] }, until: { event: "BackOff", restarts: 1 } },
  {
    name: "fails-on-failure",
    spec: { restartPolicy: "OnFailure", containers: [container(fails)] },
    until: { event: "BackOff", restarts: 1 },
  },
  {
    name: "ends-again-and-again",
    spec: { containers: [container(succeeds)] },
    until: { event: "BackOff", restarts: 1 },
  },
  {
    name: "one-of-two-fails",
    spec: { ...once, containers: [container(succeeds), container(fails, "other")] },
    until: { phase: "Failed" },
  },
  {
    name: "one-of-two-completes",
    spec: { ...once, containers: [container(runs), container(succeeds, "other")] },
    until: { phase: "Running", event: "Started" },
  },
  {
    name: "init-succeeds",
    spec: { initContainers: [container(succeeds, "init")], containers: [container(runs)] },
    until: { ready: true },
  },
  {
    name: "init-fails-once",
    spec: { ...once, initContainers: [container(fails, "init")], containers: [container(runs)] },
    until: { phase: "Failed" },
  },
  {
    name: "init-crash-loop",
    spec: { initContainers: [container(fails, "init")], containers: [container(runs)] },
    until: { event: "BackOff", restarts: 1 },
  },
  {
    name: "init-of-two-fails",
    spec: {
      ...once,
      initContainers: [container(succeeds, "first"), container(fails, "second")],
      containers: [container(runs)],
    },
    until: { phase: "Failed" },
  },
  {
    name: "sidecar",
    spec: {
      initContainers: [container({ ...runs, restartPolicy: "Always" }, "sidecar")],
      containers: [container(runs)],
    },
    until: { ready: true },
  },
  {
    name: "sidecar-of-a-task",
    spec: {
      ...once,
      terminationGracePeriodSeconds: 1,
      initContainers: [container({ ...runs, restartPolicy: "Always" }, "sidecar")],
      containers: [container(succeeds)],
    },
    until: { phase: "Succeeded" },
  },
  {
    name: "absent-image",
    spec: { containers: [container({ ...runs, image: "registry.invalid/none:1" })] },
    until: { waiting: "ImagePullBackOff" },
  },
  {
    name: "image-never-pulled",
    spec: { containers: [container({ ...runs, image: "registry.invalid/never:1", imagePullPolicy: "Never" })] },
    until: { waiting: "ErrImageNeverPull" },
  },
  {
    name: "invalid-image",
    spec: { containers: [container({ ...runs, image: "registry.invalid/Upper Case:1" })] },
    until: { waiting: "InvalidImageName" },
  },
  {
    name: "absent-config-map",
    spec: env({ configMapKeyRef: { name: "absent", key: "color" } }),
    until: { waiting: "CreateContainerConfigError" },
  },
  {
    name: "absent-key",
    spec: env({ secretKeyRef: { name: "present", key: "absent" } }),
    until: { waiting: "CreateContainerConfigError" },
  },
  {
    name: "optional-key",
    spec: env({ secretKeyRef: { name: "absent", key: "absent", optional: true } }),
    until: { ready: true },
  },
  {
    name: "absent-env-from",
    spec: { containers: [container({ ...runs, envFrom: [{ secretRef: { name: "absent" } }] })] },
    until: { waiting: "CreateContainerConfigError" },
  },
  {
    name: "absent-secret-volume",
    spec: mounts({ secret: { secretName: "absent" } }),
    until: { event: "FailedMount", waiting: "ContainerCreating" },
  },
  {
    name: "absent-config-volume",
    spec: mounts({ configMap: { name: "absent" } }),
    until: { event: "FailedMount", waiting: "ContainerCreating" },
  },
  {
    name: "absent-volume-item",
    spec: mounts({ secret: { secretName: "present", items: [{ key: "absent", path: "file" }] } }),
    until: { event: "FailedMount", waiting: "ContainerCreating" },
  },
  {
    name: "absent-projected-source",
    spec: mounts({ projected: { sources: [{ configMap: { name: "absent" } }] } }),
    until: { event: "FailedMount", waiting: "ContainerCreating" },
  },
  {
    name: "absent-trust-bundle",
    spec: mounts({ projected: { sources: [{ clusterTrustBundle: { name: "absent", path: "ca.pem" } }] } }),
    until: { event: "FailedMount", waiting: "ContainerCreating" },
  },
  {
    name: "absent-csi-driver",
    spec: mounts({ csi: { driver: "absent.csi.example.com" } }),
    until: { event: "FailedMount", waiting: "ContainerCreating" },
  },
  {
    name: "root-not-allowed",
    spec: { containers: [container({ ...runs, securityContext: { runAsNonRoot: true, runAsUser: 0 } })] },
    until: { waiting: "CreateContainerConfigError" },
  },
  {
    name: "unknown-sub-path-variable",
    spec: {
      containers: [
        container({ ...runs, volumeMounts: [{ name: "data", mountPath: "/data", subPathExpr: "$(ABSENT)" }] }),
      ],
      volumes: [{ name: "data", emptyDir: {} }],
    },
    until: { waiting: "CreateContainerConfigError" },
  },
  {
    name: "unsafe-sysctl",
    spec: {
      securityContext: { sysctls: [{ name: "kernel.msgmax", value: "65536" }] },
      containers: [container(runs)],
    },
    until: { phase: "Failed" },
  },
  {
    name: "other-system",
    spec: { os: { name: "windows" }, containers: [container(runs)] },
    until: { phase: "Failed" },
  },
  {
    name: "too-large",
    spec: { containers: [container({ ...runs, resources: { requests: { cpu: "4000" } } })] },
    isPlaced: true,
    until: { phase: "Failed" },
  },
  {
    name: "other-node",
    spec: { nodeSelector: { absent: "label" }, containers: [container(runs)] },
    isPlaced: true,
    until: { phase: "Failed" },
  },
  {
    name: "not-ready",
    spec: { containers: [container({ ...runs, readinessProbe: exec(["false"]) })] },
    until: { phase: "Running", event: "Unhealthy" },
  },
  {
    name: "probe-of-an-absent-port",
    spec: {
      containers: [container({ ...runs, readinessProbe: { httpGet: { port: "absent" }, periodSeconds: 1 } })],
    },
    until: { phase: "Running", event: "Unhealthy" },
  },
  {
    name: "not-alive",
    spec: { terminationGracePeriodSeconds: 0, containers: [container({ ...runs, livenessProbe: exec(["false"]) })] },
    until: { event: "BackOff", restarts: 1, pausing: true },
  },
  {
    name: "never-started",
    spec: { terminationGracePeriodSeconds: 0, containers: [container({ ...runs, startupProbe: exec(["false"]) })] },
    until: { event: "BackOff", restarts: 1, pausing: true },
  },
  {
    name: "deadline",
    spec: { ...once, activeDeadlineSeconds: 1, terminationGracePeriodSeconds: 0, containers: [container(runs)] },
    until: { phase: "Failed" },
  },
  {
    name: "post-start-fails",
    spec: {
      ...once,
      terminationGracePeriodSeconds: 0,
      containers: [container({ ...runs, lifecycle: { postStart: { exec: { command: ["false"] } } } })],
    },
    until: { phase: "Failed" },
  },
  {
    name: "readiness-gate",
    spec: { readinessGates: [{ conditionType: "example.com/open" }], containers: [container(runs)] },
    until: { phase: "Running", event: "Started" },
  },
  {
    name: "init-waits-for-a-secret",
    spec: {
      initContainers: [container({ ...succeeds, envFrom: [{ secretRef: { name: "absent" } }] }, "init")],
      containers: [container(runs)],
    },
    until: { waiting: "CreateContainerConfigError" },
  },
];
