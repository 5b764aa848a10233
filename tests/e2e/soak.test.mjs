// The short form of ./dev soak platform: the same trials, a few times each. Nothing accepted is lost or doubled, and the
// ledger of events is complete; how fast things are back is said, not asserted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backlog } from './support/soak/backlog.mjs';
import { failingDisk } from './support/soak/failing_disk.mjs';
import { fullDisk } from './support/soak/full_disk.mjs';
import { kills } from './support/soak/kills.mjs';
import { outages } from './support/soak/outages.mjs';
import { whyNoSmallDisk } from './support/soak/small_disk.mjs';
import { broken, describe } from './support/soak/verdict.mjs';

const timeout = 200_000;

function judge(t, trial) {
  t.diagnostic(describe(trial));
  for (const [name, list] of Object.entries(broken(trial))) assert.deepEqual(list.slice(0, 5), [], `${list.length} ${name}`);
}

test('kills of the process on SQLite', { timeout }, async (t) => {
  judge(t, await kills(t, { engine: 'sqlite', kills: 4 }));
});

test('kills of two processes and of PostgreSQL', { timeout }, async (t) => {
  judge(t, await kills(t, { engine: 'postgres', kills: 3 }));
});

test('PostgreSQL frozen and away', { timeout }, async (t) => {
  judge(t, await outages(t, { frozen: 1_000, away: 1_000 }));
});

const noDisk = whyNoSmallDisk();
test('a disk that is full and freed', { timeout, skip: noDisk ?? false }, async (t) => {
  judge(t, await fullDisk(t, { full: 300, rounds: 2 }));
});

test('writes and syncs that fail', { timeout }, async (t) => {
  judge(t, await failingDisk(t, { calls: 3, starts: 1 }));
});

test('a start with a long queue', { timeout }, async (t) => {
  judge(t, await backlog(t, { engine: 'sqlite', messages: 1_000 }));
});
