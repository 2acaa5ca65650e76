import type { FaultSet } from "../fault.ts";
import { add, append, container, edit, pod, remove, rename, set, workloads } from "./edits.ts";

const mounts = `${container}.volumeMounts`;

/** What the API server refuses in Pods and in the workloads around them. */
export const refusedPods: FaultSet = {
  group: "server refuses",
  faults: [
    {
      id: "unknown-field",
      title: "`replicas` of a workload is misspelt",
      answer: "error",
      apply: rename(workloads, "spec.replicas", "replica"),
    },
    {
      id: "text-for-number",
      title: "`replicas` is a text",
      answer: "error",
      apply: set(workloads, "spec.replicas", "two"),
    },
    {
      id: "negative-replicas",
      title: "`replicas` is negative",
      answer: "error",
      apply: set(workloads, "spec.replicas", "-1"),
    },
    {
      id: "no-image",
      title: "a container has no image",
      answer: "error",
      apply: remove(workloads, `${container}.image`),
    },
    {
      id: "pull-policy",
      title: "`imagePullPolicy` of a container has an unknown value",
      answer: "error",
      apply: set(workloads, `${container}.imagePullPolicy`, "IfMissing"),
    },
    {
      id: "quantity",
      title: "a memory limit is not a quantity",
      answer: "error",
      apply: edit(
        workloads,
        container,
        (object) => object.set(`${container}.resources`, "{ limits: { memory: 128 MB } }"),
        {
          field: `${container}.resources.limits.memory`,
        },
      ),
    },
    {
      id: "requests-over-limits",
      title: "a container requests more memory than its limit",
      answer: "error",
      apply: edit(
        workloads,
        container,
        (object) => object.set(`${container}.resources`, "{ requests: { memory: 256Mi }, limits: { memory: 128Mi } }"),
        { field: `${container}.resources.requests` },
      ),
    },
    {
      id: "port-name-too-long",
      title: "the name of a container port has more than 15 characters",
      answer: "error",
      apply: append(
        workloads,
        `${container}.ports`,
        "name: administration-port\ncontainerPort: 8090",
        `${container}.ports.1.name`,
      ),
    },
    {
      id: "port-out-of-range",
      title: "a container port is greater than 65535",
      answer: "error",
      apply: set(workloads, `${container}.ports.0.containerPort`, "80800"),
    },
    {
      id: "unknown-protocol",
      title: "a container port has an unknown protocol",
      answer: "error",
      apply: set(workloads, `${container}.ports.0.protocol`, "HTTP"),
    },
    {
      id: "selector-mismatch",
      title: "the selector of a workload does not match the labels of its Pods",
      answer: "error",
      apply: edit(
        workloads,
        "spec.selector.matchLabels",
        (object) => object.add("spec.selector.matchLabels", "tier: front"),
        {
          field: "spec.template.metadata.labels",
        },
      ),
    },
    {
      id: "volume-missing",
      title: "a volume mount names a volume that does not exist",
      answer: "error",
      apply: append(workloads, mounts, "name: cache\nmountPath: /cache", `${mounts}.*.name`),
    },
    {
      id: "mount-path-twice",
      title: "two volumes are mounted at one path",
      answer: "error",
      apply: edit(
        workloads,
        `${mounts}.1.mountPath`,
        (object) => object.set(`${mounts}.1.mountPath`, object.value(`${mounts}.0.mountPath`) ?? ""),
        { field: mounts },
      ),
    },
    {
      id: "two-volume-sources",
      title: "a volume has two sources",
      answer: "error",
      apply: append(
        workloads,
        `${pod}.volumes`,
        "name: both\nemptyDir: {}\nhostPath: { path: /var/log }",
        `${pod}.volumes.*`,
      ),
    },
    {
      id: "two-probe-handlers",
      title: "a probe has two handlers",
      answer: "error",
      apply: add(
        workloads,
        `${container}.readinessProbe`,
        "exec: { command: [ready] }",
        `${container}.readinessProbe`,
        {
          where: (object) => object.has(`${container}.readinessProbe.httpGet`),
        },
      ),
    },
    {
      id: "probe-threshold",
      title: "a liveness probe has a `successThreshold` of 2",
      answer: "error",
      apply: add(
        workloads,
        `${container}.livenessProbe`,
        "successThreshold: 2",
        `${container}.livenessProbe.successThreshold`,
      ),
    },
    {
      id: "number-as-variable",
      title: "the value of an environment variable is a number",
      answer: "error",
      apply: append(workloads, `${container}.env`, "name: PORT\nvalue: 8080", `${container}.env`),
    },
    {
      id: "variable-twice",
      title: "an environment variable is there twice",
      answer: "error",
      apply: edit(
        workloads,
        `${container}.env.0.name`,
        (object) => object.append(`${container}.env`, `name: ${object.value(`${container}.env.0.name`)}\nvalue: "1"`),
        { field: `${container}.env` },
      ),
    },
    {
      id: "value-and-source",
      title: "an environment variable has a value and a source",
      answer: "error",
      apply: add(workloads, `${container}.env.0`, 'value: "1"', `${container}.env.0.valueFrom`, {
        where: (object) => object.has(`${container}.env.0.valueFrom`),
      }),
    },
    {
      id: "restart-policy",
      title: "a Deployment has Pods with `restartPolicy: Never`",
      answer: "error",
      apply: add("Deployment", pod, "restartPolicy: Never", `${pod}.restartPolicy`),
    },
    {
      id: "strategy",
      title: "a Deployment is recreated, and has a rolling update",
      answer: "error",
      apply: set("Deployment", "spec.strategy.type", "Recreate", {
        field: "spec.strategy.rollingUpdate",
        where: (object) => object.has("spec.strategy.rollingUpdate"),
      }),
    },
    {
      id: "no-surge",
      title: "a rolling update may neither remove nor add a Pod",
      answer: "error",
      apply: set("Deployment", "spec.strategy.rollingUpdate.maxSurge", "0", {
        field: "spec.strategy.rollingUpdate.maxUnavailable",
      }),
    },
    {
      id: "container-twice",
      title: "two containers have one name",
      answer: "error",
      apply: edit(
        workloads,
        `${container}.name`,
        (object) =>
          object.append(`${pod}.containers`, `name: ${object.value(`${container}.name`)}\nimage: example/sidecar:1.0`),
        { field: `${pod}.containers` },
      ),
    },
    {
      id: "privileged-without-escalation",
      title: "a privileged container must not gain privileges",
      answer: "error",
      apply: edit(
        workloads,
        container,
        (object) => object.set(`${container}.securityContext`, "{ privileged: true, allowPrivilegeEscalation: false }"),
        { field: `${container}.securityContext` },
      ),
    },
    {
      id: "grace-period",
      title: "the grace period of a Pod is a text",
      answer: "error",
      apply: edit(workloads, pod, (object) => object.set(`${pod}.terminationGracePeriodSeconds`, "30s"), {
        field: `${pod}.terminationGracePeriodSeconds`,
      }),
    },
    {
      id: "toleration",
      title: "a toleration has an unknown operator",
      answer: "error",
      apply: edit(
        workloads,
        pod,
        (object) => object.set(`${pod}.tolerations`, "[{ key: spot, operator: Is, value: cheap }]"),
        {
          field: `${pod}.tolerations.0`,
        },
      ),
    },
  ],
};
