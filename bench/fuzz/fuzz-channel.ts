// Checks the properties of the control channel with random input: node bench/fuzz/fuzz-channel.ts [seconds each, 60]
import fc from "fast-check";
import { channelProperties } from "../../test/helpers/engine/channel-properties.ts";

const seconds = Number(process.argv[2] ?? 60);
if (!Number.isFinite(seconds) || seconds <= 0) throw new Error(`${process.argv[2]} is not a number of seconds`);
const failed: string[] = [];
for (const [name, property] of Object.entries(channelProperties)) {
  const how = { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: seconds * 1000 };
  const details = await fc.check(property as fc.IAsyncProperty<unknown>, how);
  console.log(`${details.failed ? "✗" : "✓"} ${name}: ${details.numRuns} inputs in ${seconds} s`);
  if (!details.failed) continue;
  failed.push(name);
  console.log(await fc.asyncDefaultReportMessage(details));
}
if (failed.length > 0) {
  console.error(
    `Failed: ${failed.join("; ")}\nKeep each counterexample as a test in test/unit/engine/run/control-channel.test.ts`,
  );
  process.exitCode = 1;
}
