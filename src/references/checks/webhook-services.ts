import type { Dangling } from "../dangling.ts";
import type { ChartEntry } from "../entry.ts";
import { listAt, type Mapping, mappingAt, textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";
import { missingService } from "./service-references.ts";

const DEFAULT_PORT = 443;
const ADMISSION = "admissionregistration.k8s.io/v1";

/** Services behind webhooks and APIServices that do not exist. */
export function webhookServices(index: ReferenceIndex): Dangling[] {
  const webhooks = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"].flatMap((kind) =>
    index.ofChart(ADMISSION, kind).flatMap((entry) =>
      listAt(entry.object, "webhooks").flatMap((webhook, at) => {
        const service = mappingAt(webhook, "clientConfig", "service");
        return check(index, entry, service, `webhooks[${at}].clientConfig.service`);
      }),
    ),
  );
  const conversions = index.ofChart("apiextensions.k8s.io/v1", "CustomResourceDefinition").flatMap((entry) => {
    const path = ["spec", "conversion", "webhook", "clientConfig", "service"];
    return check(index, entry, mappingAt(entry.object, ...path), path.join("."));
  });
  const services = index
    .ofChart("apiregistration.k8s.io/v1", "APIService")
    .flatMap((entry) => check(index, entry, mappingAt(entry.object, "spec", "service"), "spec.service"));
  return [...webhooks, ...conversions, ...services];
}

function check(index: ReferenceIndex, entry: ChartEntry, service: Mapping, path: string): Dangling[] {
  const name = textAt(service, "name");
  const namespace = textAt(service, "namespace");
  if (name === undefined || namespace === undefined) return [];
  const port = typeof service.port === "number" ? service.port : DEFAULT_PORT;
  const isHere = namespace === index.context.namespace || index.find("Service", name, namespace) !== undefined;
  const field = `${path}.${isHere ? "name" : "namespace"}`;
  return missingService(index, { entry, field, name, namespace, port, portField: `${path}.port` });
}
