/** The report on the public types of the package at `root`, from its compiled declarations. */
export function apiReport(root: string): string;
