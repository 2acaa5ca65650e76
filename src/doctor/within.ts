import { Deadline } from "../util/deadline.ts";
import { race } from "../util/race.ts";

/**
 * Resolves or rejects as `probe` does, or resolves with `onSilence("did not answer in 2 s")` when the time is over. The probe
 * itself is not ended.
 */
export async function within<Facts>(
  timeoutMs: number,
  probe: Promise<Facts>,
  onSilence: (problem: string) => Facts,
): Promise<Facts> {
  const silence = new Error(`did not answer in ${timeoutMs / 1000} s`);
  try {
    return await race(probe, { deadline: new Deadline(timeoutMs), onTimeout: () => silence });
  } catch (error) {
    if (error === silence) return onSilence(silence.message);
    throw error;
  }
}
