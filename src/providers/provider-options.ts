import { UsageError } from "../errors/usage-error.ts";
import { describe } from "../util/check-options.ts";
import { START_TIMEOUT_MS } from "../util/defaults.ts";
import { isMapping } from "../util/is-mapping.ts";
import { nearestName } from "../util/text/nearest-name.ts";
import {
  CONTAINER_START_TIMEOUT_MS,
  type ContainerOptions,
  checkContainerOptions,
} from "./container/container-options.ts";
import { checkEnvtestOptions, type EnvtestOptions } from "./envtest/envtest-options.ts";
import { checkExistingOptions, type ExistingOptions } from "./existing/existing-options.ts";
import { checkK3sOptions, type K3sOptions } from "./k3s/k3s-options.ts";
import { type ProviderName, providerNames } from "./provider-names.ts";

/** The engine's own control plane. */
export interface EngineProviderOptions {
  name: "engine";
}

/** A provider with its options. */
export type ProviderOptions = EngineProviderOptions | EnvtestOptions | K3sOptions | ContainerOptions | ExistingOptions;

/** A provider: its name, when it needs no options, or its name with options. */
export type ProviderOption = Exclude<ProviderName, "existing"> | ProviderOptions;

const checks: Readonly<Record<ProviderName, (call: string, options: never) => void>> = {
  engine: () => undefined,
  envtest: checkEnvtestOptions,
  k3s: checkK3sOptions,
  container: checkContainerOptions,
  existing: checkExistingOptions,
};

/** How long a provider may take by default until its control plane is ready, in milliseconds. */
export function defaultStartTimeoutMs(provider?: ProviderOptions): number {
  return provider?.name === "container" ? CONTAINER_START_TIMEOUT_MS : START_TIMEOUT_MS;
}

/** The provider with its options. Throws `SEATRIAL_USAGE` for an unknown provider, an unknown option or one of the wrong type. */
export function readProviderOption(call: string, option: ProviderOption): ProviderOptions {
  const options: unknown = typeof option === "string" ? { name: option } : option;
  if (!isMapping(options) || typeof options.name !== "string") {
    throw new UsageError(`${call}: option "provider" must be a name or an object with a name, got ${describe(option)}`);
  }
  const { name } = options;
  if (!Object.hasOwn(checks, name)) {
    const nearest = nearestName(name, [...providerNames]);
    throw new UsageError(`${call}: there is no provider "${name}"`, {
      hint: nearest === undefined ? `the providers are ${providerNames.join(", ")}` : `did you mean "${nearest}"?`,
    });
  }
  checks[name as ProviderName](`${call}: provider ${name}`, options as never);
  return options as unknown as ProviderOptions;
}
