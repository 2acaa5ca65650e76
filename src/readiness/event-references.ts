import type { KubeObject } from "../kube/object-ref.ts";
import type { Missing } from "./problem.ts";

/** The reason of the events about claims that were bound without a Pod. Their messages are for the report. */
export const CLAIM_BOUND = "SimulatedBinding";

/** A Secret or ConfigMap that a Pod refers to, or one key of it. */
export type Reference = Missing;

// The annotations of the simulated kubelet's events; a reference is JSON.
const ASSUMED = "seatrial.dev/assumed-reference";
const MISSING = "seatrial.dev/missing-reference";
// The name of the signer on an event about a Pod that waits for its certificate.
const SIGNER = "seatrial.dev/awaited-signer";
// "true" on an event about a Pod that can never become ready because of it.
const PERMANENT = "seatrial.dev/permanent";
// "true" on the event about the start of a container that does not end by itself.
const ENDLESS = "seatrial.dev/endless";

/** The reference that an event reports as assumed: it does not exist, but a simulated container may have created it. */
export function assumedReferenceOf(event: KubeObject): Reference | undefined {
  return parse(event.metadata.annotations?.[ASSUMED]);
}

/** The reference that an event reports as missing. */
export function missingReferenceOf(event: KubeObject): Reference | undefined {
  return parse(event.metadata.annotations?.[MISSING]);
}

/** The signer for whose certificate the Pod of an event waits. */
export function awaitedSignerOf(event: KubeObject): string | undefined {
  return event.metadata.annotations?.[SIGNER];
}

/** Whether the event is about a Pod that can never become ready because of it. */
export function isPermanent(event: KubeObject): boolean {
  return event.metadata.annotations?.[PERMANENT] === "true";
}

/** Whether the event is about the start of a container that does not end by itself. */
export function isEndless(event: KubeObject): boolean {
  return event.metadata.annotations?.[ENDLESS] === "true";
}

function parse(text: string | undefined): Reference | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Reference);
}
