import { rename, writeFile } from "node:fs/promises";

/** Where {@link writeFileAtomic} of this process writes before it renames. */
export function draftOf(path: string): string {
  return `${path}.${process.pid}.new`;
}

/** Replaces a file with one of mode 0600. A reader gets the old text or the new one, never a part of it. */
export async function writeFileAtomic(path: string, text: string): Promise<void> {
  const draft = draftOf(path);
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, path);
}
