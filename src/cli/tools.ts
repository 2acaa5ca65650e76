/** The tools that are built into the engine. */
export const tools = ["kubectl", "helm"] as const;
/** One of {@link tools}. */
export type Tool = (typeof tools)[number];

/** Whether a command line runs one of the tools, which gets all arguments that follow. */
export function isTool(name: string | undefined): name is Tool {
  return (tools as readonly (string | undefined)[]).includes(name);
}
