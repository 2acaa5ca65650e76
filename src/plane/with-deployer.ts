import type { Impersonation } from "../kube/impersonation.ts";
import type { ControlPlane } from "./control-plane.ts";

/**
 * The same control plane with a Helm that works as a user, or as the administrator without one. What seatrial does itself is
 * done by the administrator in any case.
 */
export function withDeployer(plane: ControlPlane, deployer: Impersonation | undefined): ControlPlane {
  return plane.helm.deployer === deployer ? plane : { ...plane, helm: plane.helm.as(deployer) };
}
