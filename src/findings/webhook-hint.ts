/**
 * What to do about a webhook call that failed because no backend is ready; `undefined` for other messages. Never a change
 * that would switch the webhook off: it is what the chart is tested with.
 */
export function webhookHint(message: string): string | undefined {
  if (!/failed calling webhook|conversion webhook for /.test(message)) return undefined;
  const service = message.match(/no endpoints available for service "([^"]+)"/)?.[1];
  if (service === undefined) return undefined;
  return (
    `no Pod of Service "${service}" is ready when the object is sent: create the object in a post-install hook, ` +
    "which Helm runs after --wait, or in a chart that is installed later"
  );
}
