import type { ChartObject } from "../findings/chart-objects.ts";
import { groupOf, type KubeObject } from "../kube/object-ref.ts";
import { isOwnGroup } from "../kube/own-group.ts";
import { type ChartEntry, type Entry, isOfChart } from "./entry.ts";
import { apiVersionOf, isClusterScoped, type ReferredKind } from "./kinds.ts";
import { Makers } from "./makers.ts";
import { extendsName, includesWords } from "./names.ts";
import { type PodTemplate, podTemplatesOf } from "./pod-templates.ts";

/** The release whose objects are checked. */
export interface ReferenceContext {
  namespace: string;
  releaseName: string;
  chartName: string;
  /** Texts in the values: names that somebody gave. */
  givenTexts: ReadonlySet<string>;
}

/** A Pod template, and the object that has it. */
export type OwnedTemplate = PodTemplate & { owner: Entry };

/** What references can lead to: the objects of a chart, and objects that exist on the control plane. */
export class ReferenceIndex {
  readonly context: ReferenceContext;
  readonly makers: Makers;
  /** The custom resources of the chart. */
  readonly customs: ChartEntry[];
  readonly #own: ChartEntry[];
  readonly #byKind: Map<string, Entry[]>;
  readonly #templates: OwnedTemplate[];
  readonly #ownNames: Set<string>;

  constructor(objects: readonly ChartObject[], existing: readonly KubeObject[], context: ReferenceContext) {
    this.context = context;
    const own = objects.flatMap((item): ChartEntry[] => {
      const entry = item.problem === undefined ? this.#toEntry(item.object) : undefined;
      return entry === undefined ? [] : [{ ...entry, item }];
    });
    const others = existing.flatMap((object) => this.#toEntry(object) ?? []);
    this.#own = own;
    this.#ownNames = new Set(own.flatMap(ownNamesOf));
    this.customs = own.filter(({ object }) => !isOwnGroup(groupOf(object.apiVersion)));
    this.makers = new Makers(own, (name) => this.isOwnName(name) && !this.isGivenName(name));
    this.#byKind = Map.groupBy([...own, ...others], ({ object }) => toKey(object.apiVersion, object.kind));
    this.#templates = [...own, ...others].flatMap((owner) =>
      podTemplatesOf(owner.object).map((template) => ({ ...template, owner })),
    );
  }

  /** The objects of a kind, in one namespace if it is given. */
  all(kind: ReferredKind, namespace?: string): Entry[] {
    return this.ofKind(apiVersionOf(kind), kind, namespace);
  }

  /** The objects of a kind in any version of its group. */
  ofKind(apiVersion: string, kind: string, namespace?: string): Entry[] {
    const found = this.#byKind.get(toKey(apiVersion, kind)) ?? [];
    return namespace === undefined || isClusterScoped(kind)
      ? found
      : found.filter((entry) => entry.namespace === namespace);
  }

  /** The objects of the chart of a kind. */
  ofChart(apiVersion: string, kind: string): ChartEntry[] {
    return this.ofKind(apiVersion, kind).filter(isOfChart);
  }

  /** The objects of the chart in a namespace whose kind, in lower case, ends a word: `existingsecret` of a Secret. */
  ofWord(word: string, namespace: string): ChartEntry[] {
    return this.#own.filter(
      ({ object, namespace: own }) => own === namespace && word !== "" && word.endsWith(object.kind.toLowerCase()),
    );
  }

  find(kind: ReferredKind, name: string, namespace: string): Entry | undefined {
    return this.all(kind, namespace).find((entry) => entry.name === name);
  }

  /** The Pod templates of the chart, and of what exists, in a namespace. */
  templates(namespace: string): OwnedTemplate[] {
    return this.#templates.filter(({ owner }) => owner.namespace === namespace);
  }

  /** The Pod templates of the chart. */
  get chartTemplates(): (OwnedTemplate & { owner: ChartEntry })[] {
    return this.#templates.flatMap((template) =>
      isOfChart(template.owner) ? [{ ...template, owner: template.owner }] : [],
    );
  }

  /** Whether only this chart would give an object the name: it has the release's, the chart's or another object's name in it. */
  isOwnName(name: string): boolean {
    const { releaseName, chartName } = this.context;
    if (includesWords(name, releaseName) || includesWords(name, chartName)) return true;
    return [...this.#ownNames].some((own) => name === own || extendsName(name, own) || extendsName(own, name));
  }

  /** Whether a name is one that the values have: whoever gave it has to bring the object. */
  isGivenName(name: string): boolean {
    const { givenTexts, releaseName, chartName } = this.context;
    return name !== releaseName && name !== chartName && givenTexts.has(name);
  }

  #toEntry(object: KubeObject): Entry | undefined {
    const { name, namespace = this.context.namespace } = object.metadata;
    return typeof name === "string" && name !== "" ? { object, name, namespace } : undefined;
  }
}

function toKey(apiVersion: string, kind: string): string {
  return `${groupOf(apiVersion)}/${kind}`;
}

const naming = new Set(["Service", "Deployment", "StatefulSet", "DaemonSet"]);

function ownNamesOf({ object, name }: ChartEntry): string[] {
  return naming.has(object.kind) && name.length > 2 ? [name] : [];
}
