import { chownSync, lchownSync, lstatSync } from "node:fs";
import type { TestContext } from "vitest";
import { skipLoudly } from "./sandbox/skip-loudly.ts";

/** A user without rights, `nobody` on most systems. */
export const OTHER_UID = 65_534;

/** Skips the test unless it runs as root, which alone can act as two users. */
export function requireTwoUsers(context: Pick<TestContext, "skip" | "task">): void {
  if (process.getuid?.() !== 0) skipLoudly(context, "only root can act as two users");
}

/** Gives a file, link or directory to the other user. */
export function giveAway(path: string): void {
  const isLink = lstatSync(path).isSymbolicLink();
  (isLink ? lchownSync : chownSync)(path, OTHER_UID, OTHER_UID);
}
