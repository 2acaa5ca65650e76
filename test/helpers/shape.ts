/** Describes how a JSON value differs from what is expected at `path`; nothing when it does not. */
export type Check = (value: unknown, path: string) => string[];

/** The check of a field that may be absent. */
export interface Optional {
  optional: Check;
}

/** One check for each field of `T`; a field that may be absent in `T` may be absent in JSON, too. */
export type Fields<T> = {
  [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? Optional : Check;
};

const is =
  (type: "string" | "number" | "boolean"): Check =>
  (value, path) =>
    typeof value === type ? [] : [`${path} is not a ${type}`];

export const text = is("string");
export const number = is("number");
export const boolean = is("boolean");

/** Any JSON object: values of a chart, a `metav1.Status`. */
export const json: Check = (value, path) => (isObject(value) ? [] : [`${path} is not an object`]);

export function oneOf(...allowed: readonly unknown[]): Check {
  return (value, path) => (allowed.includes(value) ? [] : [`${path} is ${JSON.stringify(value)}`]);
}

export function list(item: Check): Check {
  return (value, path) =>
    Array.isArray(value)
      ? value.flatMap((entry, index) => item(entry, `${path}[${index}]`))
      : [`${path} is not a list`];
}

export function optional(check: Check): Optional {
  return { optional: check };
}

/** Refuses fields that `T` does not have, and a field that is missing. */
export function object<T>(fields: Fields<T>): Check {
  const checks = fields as Record<string, Check | Optional>;
  return (value, path) => {
    if (!isObject(value)) return [`${path} is not an object`];
    const unknown = Object.keys(value).filter((key) => !(key in checks));
    const problems = unknown.map((key) => `${path}.${key} is unknown`);
    for (const [key, check] of Object.entries(checks)) {
      const isRequired = typeof check === "function";
      if (key in value) problems.push(...(isRequired ? check : check.optional)(value[key], `${path}.${key}`));
      else if (isRequired) problems.push(`${path}.${key} is missing`);
    }
    return problems;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
