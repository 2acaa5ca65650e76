import type { Dangling } from "../dangling.ts";
import type { ChartEntry } from "../entry.ts";
import { listAt, type Mapping, mappingAt, textAt } from "../reading.ts";
import type { ReferenceIndex } from "../reference-index.ts";
import { missingService } from "./service-references.ts";

const GATEWAY_API = "gateway.networking.k8s.io/v1";
const kinds = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"];

interface Backend {
  backend: Mapping;
  path: string;
}

/** Backends of routes that do not exist: of the Gateway API, of Traefik, Contour and OpenShift. */
export function routeBackends(index: ReferenceIndex): Dangling[] {
  const check = (entry: ChartEntry, backends: readonly Backend[]) =>
    backends.flatMap(({ backend, path }) => toDangling(index, entry, backend, path));
  const ofKind = (apiVersion: string, kind: string, backendsOf: (spec: Mapping) => Backend[]) =>
    index.ofChart(apiVersion, kind).flatMap((entry) => check(entry, backendsOf(mappingAt(entry.object, "spec"))));
  return [
    ...kinds.flatMap((kind) => ofKind(GATEWAY_API, kind, gatewayBackends)),
    ...["traefik.io/v1alpha1", "traefik.containo.us/v1alpha1"].flatMap((apiVersion) =>
      ["IngressRoute", "IngressRouteTCP", "IngressRouteUDP"].flatMap((kind) =>
        ofKind(apiVersion, kind, traefikBackends),
      ),
    ),
    ...ofKind("projectcontour.io/v1", "HTTPProxy", (spec) => servicesOf(spec, "spec.routes", "routes")),
    ...ofKind("route.openshift.io/v1", "Route", (spec) => [{ backend: mappingAt(spec, "to"), path: "spec.to" }]),
  ];
}

function gatewayBackends(spec: Mapping): Backend[] {
  return listAt(spec, "rules").flatMap((rule, at) => {
    const path = `spec.rules[${at}]`;
    const refs = listAt(rule, "backendRefs").map((backend, refAt) => ({
      backend,
      path: `${path}.backendRefs[${refAt}]`,
    }));
    const mirrors = listAt(rule, "filters").map((filter, filterAt) => ({
      backend: mappingAt(filter, "requestMirror", "backendRef"),
      path: `${path}.filters[${filterAt}].requestMirror.backendRef`,
    }));
    return [...refs, ...mirrors];
  });
}

function traefikBackends(spec: Mapping): Backend[] {
  return servicesOf(spec, "spec.routes", "routes");
}

function servicesOf(spec: Mapping, path: string, list: string): Backend[] {
  return listAt(spec, list).flatMap((route, at) =>
    listAt(route, "services").map((backend, serviceAt) => ({ backend, path: `${path}[${at}].services[${serviceAt}]` })),
  );
}

function toDangling(index: ReferenceIndex, entry: ChartEntry, backend: Mapping, path: string): Dangling[] {
  const name = textAt(backend, "name");
  const isService = (textAt(backend, "kind") ?? "Service") === "Service" && (textAt(backend, "group") ?? "") === "";
  if (name === undefined || !isService) return [];
  const { port } = backend;
  const isKnownPort = typeof port === "number" || typeof port === "string";
  const namespace = textAt(backend, "namespace") ?? entry.namespace;
  return missingService(index, {
    entry,
    field: `${path}.name`,
    name,
    namespace,
    port: isKnownPort ? port : undefined,
    portField: `${path}.port`,
  });
}
