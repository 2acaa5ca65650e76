/** Finds out why a connection failed: resolves with a better error, such as that the engine has ended, or `undefined`. */
export type ExplainFailure = (error: Error) => Promise<Error | undefined>;
