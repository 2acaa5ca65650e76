import { randomBytes } from "node:crypto";
import { pidNamespaceId } from "./pid-namespace.ts";
import { isRunning } from "./process-group.ts";

/** How names of this process' temporary directories begin after their prefix: `<process id>-<pid namespace>`. */
export function ownedPrefix(): string {
  return `${process.pid}-${pidNamespaceId()}`;
}

/** Marks what this process owns, as the value of a label: `<process id>-<pid namespace>-<random>`. */
export const ownerToken = `${ownedPrefix()}-${randomBytes(4).toString("hex")}`;

/**
 * The id of the process in an owner token or in the name of a temporary directory; `undefined` when the process belongs to
 * another machine, boot or container, where its id means nothing here.
 */
export function ownerOf(tokenOrName: string): number | undefined {
  const [, pid, where] = /^(?:seatrial-(?:[a-z]+-)?)?(\d+)-([0-9a-f]{6})-/.exec(tokenOrName) ?? [];
  return where === pidNamespaceId() ? Number(pid) : undefined;
}

/** Whether the owner that a token or a name contains has ended. False when it cannot be known from here. */
export function isOwnerDead(tokenOrName: string): boolean {
  const pid = ownerOf(tokenOrName);
  return pid !== undefined && !isRunning(pid);
}
