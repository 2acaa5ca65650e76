export { toBeAccepted } from "./to-be-accepted.ts";
export { toBeAllowed } from "./to-be-allowed.ts";
export { type RejectedExpectation, toBeRejected } from "./to-be-rejected.ts";
export { type DocumentExpectation, toContainDocument } from "./to-contain-document.ts";
export { type TemplateFailureExpectation, toFailTemplate } from "./to-fail-template.ts";
export { type ConditionExpectation, toHaveCondition } from "./to-have-condition.ts";
export { type DocumentsExpectation, toHaveDocuments } from "./to-have-documents.ts";
export { type ExistingObjects, toReferenceExisting } from "./to-reference-existing.ts";
export { type PodSource, toSelectPods } from "./to-select-pods.ts";
