import type { Place } from "../fault.ts";
import type { ChartText } from "../template/chart-text.ts";
import type { TemplateObject } from "../template/template-object.ts";

/** The workloads whose Pod template is at `spec.template`. */
export const workloads = ["Deployment", "StatefulSet", "DaemonSet"] as const;

/** The path of a Pod's spec in a workload. */
export const pod = "spec.template.spec";

/** The path of the first container in a workload. */
export const container = `${pod}.containers.0`;

type Kinds = string | readonly string[];
type Apply = (chart: ChartText) => Place | undefined;

/** How a place differs from the path that is changed. */
interface Other {
  /** The field that a report has to name. @default the path; `null`: any */
  field?: string | null | undefined;
  /** Whether an object is suitable. @default every object that has the path */
  where?: (object: TemplateObject) => boolean;
}

/** Changes the first object of these kinds that has the path. */
export function edit(kinds: Kinds, path: string, change: (object: TemplateObject) => void, other: Other = {}): Apply {
  return (chart) => {
    const { where = (object) => object.has(path) } = other;
    const object = chart.objects(...[kinds].flat()).find(where);
    if (object === undefined) return undefined;
    change(object);
    // The kind may be what was changed.
    const { file, kind } = object;
    const { field = path } = other;
    return { file, kind, ...(field === null ? {} : { field }) };
  };
}

/** Gives a field that exists another value. */
export function set(kinds: Kinds, path: string, value: string, other?: Other): Apply {
  return edit(kinds, path, (object) => object.set(path, value), other);
}

/** Puts a text behind a value that exists: `web` becomes `web-missing`. */
export function extend(kinds: Kinds, path: string, by: string, other?: Other): Apply {
  return edit(kinds, path, (object) => object.set(path, `${object.value(path)}${by}`), other);
}

/** Removes a field that exists. */
export function remove(kinds: Kinds, path: string, other?: Other): Apply {
  return edit(kinds, path, (object) => object.remove(path), other);
}

/** Gives the key of a field that exists another name. The report has to name the new one. */
export function rename(kinds: Kinds, path: string, key: string, other: Other = {}): Apply {
  const field = path.replace(/[^.]+$/, key);
  return edit(kinds, path, (object) => object.rename(path, key), { field, ...other });
}

/** Adds `text` to a mapping that exists. `field` is what the report has to name. */
export function add(kinds: Kinds, path: string, text: string, field: string | null, other: Other = {}): Apply {
  const isSuitable = (object: TemplateObject) => path === "" || object.has(path);
  return edit(kinds, path, (object) => object.add(path, text), { where: isSuitable, ...other, field });
}

/** Adds an item to a list that exists. */
export function append(kinds: Kinds, path: string, item: string, field: string | null, other: Other = {}): Apply {
  const isSuitable = (object: TemplateObject) => object.count(path) > 0;
  return edit(kinds, path, (object) => object.append(path, item), { where: isSuitable, ...other, field });
}

/** Adds a template to a chart that has Pods. */
export function addTemplate(text: string, place: Omit<Place, "file">): Apply {
  return (chart) => {
    if (chart.objects(...workloads).length === 0) return undefined;
    const file = "templates/added.yaml";
    chart.write(file, text);
    return { file, ...place };
  };
}

/** Gives a value of `values.yaml` that exists another value; a field of an object of `kinds` comes from it. */
export function setValue(path: string, value: unknown, kind: string, field?: string): Apply {
  return (chart) => {
    const object = chart.objects(kind)[0];
    if (chart.value(path) === undefined || object === undefined) return undefined;
    chart.setValue(path, value);
    return { file: object.file, kind, ...(field === undefined ? {} : { field }) };
  };
}
