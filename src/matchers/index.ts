export { toBeAccepted } from "./to-be-accepted.ts";
export { type IdempotentExpectation, toBeIdempotent } from "./to-be-idempotent.ts";
export { type RejectedExpectation, toBeRejected } from "./to-be-rejected.ts";
export { type DocumentExpectation, toContainDocument } from "./to-contain-document.ts";
export { type TemplateFailureExpectation, toFailTemplate } from "./to-fail-template.ts";
export { type ConditionExpectation, toHaveCondition } from "./to-have-condition.ts";
export { type DocumentsExpectation, toHaveDocuments } from "./to-have-documents.ts";
export { type NothingLeftExpectation, toHaveNothingLeft } from "./to-have-nothing-left.ts";
export { toUpgradeFrom } from "./to-upgrade-from.ts";
