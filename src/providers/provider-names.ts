/** The names of the providers. */
export const providerNames = ["engine", "envtest", "k3s", "container", "existing"] as const;

/** The name of a provider. */
export type ProviderName = (typeof providerNames)[number];
