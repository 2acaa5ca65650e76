import type { KubeObject } from "../kube/object-ref.ts";
import { mustBe } from "./matcher.ts";

/** Throws a `TypeError` unless the value is a Kubernetes object. */
export function mustBeKubeObject(matcher: string, received: unknown): asserts received is KubeObject {
  mustBe<KubeObject>(matcher, received, "a Kubernetes object", (value) => "kind" in value && "metadata" in value);
}
