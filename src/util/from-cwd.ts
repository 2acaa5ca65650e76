import { isAbsolute, relative } from "node:path";

/** An absolute path as people read it: relative to `cwd` when it is below, else as it is. */
export function fromCwd(path: string, cwd: string): string {
  const below = relative(cwd, path);
  return below === "" ? "." : below.startsWith("..") || isAbsolute(below) ? path : below;
}
