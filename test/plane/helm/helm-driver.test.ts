import { currentControlPlane } from "seatrial";
import { describe } from "vitest";
import { withHelm } from "../../../src/plane/with-helm.ts";
import { describeHelmDriver } from "../../helpers/helm/helm-driver.ts";

// test/providers/helm-program.test.ts does the same with programs.
describe.each([3, 4] as const)("Helm %i in the engine", (major) => {
  describeHelmDriver(() => withHelm(currentControlPlane(), major), major);
});
