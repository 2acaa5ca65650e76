import type { Finding } from "../../errors/finding.ts";

/** The code of a finding: its `reason`. Helm's lint rules and the API server's warnings have none of their own. */
export function codeOf({ reason, step, message, severity }: Finding): string | undefined {
  if (reason !== undefined) return reason;
  if (step === "lint") return "Lint";
  if (severity === "error") return undefined;
  if (/would violate PodSecurity/.test(message)) return "PodSecurity";
  return /\bdeprecated\b/i.test(message) ? "DeprecatedApi" : "ServerWarning";
}
