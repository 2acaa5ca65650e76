import type { EngineSources } from "./engine-sources.ts";

/**
 * The flags of `go build`. All except the linker's are part of the key of Go's own cache: changing one of them compiles
 * all of Kubernetes again.
 */
export function toBuildFlags(sources: EngineSources, engineVersion: string): string[] {
  const linker = ["-s", "-w", ...toVariables(sources, engineVersion).map((variable) => `-X ${variable}`)];
  const tags = sources.tags.length === 0 ? [] : [`-tags=${sources.tags.join()}`];
  return ["-trimpath", "-buildvcs=false", ...tags, `-ldflags=${linker.join(" ")}`];
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
  for (const helm of ["helm.sh/helm/v4", "helm.sh/helm/v3"]) {
    const version = sources.requiredVersion(helm);
    if (version !== undefined) variables.push(`${helm}/internal/version.version=${version}`);
  }
  // Helm 4 reads it from the program's own list of modules.
  const client = sources.requiredVersion("k8s.io/client-go")?.split(".")[1];
  if (client !== undefined) {
    for (const where of ["chartutil", "lint/rules"]) {
      variables.push(`helm.sh/helm/v3/pkg/${where}.k8sVersionMajor=1`);
      variables.push(`helm.sh/helm/v3/pkg/${where}.k8sVersionMinor=${client}`);
    }
  }
  return variables;
}
