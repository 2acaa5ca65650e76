import { expect, inject, vi } from "vitest";
import * as matchers from "../matchers/index.ts";
import type { SeatrialMatchers } from "./matcher-types.ts";
import { printErrorsOnce } from "./print-errors.ts";
import { PROVIDED_KEY, TIMEOUTS_KEY } from "./provided.ts";
import { secretSerializer } from "./secret-serializer.ts";
import { toMatchLiveSnapshot } from "./to-match-live-snapshot.ts";
import { trackTests } from "./track-tests.ts";
import { useControlPlane } from "./use-control-plane.ts";

export { unmasked } from "./secret-serializer.ts";
export type { LiveSnapshotOptions } from "./to-match-live-snapshot.ts";

expect.extend({ ...matchers, toMatchLiveSnapshot });
expect.addSnapshotSerializer(secretSerializer);

useControlPlane(inject(PROVIDED_KEY));
vi.setConfig(inject(TIMEOUTS_KEY) ?? {});
trackTests();
printErrorsOnce();

declare module "vitest" {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown>
    extends SeatrialMatchers<R, T> {}
}
