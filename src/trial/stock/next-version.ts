/**
 * A version that a chart could have next: another minor and another patch number. A text that is not a semantic version is
 * returned with its last number raised, or with a number added.
 */
export function nextVersion(version: string): string {
  const [, major, minor, patch, rest] = /^(v?\d+)\.(\d+)\.(\d+)(.*)$/.exec(version) ?? [];
  if (major === undefined) return nextText(version);
  return `${major}.${Number(minor) + 1}.${Number(patch) + 1}${rest}`;
}

/** An `appVersion` that a chart could have next: its last number is raised, and its form stays. */
export function nextText(text: string): string {
  const [, before, last, after] = /^(.*?)(\d+)(\D*)$/s.exec(text) ?? [];
  return last === undefined ? `${text}-1` : `${before}${BigInt(last) + 1n}${after}`;
}
