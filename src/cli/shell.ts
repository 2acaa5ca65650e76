/** The shells that `seatrial env` can write for; `json` is for programs. */
export const shells = ["bash", "fish", "powershell", "json"] as const;
/** One of {@link shells}. `bash` is also right for sh, dash and zsh. */
export type Shell = (typeof shells)[number];

/** Lines that set environment variables in a shell, quoted so that any path is preserved. */
export function renderEnv(variables: Record<string, string>, shell: Shell): string[] {
  if (shell === "json") return [JSON.stringify(variables)];
  const render = assignments[shell];
  return Object.entries(variables).map(([name, value]) => render(name, value));
}

const assignments: Record<Exclude<Shell, "json">, (name: string, value: string) => string> = {
  bash: (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
  fish: (name, value) => `set -gx ${name} '${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}';`,
  powershell: (name, value) => `$Env:${name} = '${value.replaceAll("'", "''")}'`,
};
