// What a Supabase front end does with its two functions: the same calls by the same client, against
// another address. Arguments: where the client is installed, and the address of the functions.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";

const [tools, address] = process.argv.slice(2);
const require = createRequire(join(tools, "package.json"));
const { FunctionsClient, FunctionsHttpError } = require("@supabase/functions-js");

// The three lines that a front end changes: another address, and the signed-in manager's token.
const client = (token) =>
  new FunctionsClient(`${address}/functions/v1`, { headers: { Authorization: `Bearer ${token}`, apikey: "public" } });

const manager = client("manager");
const reminder = {
  customerId: "C-1",
  messageType: "payment_reminder",
  triggerType: "manual",
  placeholders: { invoiceNumber: "INV-7", amount: "₹1,234.00", dueDate: "11 Feb 2026", daysOverdue: 7, branch: "Pune" },
};

/** The body of an error, read as front ends read it. */
async function refused(answer, status) {
  assert.equal(answer.data, null);
  assert.ok(answer.error instanceof FunctionsHttpError, String(answer.error));
  assert.equal(answer.error.context.status, status);
  const body = await answer.error.context.json();
  assert.equal(body.success, false);
  assert.equal(typeof body.error, "string");
  return body;
}

// A message that goes out.
const sent = await manager.invoke("whatsapp-send", { body: reminder });
assert.equal(sent.error, null);
assert.equal(sent.data.success, true);
assert.equal(sent.data.status, "sent");
assert.match(sent.data.messageLogId, /^[0-9a-f-]{36}$/);

// The same once more, by its key.
const keyed = () =>
  manager.invoke("whatsapp-send", { body: reminder, headers: { "Idempotency-Key": "8e03978e" } });
const [first, again] = [await keyed(), await keyed()];
assert.equal(first.data.messageLogId, again.data.messageLogId);

// A value that is missing is named.
const { amount, ...rest } = reminder.placeholders;
const missing = await refused(
  await manager.invoke("whatsapp-send", { body: { ...reminder, placeholders: rest } }), 422);
assert.equal(missing.errors[0].pointer, "#/placeholders/amount");

// A customer without a number: the call worked, and the message did not.
const failed = await manager.invoke("whatsapp-send", { body: { ...reminder, customerId: "C-8" } });
assert.equal(failed.error, null);
assert.equal(failed.data.success, false);
assert.equal(typeof failed.data.error, "string");
assert.match(failed.data.messageLogId, /^[0-9a-f-]{36}$/);

// Retries: all that can be tried again, with a body and without one, and one that was sent.
const all = await manager.invoke("whatsapp-retry", { body: { autoRetry: true } });
assert.equal(all.error, null);
assert.equal(all.data.success, true);
assert.equal(all.data.retried, all.data.results.filter((one) => one.success).length);
assert.ok(all.data.retried > 0);
const rested = await manager.invoke("whatsapp-retry");
assert.equal(rested.data.success, true);
const one = await refused(
  await manager.invoke("whatsapp-retry", { body: { messageLogId: sent.data.messageLogId } }), 400);
assert.equal(one.messageLogId, sent.data.messageLogId);

// The project's public key is no manager, and a viewer changes nothing.
assert.match((await refused(await client("anon").invoke("whatsapp-retry", { body: {} }), 401)).error, /access token/);
await refused(await client("viewer").invoke("whatsapp-send", { body: reminder }), 403);

console.log("every call was answered as the predecessor answered it");
