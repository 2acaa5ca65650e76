import { SeatrialError } from "../errors/seatrial-error.ts";

const reasons: Record<string, string> = {
  ENOSPC: "no space is left on its file system",
  EDQUOT: "the disk quota is used up",
  EROFS: "its file system is read-only",
  EACCES: "this user may not write to it",
  EPERM: "this user may not write to it",
  ENOENT: "it does not exist",
  ENOTDIR: "a part of its path is not a directory",
};

/** Turns a refusal of the file system into `SEATRIAL_DISK` with `what` as the beginning of its message. Returns other errors as they are. */
export function toDiskError(cause: unknown, what: string, hint: string): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  const reason = code === undefined ? undefined : reasons[code];
  return reason === undefined ? cause : new SeatrialError("SEATRIAL_DISK", `${what}: ${reason}`, { hint, cause });
}
