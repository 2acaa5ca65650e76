/** Options that every command has. */
export interface GlobalOptions {
  /** `--color` / `--no-color`; `undefined` when neither was given. */
  color?: boolean;
}
