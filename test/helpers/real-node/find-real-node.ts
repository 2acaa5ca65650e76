import { access } from "node:fs/promises";
import { findNodePrograms, missingPrograms } from "../../../src/real-node/find-node-programs.ts";
import { whyNoRealNode } from "../../../src/real-node/require-machine.ts";
import { BUSYBOX } from "./write-image.ts";

/** Why a real node cannot be tested here; `undefined` when it can. */
export async function whyNotTested(): Promise<string | undefined> {
  const reason = whyNoRealNode();
  if (reason !== undefined) return reason;
  const programs = await findNodePrograms({ path: process.env.PATH ?? "" });
  const missing = missingPrograms(programs);
  if (programs.packetFilter === undefined) missing.push({ what: "iptables", debian: "iptables" });
  const hasBusybox = await access(BUSYBOX).then(
    () => true,
    () => false,
  );
  if (!hasBusybox) missing.push({ what: BUSYBOX, debian: "busybox-static" });
  if (missing.length === 0) return undefined;
  const packages = [...new Set(missing.map(({ debian }) => debian))].join(" ");
  return `${missing.map(({ what }) => what).join(", ")} not found (Debian and Ubuntu: apt-get install ${packages})`;
}
