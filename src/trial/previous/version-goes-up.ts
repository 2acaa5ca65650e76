// https://semver.org, with the leading v and the missing parts that Helm accepts.
const pattern = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/;

/** Whether a version is higher than the previous version; a version that is not semantic is higher than nothing. */
export function versionGoesUp(previous: string, version: string): boolean {
  const [one, other] = [pattern.exec(previous), pattern.exec(version)];
  if (other === null) return false;
  if (one === null) return true;
  for (const part of [1, 2, 3]) {
    const step = Number(other[part] ?? 0) - Number(one[part] ?? 0);
    if (step !== 0) return step > 0;
  }
  return comparePreReleases(one[4], other[4]) < 0;
}

function comparePreReleases(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
  const [parts, others] = [one.split("."), other.split(".")];
  for (const [index, part] of parts.entries()) {
    const next = others[index];
    if (next === undefined) return 1;
    if (part === next) continue;
    const [isNumber, isOtherNumber] = [/^\d+$/.test(part), /^\d+$/.test(next)];
    if (isNumber && isOtherNumber) return Number(part) - Number(next);
    if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
    return part < next ? -1 : 1;
  }
  return parts.length - others.length;
}
