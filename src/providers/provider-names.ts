/** The names of the providers. */
export const providerNames = ["engine", "envtest", "k3s", "existing"] as const;

/** The name of a provider. */
export type ProviderName = (typeof providerNames)[number];
