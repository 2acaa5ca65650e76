import { aroundAll, aroundEach, type RunnerTestCase, type RunnerTestSuite, type TestContext, TestRunner } from "vitest";
import { CallGroup } from "../util/call-group.ts";

type Hook = (...args: unknown[]) => unknown;
type Hooks = Record<(typeof hookNames)[number], Hook[]>;

const hookNames = ["beforeAll", "beforeEach", "afterEach", "afterAll"] as const;
const ends = new WeakMap<RunnerTestCase, () => Promise<void>>();

/**
 * Makes each test and each hook of the file the caller of the helpers' calls in it. So nothing of a test that times out or
 * fails continues during the next test: its calls are cancelled, what they made is removed when the time was up, and vitest's
 * timeout error names what the test waited for. The next test starts after that.
 */
export function trackTests(): void {
  // All tests and hooks are known now, and no other hook has run.
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the pattern to know which fixtures are used
  aroundAll(async (runSuite, {}, suite) => {
    trackHooks(suite);
    await runSuite();
  });
  aroundEach(async (runTest, { task, signal }) => {
    const group = new CallGroup(`The test "${task.name}"`);
    let ending: Promise<void> | undefined;
    const end = () => {
      ending ??= endTest(group, task, signal);
      return ending;
    };
    const onAbort = () => void end();
    signal.addEventListener("abort", onAbort, { once: true });
    ends.set(task, async () => {
      if (task.result?.state === "fail") await end();
    });
    await group.run(runTest);
    signal.removeEventListener("abort", onAbort);
    await ending;
  });
}

function trackHooks(suite: RunnerTestSuite): void {
  const hooks = TestRunner.getSuiteHooks(suite) as unknown as Hooks;
  for (const name of hookNames) hooks[name] = hooks[name].map((hook) => trackHook(hook, describe(name, suite)));
  // Before the other hooks, whatever their order is. A hook without a time limit of vitest's: the calls have their own.
  const endCalls: Hook = (context) => ends.get((context as TestContext).task as RunnerTestCase)?.();
  hooks.afterEach = [endCalls, ...hooks.afterEach, endCalls];
  for (const task of suite.tasks) if (task.type === "suite") trackHooks(task);
}

// vitest has already limited the time of the hook: it rejects when the time is up, whatever its function still does.
function trackHook(hook: Hook, name: string): Hook {
  const tracked: Hook = async (...args) => {
    const group = new CallGroup(name);
    try {
      return await group.run(() => hook(...args));
    } catch (error) {
      const waits = await group.abandon({ reason: error, isLost: isTimeout(error) });
      if (error instanceof Error && isTimeout(error)) append(error, waits);
      throw error;
    }
  };
  // vitest keeps the time limits of hooks in properties of the functions.
  return Object.assign(tracked, hook);
}

async function endTest(group: CallGroup, task: RunnerTestCase, signal: AbortSignal): Promise<void> {
  const reason = signal.reason ?? new Error(`The test "${task.name}" has failed`);
  const isKept = (made: object) => isFixture(made, task.context);
  const waits = await group.abandon({ reason, isLost: signal.aborted, isKept });
  // vitest has copied the error.
  const copy = task.result?.errors?.findLast(({ message }) => message === (reason as Error).message);
  if (copy !== undefined && isTimeout(reason)) append(copy, waits);
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === "TestTimeoutError" || error.name === "HookTimeoutError");
}

// vitest ends fixtures by itself, and those of a file are used by other tests.
function isFixture(made: object, context: TestContext): boolean {
  return Object.values(context).some(
    (value) => value === made || (typeof value === "object" && value !== null && Object.values(value).includes(made)),
  );
}

function append(error: { message: string; stack?: string | undefined }, waits: readonly string[]): void {
  if (waits.length === 0) return;
  const before = error.message;
  error.message = [before, "When the time was up:", ...waits].join("\n");
  if (error.stack !== undefined) error.stack = error.stack.replace(before, () => error.message);
}

function describe(hook: string, suite: RunnerTestSuite): string {
  return "filepath" in suite ? `The hook ${hook}` : `The hook ${hook} of "${suite.name}"`;
}
