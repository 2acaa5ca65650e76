import { nearestName } from "../../util/text/nearest-name.ts";
import type { ConfigProblem } from "./config-schema.ts";
import type { ChartLayers } from "./open-layers.ts";

const NEW_CASE = /^[A-Za-z0-9][\w. -]*$/;
const CI_FILE = /^ci\/|-values\.ya?ml$/;

/**
 * Why names of cases are neither those of the chart's cases nor names for new ones. A packaged chart has no cases in `ci/`, and
 * settings of several charts may name files that only some of them have.
 */
export function findCaseProblems(
  { cases, path }: ChartLayers,
  known: readonly string[],
  hasAllFiles: boolean,
): ConfigProblem[] {
  return [...cases.keys()].flatMap((name): ConfigProblem[] => {
    const problem = findProblem(name, known, hasAllFiles);
    return problem === undefined ? [] : [{ path: [...path, "cases", name], message: problem }];
  });
}

/** Whether the name is that of a file in `ci/`, and not of a new case. */
export function namesCiFile(name: string): boolean {
  return CI_FILE.test(name);
}

function findProblem(name: string, known: readonly string[], hasAllFiles: boolean): string | undefined {
  if (known.includes(name)) return undefined;
  const meant = known.find((each) => shortNames(each).includes(name));
  if (meant !== undefined) return `did you mean ${meant}?`;
  if (namesCiFile(name)) {
    if (!hasAllFiles) return undefined;
    const nearest = nearestName(name, known);
    const hint = nearest === undefined ? `its cases are ${known.join(", ")}` : `did you mean ${nearest}?`;
    return `the chart has no such values file: ${hint}`;
  }
  return NEW_CASE.test(name) ? undefined : 'a case has a name of letters, digits, spaces and "._-"';
}

// `ha`, `ha-values` and `ha-values.yaml` of `ci/ha-values.yaml`: a new case of that name would hide a mistake.
function shortNames(name: string): string[] {
  const file = name.replace(/^ci\//, "");
  return file === name ? [] : [file, file.replace(/\.ya?ml$/, ""), file.replace(/-values\.ya?ml$/, "")];
}
