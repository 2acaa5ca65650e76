import type { Provider } from "./provider.ts";
import type { ProviderOptions } from "./provider-options.ts";

/** A provider other than the engine. */
export type OtherProviderOptions = Exclude<ProviderOptions, { name: "engine" }>;

/** The provider that the options name. Each is loaded only when it is used. */
export async function openProvider(options: OtherProviderOptions): Promise<Provider> {
  switch (options.name) {
    case "envtest": {
      const { envtestProvider } = await import("./envtest/envtest-provider.ts");
      return envtestProvider(options);
    }
    case "k3s": {
      const { k3sProvider } = await import("./k3s/k3s-provider.ts");
      return k3sProvider(options);
    }
    case "container": {
      const { containerProvider } = await import("./container/container-provider.ts");
      return containerProvider(options);
    }
    case "existing": {
      const { existingProvider } = await import("./existing/existing-provider.ts");
      return existingProvider(options);
    }
  }
}
