import { parseManifest } from "../../chart/manifest.ts";
import type { KubeObject } from "../../kube/object-ref.ts";
import type { Cause } from "../../readiness/diagnose.ts";
import type { MissingContext } from "./judge-missing.ts";

const WITHOUT_BACKEND = /failed calling webhook "([^"]+)".*no endpoints available for service "([^"]+)"/s;

/**
 * The cause with the judgement about a webhook that nothing answers yet. The API server refuses the Pods of a workload; when
 * these are the Pods that would answer, they never appear.
 */
export function judgeWebhook(cause: Cause, { info, ref }: Pick<MissingContext, "info" | "ref">): Cause {
  const [, webhook, service] = WITHOUT_BACKEND.exec(cause.message) ?? [];
  if (webhook === undefined) return cause;
  const documents = parseManifest(info.manifest).flatMap(({ object, problem }) =>
    problem === undefined ? object : [],
  );
  const backend = documents.find(({ kind, metadata }) => kind === "Service" && metadata.name === service);
  const workload = documents.find(({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name);
  if (backend === undefined || workload === undefined || !selects(backend, workload)) return cause;
  const hint =
    `the webhook "${webhook}" is called for the Pods that answer it, which therefore never appear: ` +
    "exclude them with its objectSelector or namespaceSelector";
  return { ...cause, isTerminal: true, hint };
}

function selects(service: KubeObject, workload: KubeObject): boolean {
  const { selector = {} } = (service.spec ?? {}) as { selector?: Record<string, string> };
  const { template } = (workload.spec ?? {}) as { template?: { metadata?: { labels?: Record<string, string> } } };
  const labels = template?.metadata?.labels ?? {};
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}
