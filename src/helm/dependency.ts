/** A dependency of a chart, and whether it is there. */
export interface HelmDependency {
  name: string;
  version: string;
  repository: string;
  /** `ok`, `missing`, `wrong version`, `unpacked` … */
  status: string;
}
