import type { Fault, FaultGroup, FaultSet } from "../fault.ts";
import { access } from "./access.ts";
import { policies } from "./policies.ts";
import { readiness } from "./readiness.ts";
import { referencesToObjects } from "./references-to-objects.ts";
import { referencesToPods } from "./references-to-pods.ts";
import { refusedObjects } from "./refused-objects.ts";
import { refusedPods } from "./refused-pods.ts";
import { rendering } from "./rendering.ts";
import { rightAsItIs } from "./right-as-it-is.ts";
import { leftovers, secondInstall } from "./second-install.ts";
import { upgrades } from "./upgrades.ts";
import { unreadValues } from "./values.ts";
import { versions } from "./versions.ts";

const sets: readonly FaultSet[] = [
  rendering,
  refusedPods,
  refusedObjects,
  versions,
  referencesToPods,
  referencesToObjects,
  access,
  readiness,
  policies,
  upgrades,
  secondInstall,
  leftovers,
  unreadValues,
  rightAsItIs,
];

/** A fault with its group. */
export type GroupedFault = Fault & { group: FaultGroup };

/** Every kind of fault, by group. */
export const allFaults: readonly GroupedFault[] = sets.flatMap(({ group, faults }) =>
  faults.map((fault) => ({ ...fault, group })),
);
