import { homedir } from "node:os";

/** The user's home directory; `/`, as in containers, for a user id without HOME and without a name. */
export function homeDir(): string {
  try {
    return homedir();
  } catch {
    return "/";
  }
}
