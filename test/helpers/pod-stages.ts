import { stage } from "./stages.ts";

const alive = "- { key: .metadata.deletionTimestamp, operator: DoesNotExist }";

/** Makes a scheduled Pod run, with all containers ready. */
export const podReady = stage(
  "pod-ready",
  "Pod",
  `selector:
  matchExpressions:
    ${alive}
    - { key: .status.phase, operator: In, values: [Pending] }
next:
  event: { type: Normal, reason: StageStarted, message: The Pod was started by a Stage }
  statusTemplate: |
    {{ $now := Now }}
    phase: Running
    startTime: {{ $now | Quote }}
    hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
    podIP: {{ PodIPWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) | Quote }}
    conditions:
    {{ range list "Initialized" "Ready" "ContainersReady" }}
    - { type: {{ . }}, status: "True", lastTransitionTime: {{ $now | Quote }} }
    {{ end }}
    containerStatuses:
    {{ range .spec.containers }}
    - name: {{ .name | Quote }}
      image: {{ .image | Quote }}
      ready: true
      started: true
      restartCount: 0
      state: { running: { startedAt: {{ $now | Quote }} } }
    {{ end }}
`,
  "v1",
);

/** Completes a running Pod of a Job. */
export const podComplete = stage(
  "pod-complete",
  "Pod",
  `selector:
  matchExpressions:
    ${alive}
    - { key: .status.phase, operator: In, values: [Running] }
    - { key: '.metadata.ownerReferences.[].kind', operator: In, values: [Job] }
delay: { durationMilliseconds: 100 }
next:
  statusTemplate: |
    {{ $now := Now }}
    phase: Succeeded
    containerStatuses:
    {{ range .status.containerStatuses }}
    - name: {{ .name | Quote }}
      image: {{ .image | Quote }}
      ready: false
      started: false
      restartCount: 0
      state:
        terminated: { exitCode: 0, reason: Completed, startedAt: {{ .state.running.startedAt | Quote }}, finishedAt: {{ $now | Quote }} }
    {{ end }}
`,
  "v1",
);

/** Removes a Pod that is being deleted. */
export const podDelete = stage(
  "pod-delete",
  "Pod",
  "selector: { matchExpressions: [{ key: .metadata.deletionTimestamp, operator: Exists }] }\nnext: { delete: true }",
  "v1",
);

/** Makes a running Pod with the label fail. */
export const podChaos = stage(
  "pod-chaos",
  "Pod",
  `selector:
  matchLabels: { chaos: "true" }
  matchExpressions: [{ key: .status.phase, operator: In, values: [Running] }]
next:
  statusTemplate: |
    phase: Failed
    reason: Chaos
    message: failed by a Stage
`,
  "v1",
);
