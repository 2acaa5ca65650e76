import type { EngineSources } from "./engine-sources.ts";

/**
 * The flags of `go build`. All except the linker's are part of the key of Go's own cache: changing one of them compiles
 * all of Kubernetes again.
 */
export function toBuildFlags(sources: EngineSources, engineVersion: string): string[] {
  const linker = ["-s", "-w", ...toVariables(sources, engineVersion).map((variable) => `-X ${variable}`)];
  return ["-trimpath", "-buildvcs=false", `-ldflags=${linker.join(" ")}`];
}

// Upstream's release builds set these; without them the API server and Helm report versions that no chart expects.
function toVariables(sources: EngineSources, engineVersion: string): string[] {
  const variables = [`${sources.modulePath}/internal/service.EngineVersion=${engineVersion}`];
  const kubernetes = sources.requiredVersion("k8s.io/kubernetes");
  if (kubernetes !== undefined) {
    const [major, minor] = kubernetes.slice(1).split(".");
    variables.push(
      ...[`gitVersion=${kubernetes}`, `gitMajor=${major}`, `gitMinor=${minor}`, "gitTreeState=clean"].map(
        (assignment) => `k8s.io/component-base/version.${assignment}`,
      ),
    );
  }
  const helm = sources.requiredVersion("helm.sh/helm/v4");
  if (helm !== undefined) variables.push(`helm.sh/helm/v4/internal/version.version=${helm}`);
  return variables;
}
