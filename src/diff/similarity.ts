import type { ChartObject } from "../findings/chart-objects.ts";
import { isMapping } from "../util/is-mapping.ts";

// Both templates being the same says something about objects that have little else.
const TEMPLATE_WEIGHT = 0.5;

/** How much two objects of one kind have in common besides their names, from 0 to 1. */
export function similarity(one: ChartObject, other: ChartObject): number {
  // The longer one first: it may contain the other.
  const names = [one, other].flatMap(({ object }) => object.metadata.name || []).sort((a, b) => b.length - a.length);
  const [content, others] = [contentOf(one, names), contentOf(other, names)];
  // All objects of a chart have labels in common: they matter only for objects that have nothing else.
  const isBare = content.size === 0 && others.size === 0;
  const { common, all } = isBare ? share(metadataOf(one, names), metadataOf(other, names)) : share(content, others);
  const weight = one.template !== "" && one.template === other.template ? TEMPLATE_WEIGHT : 0;
  return common + weight === 0 ? 0 : (common + weight) / (all + weight);
}

type Fields = Map<string, number>;

function share(one: Fields, other: Fields): { common: number; all: number } {
  let common = 0;
  for (const [field, count] of one) common += Math.min(count, other.get(field) ?? 0);
  const sizes = [one, other].map((fields) => [...fields.values()].reduce((sum, count) => sum + count, 0));
  return { common, all: Math.max(...sizes) };
}

function contentOf({ object }: ChartObject, names: readonly string[]): Fields {
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, ...content } = object;
  return fieldsOf(content, names);
}

function metadataOf({ object }: ChartObject, names: readonly string[]): Fields {
  const { name: _name, namespace: _namespace, ...metadata } = object.metadata;
  return fieldsOf(metadata, names);
}

// Each value, and each line of a text, with its path and without the names of both objects, which labels and selectors have, too.
function fieldsOf(value: unknown, names: readonly string[]): Fields {
  const fields: Fields = new Map();
  const count = (field: string) => fields.set(field, (fields.get(field) ?? 0) + 1);
  const anonymous = (text: string) => names.reduce((rest, name) => rest.replaceAll(name, "\u0000"), text);
  const add = (inner: unknown, path: string) => {
    if (isMapping(inner)) for (const [key, item] of Object.entries(inner)) add(item, `${path}.${key}`);
    else if (Array.isArray(inner)) for (const item of inner) add(item, `${path}[]`);
    else if (typeof inner !== "string") count(`${path}=${JSON.stringify(inner)}`);
    else for (const line of inner.split("\n")) count(`${path}="${anonymous(line)}"`);
  };
  add(value, "");
  return fields;
}
