import { controlPlaneSetup } from "seatrial/global-setup";

export default controlPlaneSetup(({ name }) => ({ kubernetesVersion: name }));
