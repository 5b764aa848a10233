// The short form of ./dev soak messages: the same trials, a few times each. Nothing accepted is lost, charged or reported
// twice; what a crash or a lost link left in doubt goes again, marked, and is at most a window of each bind.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeMessages, messageKills, messagesOnFullDisk, messagesToABadCarrier } from './support/soak/messages.mjs';
import { whyNoSmallDisk } from './support/soak/small_disk.mjs';
import { broken } from './support/soak/verdict.mjs';

const timeout = 120_000;
const rate = 200;

function judge(t, trial) {
  t.diagnostic(describeMessages(trial));
  for (const [name, list] of Object.entries(broken(trial))) assert.deepEqual(list.slice(0, 5), [], `${list.length} ${name}`);
}

test('messages through kills on SQLite', { timeout }, async (t) => {
  judge(t, await messageKills(t, { engine: 'sqlite', kills: 4, messages: 800, rate }));
});

test('messages through kills on PostgreSQL', { timeout }, async (t) => {
  judge(t, await messageKills(t, { engine: 'postgres', kills: 2, messages: 400, rate }));
});

const noDisk = whyNoSmallDisk();
test('messages through a full disk', { timeout, skip: noDisk ?? false }, async (t) => {
  // Longer than a receipt waits for the answer that it overtook.
  judge(t, await messagesOnFullDisk(t, { full: [6_000, 300], rate }));
});

test('messages to a carrier that resets, says nothing, and throttles', { timeout }, async (t) => {
  const carrierLines = 'response_timeout = 1\nenquire_link_interval = 1\nenquire_link_timeout = 1\n';
  judge(t, await messagesToABadCarrier(t, { engine: 'sqlite', ms: 1_800, resets: 3, rate, carrierLines }));
});
