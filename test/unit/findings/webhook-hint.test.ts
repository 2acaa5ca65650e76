import { describe, expect, it } from "vitest";
import { webhookHint } from "../../../src/findings/webhook-hint.ts";

const cause = 'Post "https://hook.one.svc:443/": no endpoints available for service "hook"';

describe("the hint for a webhook whose backend is not ready", () => {
  it.each([
    `Internal error occurred: failed calling webhook "a.example.com": failed to call webhook: ${cause}`,
    `conversion webhook for example.com/v1, Kind=Size failed: ${cause}`,
  ])("names the Service and does not switch the webhook off: %s", (message) => {
    expect(webhookHint(message)).toContain('no Pod of Service "hook" is ready');
    expect(webhookHint(message)).not.toMatch(/failurePolicy|Ignore|disable|enabled/);
  });

  it.each([
    'admission webhook "a.example.com" denied the request: no',
    'failed calling webhook "a.example.com": failed to call webhook: service "absent" not found',
    'no endpoints available for service "metrics"',
  ])("is not given for other messages: %s", (message) => {
    expect(webhookHint(message)).toBeUndefined();
  });
});
