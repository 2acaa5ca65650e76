import { UsageError } from "../errors/usage-error.ts";
import type { ControlPlane } from "../plane/control-plane.ts";
import { Release } from "../release/release.ts";
import { checkOptions } from "../util/check-options.ts";
import { type AdmissionHandler, type ConversionHandler, type Handlers, runHandler } from "./handlers.ts";
import type { WebhookReview } from "./review.ts";
import { checkName, readTarget, type WebhookTarget } from "./target.ts";
import { readReviews } from "./webhook-reviews.ts";
import type { HandlerCall, SimulateRequest, SimulateStarted } from "./wire.ts";

/** How webhooks are answered whose backend is not there. */
export interface SimulateWebhookOptions {
  /** The name of a webhook, a webhook configuration, or a CustomResourceDefinition that is converted. @default all of the release */
  name?: string | undefined;
  /** Refuses every review with this message. @default allowed */
  deny?: string | undefined;
  /** Answers admission reviews. */
  handle?: AdmissionHandler | undefined;
  /** Answers conversion reviews. @default the same objects with the desired apiVersion */
  convert?: ConversionHandler | undefined;
  /** Further namespaces whose objects the webhooks are called for. @default the release's own alone */
  namespaces?: readonly string[] | undefined;
  /** `cluster`: called for every object wherever it is, as on a cluster of one's own; other tests' too. @default "release" */
  scope?: "release" | "cluster" | undefined;
  signal?: AbortSignal | undefined;
}

/** Webhooks that are answered by a spec. */
export interface SimulatedWebhook extends AsyncDisposable {
  /** The reviews since it was asked for, oldest first. */
  reviews(): Promise<WebhookReview[]>;
  /** From now on the webhooks are answered as before. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Answers for the webhooks of a release: allows, denies, or asks a handler in the spec. Resolves when the release's
 * webhook configurations are in force. It ends when it is disposed of, with the release, and with this process. Among several
 * for one webhook, the latest counts. Rejects with `SEATRIAL_USAGE` for wrong options or a name that no webhook has.
 */
export async function simulateWebhook(
  target: WebhookTarget,
  options: SimulateWebhookOptions = {},
): Promise<SimulatedWebhook> {
  checkSimulateOptions(options);
  const { plane, namespace } = readTarget("simulateWebhook", target);
  const { name, handle, convert, signal } = options;
  await checkName("simulateWebhook", target, name);
  const request = toRequest(namespace, options);
  const stream = await plane.engine.stream<SimulateStarted>("webhook/simulate", request, { signal });
  const { first: started, close } = stream;
  void answerCalls(plane, { handle, convert }, stream.lines as AsyncGenerator<unknown> as AsyncGenerator<HandlerCall>);
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      // The engine's end has ended it too.
      await plane.engine.ask("webhook/undo", { id: started.id }).catch(() => undefined);
      close();
    })();
    return stopping;
  };
  if (target instanceof Release) target.onDispose(stop);
  const reviews = () => readReviews(target, { name, since: started.since });
  return { reviews, stop, [Symbol.asyncDispose]: stop };
}

/** What the engine is asked for. */
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
  if (deny === "") throw new UsageError('simulateWebhook: option "deny" must be a message, got an empty text');
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
