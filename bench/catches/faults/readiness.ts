import type { FaultSet } from "../fault.ts";
import type { TemplateObject } from "../template/template-object.ts";
import { add, addTemplate, container, edit, pod, set, workloads } from "./edits.ts";

/** What the API server accepts and what then never becomes ready. */
export const readiness: FaultSet = {
  group: "readiness",
  faults: [
    {
      id: "root-as-non-root",
      title: "a container must not run as root, and runs as uid 0",
      answer: "error",
      apply: set(workloads, `${pod}.securityContext`, "{ runAsNonRoot: true, runAsUser: 0 }", { field: null }),
    },
    {
      id: "sysctl",
      title: "a Pod sets a sysctl that kubelets forbid",
      answer: "error",
      apply: set(
        workloads,
        `${pod}.securityContext`,
        '{ sysctls: [{ name: kernel.shm_rmid_forced, value: "1" }, { name: net.core.somaxconn, value: "4096" }] }',
        {
          field: null,
        },
      ),
    },
    {
      id: "image-name",
      title: "the name of an image has capital letters",
      answer: "error",
      apply: set(workloads, `${container}.image`, "example/Web:1.0", { field: null }),
    },
    {
      id: "init-fails",
      title: "an init container ends with 1",
      answer: "error",
      apply: add(workloads, `${pod}.initContainers.0`, 'command: [sh, -c, "exit 1"]', null),
    },
    {
      id: "container-ends",
      title: "the command of a Deployment's container ends at once",
      answer: "error",
      apply: edit(workloads, `${container}.args`, (object) => run(object, "[sleep, 0s]"), { field: null }),
    },
    {
      id: "probe-fails",
      title: "a readiness probe runs a command that always fails",
      answer: "error",
      apply: edit(
        workloads,
        `${container}.readinessProbe`,
        (object) => object.set(`${container}.readinessProbe`, '{ exec: { command: ["false"] } }'),
        { field: null },
      ),
    },
    {
      id: "hook-fails",
      title: "a hook Job ends with 1",
      answer: "error",
      apply: edit("Job", `${container}.args`, (object) => run(object, '[sh, -c, "exit 3"]'), { field: null }),
    },
    {
      id: "hook-before-account",
      title: "a hook before the installation runs as an account that the chart creates later",
      answer: "error",
      apply: edit(
        "Job",
        "spec.template.spec",
        (object) => object.add("spec.template.spec", "serviceAccountName: {{ .Release.Name }}"),
        {
          field: null,
        },
      ),
    },
    {
      id: "hook-before-secret",
      title: "a hook before the installation reads a Secret that the chart creates later",
      answer: "error",
      apply: edit(
        "Job",
        container,
        (object) => object.add(container, "envFrom: [{ secretRef: { name: {{ .Release.Name }}-database } }]"),
        { field: null },
      ),
    },
    {
      id: "hook-pod-never-ends",
      title: "a hook Pod has `restartPolicy: Always`, and never ends",
      answer: "error",
      apply: set("Pod", "spec.restartPolicy", "Always", { field: null }),
    },
    {
      id: "test-fails",
      title: "a test of the chart fails",
      answer: "error",
      apply: set("Pod", "spec.containers.0.command", '["false"]', { field: null }),
    },
    {
      id: "job-too-short",
      title: "a Job has less time than its command takes",
      answer: "error",
      apply: edit(
        "Job",
        "spec",
        (object) => {
          object.add("spec", "activeDeadlineSeconds: 5");
          run(object, '[sleep, "60"]');
        },
        { field: null },
      ),
    },
    {
      id: "job-suspended",
      title: "a hook Job is suspended",
      answer: "not-checked",
      apply: add("Job", "spec", "suspend: true", null),
    },
    {
      id: "unknown-resource",
      title: "a container requests a device that no node has",
      answer: "not-checked",
      apply: edit(
        workloads,
        container,
        (object) => object.set(`${container}.resources`, '{ limits: { "example.com/gpu": 1 } }'),
        { field: null },
      ),
    },
    {
      id: "too-much-memory",
      title: "a container requests more memory than any node has",
      answer: "not-checked",
      apply: edit(
        workloads,
        container,
        (object) => object.set(`${container}.resources`, "{ requests: { memory: 64Ti } }"),
        { field: null },
      ),
    },
    {
      id: "node-selector",
      title: "a Pod selects nodes by a label that is misspelt",
      answer: "not-checked",
      apply: edit(workloads, pod, (object) => object.set(`${pod}.nodeSelector`, "{ kubernetes.io/oss: linux }"), {
        field: null,
      }),
    },
    {
      id: "readiness-gate",
      title: "a Pod has a readiness gate that nothing opens",
      answer: "not-checked",
      apply: add(workloads, pod, "readinessGates: [{ conditionType: example.com/registered }]", null),
    },
    {
      id: "host-port-twice",
      title: "more Pods need a host port than there are nodes",
      answer: "not-checked",
      apply: edit(
        workloads,
        `${container}.ports.0`,
        (object) => {
          object.add(`${container}.ports.0`, "hostPort: 8080");
          object.set("spec.replicas", "9");
        },
        { field: null },
      ),
    },
    {
      id: "sub-path-variable",
      title: "a `subPathExpr` has an unknown variable",
      answer: "error",
      apply: add(workloads, `${container}.volumeMounts.0`, "subPathExpr: $(POD)", null),
    },
    {
      id: "claim-without-volume",
      title: "a claim names a volume that does not exist",
      answer: "not-checked",
      apply: addTemplate(
        `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: "{{ .Release.Name }}-archive" }
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: ""
  volumeName: archive
  resources: { requests: { storage: 1Gi } }
`,
        { kind: "PersistentVolumeClaim" },
      ),
    },
  ],
};

/** Replaces what the first container runs. */
function run(object: TemplateObject, command: string): void {
  object.remove(`${container}.args`);
  object.add(container, `command: ${command}`);
}
