/**
 * The texts of `Warning:` headers (RFC 7234, 5.5) as kube-apiserver sends them: `299 - "text"`. Node joins several
 * headers with commas, so the quotes decide where a text ends.
 */
export function parseWarnings(header: string | undefined): string[] {
  if (header === undefined) return [];
  const warnings: string[] = [];
  for (const match of header.matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)) {
    warnings.push((match[1] ?? "").replace(/\\(.)/g, "$1"));
  }
  return [...new Set(warnings)];
}
