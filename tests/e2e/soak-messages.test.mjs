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

const noDisk = whyNoSmallDisk();

// Two at a time: most of each is waiting, for a takeover, a freed disk, a carrier that speaks again.
test('messages', { timeout, concurrency: 2 }, (t) => Promise.all([
  t.test('through kills on PostgreSQL', async (each) => {
    judge(each, await messageKills(each, { engine: 'postgres', kills: 2, messages: 400, rate }));
  }),
  t.test('through a full disk', { skip: noDisk ?? false }, async (each) => {
    // Longer than a receipt waits for the answer that it overtook.
    judge(each, await messagesOnFullDisk(each, { full: [6_000, 300], rate }));
  }),
  t.test('through kills on SQLite', async (each) => {
    judge(each, await messageKills(each, { engine: 'sqlite', kills: 4, messages: 800, rate }));
  }),
  t.test('to a carrier that resets, says nothing, and throttles', async (each) => {
    const carrierLines = 'response_timeout = 1\nenquire_link_interval = 1\nenquire_link_timeout = 1\n';
    judge(each, await messagesToABadCarrier(each, { engine: 'sqlite', ms: 1_800, resets: 3, rate, carrierLines }));
  }),
]));
