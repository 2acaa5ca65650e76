import type * as Testcontainers from "testcontainers";
import { SeatrialError } from "../../errors/seatrial-error.ts";
import { type Runtime, reasonOf } from "./runtime.ts";

/** Pulls an image, with the credentials of `docker login`, unless it is there. Rejects with `SEATRIAL_PROVIDER`. */
export async function pullImage({ ImageName }: typeof Testcontainers, runtime: Runtime, image: string): Promise<void> {
  const name = ImageName.fromString(image);
  let reason = "the container engine does not have it, and its registry sent none";
  try {
    await runtime.image.pull(name);
    // A pull that fails in the middle looks like one that succeeded.
    if (await runtime.image.exists(name)) return;
  } catch (error) {
    reason = reasonOf(error);
  }
  throw new SeatrialError("SEATRIAL_PROVIDER", `The image ${name.string} cannot be pulled: ${reason}`, {
    hint: `\`docker pull ${name.string}\` shows more; \`image\` names another image`,
    details: { image: name.string },
  });
}
