/** Options of `seatrial diff`. */
export interface DiffCommandOptions {
  since?: string;
  from?: string;
  filter?: string[];
  values?: string[];
  set?: string[];
  setString?: string[];
  namespace?: string;
  releaseName?: string;
  server?: boolean;
  crds?: string[];
  timeout: string;
  stat?: boolean;
  json?: boolean;
  markdown?: boolean;
}
