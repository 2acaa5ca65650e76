import { objectKey, toObjectRef } from "../../kube/object-ref.ts";
import { grantedRights } from "../../rbac/granted-rights.ts";
import type { TemplateResult } from "../../release/results.ts";
import type { TrialResult } from "../trial-result.ts";

/** The rights that the rendered roles grant, with their templates. */
export function rightsIn(rendered: TemplateResult): NonNullable<TrialResult["rights"]> {
  return grantedRights(rendered.documents).map((right) => {
    const key = objectKey(right.object);
    const document = rendered.documents.find((each) => objectKey(toObjectRef(each)) === key);
    const template = document === undefined ? undefined : rendered.sourceOf(document)?.template;
    return template === undefined ? right : { ...right, template };
  });
}
