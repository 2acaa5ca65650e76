import type { KubeObject } from "../../kube/object-ref.ts";

interface CronJobSpec {
  jobTemplate: {
    metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
    spec: Record<string, unknown>;
  };
}

/**
 * The Job that `kubectl create job --from=cronjob/NAME` creates, with a generated name (`createJobFromCronJob` in kubectl's
 * create_job.go). It stays when it has ended: its result is still to be read.
 */
export function jobFrom(cronJob: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = cronJob;
  const { jobTemplate } = cronJob.spec as CronJobSpec;
  const { ttlSecondsAfterFinished: _, ...spec } = jobTemplate.spec;
  const name = metadata.name ?? "";
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      generateName: `${name}-`,
      namespace: metadata.namespace ?? "default",
      labels: jobTemplate.metadata?.labels ?? {},
      annotations: { ...jobTemplate.metadata?.annotations, "cronjob.kubernetes.io/instantiate": "manual" },
      ownerReferences: [{ apiVersion, kind, name, uid: metadata.uid ?? "", controller: true }],
    },
    spec,
  };
}
