import { UsageError } from "../errors/usage-error.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { requireCapability } from "../plane/require-capability.ts";
import { readTarget, type SimulationTarget } from "../simulation/simulation-target.ts";
import { trackCall, withSignal } from "../util/call-group.ts";
import { checkOptions } from "../util/check-options.ts";
import { type AdmissionHandler, type ConversionHandler, type Handlers, runHandler } from "./handlers.ts";
import type { WebhookReview } from "./review.ts";
import { checkWebhookName } from "./webhook-names.ts";
import { readReviews } from "./webhook-reviews.ts";
import type { HandlerCall, SimulateRequest, SimulateStarted } from "./wire.ts";

/** How webhooks are answered in place of their backend. */
export interface SimulateWebhookOptions {
  /** The name of a webhook, a webhook configuration, or a CustomResourceDefinition with conversion. @default all of the release */
  name?: string | undefined;
  /** Denies every review with this message. @default allowed */
  deny?: string | undefined;
  /** Answers admission reviews. */
  handle?: AdmissionHandler | undefined;
  /** Answers conversion reviews. @default the same objects with the desired apiVersion */
  convert?: ConversionHandler | undefined;
  /** Further namespaces whose objects the webhooks are called for. @default only the release's namespace */
  namespaces?: readonly string[] | undefined;
  /** `cluster`: called for every object of the cluster, including those of other tests. @default "release" */
  scope?: "release" | "cluster" | undefined;
  signal?: AbortSignal | undefined;
}

/** Webhooks that are answered by a spec. */
export interface SimulatedWebhook extends AsyncDisposable {
  /** The reviews since the simulation began, oldest first. */
  reviews(): Promise<WebhookReview[]>;
  /** Makes the webhooks answer as before. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Answers the webhooks of a release: allows, denies, or calls a handler in the spec. Resolves when the release's webhook
 * configurations are in effect. It ends when the result is disposed of, with the release, and with this process. Of several
 * simulations for one webhook, the latest wins. Rejects with `SEATRIAL_USAGE` for wrong options or a name that no webhook has.
 */
export function simulateWebhook(
  target: SimulationTarget,
  options: SimulateWebhookOptions = {},
): Promise<SimulatedWebhook> {
  return trackCall(options?.signal, (signal) => answerWebhooks(target, withSignal(options, signal)));
}

async function answerWebhooks(target: SimulationTarget, options: SimulateWebhookOptions): Promise<SimulatedWebhook> {
  checkSimulateOptions(options);
  const { plane, namespace } = readTarget("simulateWebhook", target);
  requireCapability(plane, "answersWebhooks", "simulateWebhook");
  const { name, handle, convert, signal } = options;
  await checkWebhookName("simulateWebhook", target, name);
  const request = toRequest(namespace, options);
  const stream = await plane.engine.stream<SimulateStarted>("webhook/simulate", request, { signal });
  const { first: started, close } = stream;
  void answerCalls(plane, { handle, convert }, stream.lines as AsyncGenerator<unknown> as AsyncGenerator<HandlerCall>);
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      // An engine that has ended answers no webhooks.
      await plane.engine.ask("webhook/undo", { id: started.id }).catch(() => undefined);
      close();
    })();
    return stopping;
  };
  target.onDispose?.(stop);
  const reviews = () => readReviews(target, { name, since: started.since });
  return { reviews, stop, [Symbol.asyncDispose]: stop };
}

/** The request to the engine. */
export function toRequest(namespace: string, options: SimulateWebhookOptions): SimulateRequest {
  const { name, deny, handle, convert, namespaces, scope } = options;
  const request: SimulateRequest = { namespace, handle: handle !== undefined, convert: convert !== undefined };
  if (name !== undefined) request.name = name;
  if (deny !== undefined) request.deny = deny;
  if (scope !== undefined) request.scope = scope;
  if (namespaces !== undefined) request.namespaces = [...namespaces];
  return request;
}

function checkSimulateOptions(options: SimulateWebhookOptions): void {
  checkOptions<SimulateWebhookOptions>("simulateWebhook", options, {
    name: "string",
    deny: "string",
    handle: "function",
    convert: "function",
    namespaces: "string[]",
    scope: (value) => (value === "release" || value === "cluster" ? undefined : '"release" or "cluster"'),
    signal: "object",
  });
  const { deny, handle, convert } = options;
  if (deny === "") throw new UsageError('simulateWebhook: option "deny" must not be empty');
  if (deny !== undefined && (handle ?? convert) !== undefined) {
    throw new UsageError('simulateWebhook: option "deny" excludes "handle" and "convert"', {
      hint: "return { allowed: false, message } from the handler",
    });
  }
}

async function answerCalls(plane: ControlPlane, handlers: Handlers, calls: AsyncGenerator<HandlerCall>): Promise<void> {
  for await (const call of calls) {
    void runHandler(handlers, call)
      .then((answer) => plane.engine.ask("webhook/answer", { id: call.id, ...answer }))
      .catch(() => undefined);
  }
}
