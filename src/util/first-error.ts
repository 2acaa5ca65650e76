/**
 * The error that came first, when cleaning up after it failed as well: its message then ends with that of the later one.
 * Any other error is returned as it is. `await using` hides the first error in the later one.
 */
export function firstError(error: unknown): unknown {
  if (!isSuppressedError(error)) return error;
  return withLater(firstError(error.suppressed), firstError(error.error));
}

/** Runs all steps in turn, also after one that fails, and rejects with the {@link firstError}. */
export async function runEach(steps: readonly (() => Promise<void>)[]): Promise<void> {
  let failure: { error: unknown } | undefined;
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failure = { error: failure === undefined ? error : withLater(failure.error, error) };
    }
  }
  if (failure !== undefined) throw failure.error;
}

const laterMessages = new WeakMap<Error, string[]>();

/** The messages of the errors that came after this one while cleaning up. */
export function messagesAfter(error: unknown): readonly string[] {
  return error instanceof Error ? (laterMessages.get(error) ?? []) : [];
}

function withLater(first: unknown, later: unknown): unknown {
  if (!(first instanceof Error) || first === later) return first;
  const text = `Cleaning up afterwards failed, too: ${later instanceof Error ? later.message : String(later)}`;
  laterMessages.set(first, [...messagesAfter(first), text]);
  first.message = `${first.message}\n${text}`;
  return first;
}

// Without the global of this name, TypeScript's helper makes such an error itself.
function isSuppressedError(error: unknown): error is Error & { error: unknown; suppressed: unknown } {
  return error instanceof Error && error.name === "SuppressedError" && "suppressed" in error && "error" in error;
}
