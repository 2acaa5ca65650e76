/**
 * The types of charts' values by the path that specs pass. `seatrial types` writes declarations that add charts to it; the values
 * of other charts have any type.
 */
// biome-ignore lint/suspicious/noEmptyInterface: declarations add to it
export interface ChartValues {}

/** Options of a helper for this chart: `values` has the chart's own type when it is known. */
export type OptionsFor<Chart extends string, Options extends { values?: unknown }> = Chart extends keyof ChartValues
  ? Omit<Options, "values"> & {
      values?: string | ChartValues[Chart] | readonly (string | ChartValues[Chart])[] | undefined;
    }
  : Options;
