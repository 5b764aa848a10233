// Restarts under load: no request fails, no message is lost. RESTARTS sets how often (5).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { goesOn, load } from './support/load.mjs';
import { freePort, program, Server } from './support/server.mjs';
import { until, within } from './support/wait.mjs';

const restarts = Number(process.env.RESTARTS ?? 5);
const activate = new URL('support/activate.py', import.meta.url).pathname;
const final = new Set(['delivered', 'undelivered', 'failed']);

async function holdsAllOf(t, server, account, counts, what) {
  assert.deepEqual(counts.failed.slice(0, 3), [], `${counts.failed.length} requests failed`);
  const client = server.client(account.test_key);
  const stored = new Map();
  const read = async () => {
    for (let next = '/v1/messages?limit=1000'; next;) {
      const page = (await client.get(next)).body;
      for (const message of page.data) stored.set(message.sid, message);
      next = page.next;
    }
    return stored;
  };
  await read();
  const lost = [...counts.answered.keys()].filter((sid) => !stored.has(sid));
  assert.deepEqual(lost, [], 'lost messages');
  assert.equal(stored.size, counts.answered.size, 'no message twice');
  // A drain waits for receipts of nothing, and the simulated network forgets with the process: `sent` may be the end of
  // a message whose receipt was under way at a restart. Nothing stays queued.
  await until(async () => ![...(await read()).values()].some((one) => one.status === 'queued'), 'nothing is queued', 60_000);
  const ended = [...stored.values()].filter((one) => final.has(one.status)).length;
  const marked = [...stored.values()].filter((one) => one.possible_duplicate).length;
  t.diagnostic(`${what}: ${counts.requests} requests, 0 failed, ${counts.again} sent again on a connection closed before ` +
    `any answer, slowest ${Math.round(counts.slowest)} ms; ${counts.answered.size} messages, 0 lost, ${ended} final, ` +
    `${stored.size - ended} sent without a receipt, ${marked} possible duplicates`);
  assert.equal(marked, 0, 'an orderly restart leaves nothing in doubt');
  assert.ok(counts.again <= counts.requests / 100, 'hardly a connection is closed under a request');
}

// The program under activate.py; answers what a test needs of it.
async function activated(t, server, sockets) {
  const child = spawn('python3', [activate, ...sockets, '--', program, '-c', server.config, 'serve'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const parent = { child, said: '', log: '', ended: once(child, 'exit') };
  child.stdout.on('data', (data) => { parent.said += data; });
  child.stderr.on('data', (data) => { parent.log += data; });
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await within(parent.ended, 'the end of activate.py', 40_000);
  });
  parent.times = (word) => parent.said.split(word).length - 1;
  parent.until = (word, times) => until(() => {
    assert.equal(child.exitCode, null, parent.log.slice(-3000));
    return parent.times(word) >= times;
  }, `"${word}" ${times} times`, 60_000);
  parent.port = (name) => Number(new RegExp(`^listening ${name} (\\d+)`, 'm').exec(parent.said)[1]);
  await parent.until('READY=1', 1);
  return parent;
}

test(`${restarts} restarts by a supervisor that holds the sockets fail no request`, { timeout: 230_000 }, async (t) => {
  const server = await Server.make(t);
  const account = server.account('--no-rate-limits');
  const parent = await activated(t, server, ['https=0', 'http=0']);
  server.url = `http://127.0.0.1:${parent.port('http')}`;
  const clients = load([server.url, `https://127.0.0.1:${parent.port('https')}`], account, { senders: 8 });
  for (let i = 1; i <= restarts; ++i) {
    await goesOn(clients.counts);
    parent.child.kill('SIGHUP');
    await parent.until('READY=1', i + 1);
  }
  await goesOn(clients.counts);
  await clients.end();
  assert.equal(parent.times('ended 0'), restarts, parent.said);
  assert.equal(parent.times('STOPPING=1'), restarts);
  assert.ok(parent.times('WATCHDOG=1') > 0);
  await holdsAllOf(t, server, account, clients.counts, `${restarts} restarts, sockets of the supervisor`);
});

test(`${restarts} restarts fail no request where the program gives its own sockets into keeping`, { timeout: 230_000 }, async (t) => {
  const server = await Server.make(t);
  const account = server.account('--no-rate-limits');
  const parent = await activated(t, server, []);
  await parent.until('FDSTORE=1', 2);
  const clients = load([server.url], account, { senders: 8, close: true });
  for (let i = 1; i <= restarts; ++i) {
    await goesOn(clients.counts);
    parent.child.kill('SIGHUP');
    await parent.until('READY=1', i + 1);
  }
  await goesOn(clients.counts);
  await clients.end();
  await holdsAllOf(t, server, account, clients.counts, `${restarts} restarts, new connections, sockets in keeping`);
});

test(`${restarts} restarts in place fail no request, and a file that cannot serve is refused`, { timeout: 230_000 }, async (t) => {
  const server = await Server.make(t);
  // A copy that the test may replace, as an upgrade does.
  const file = join(server.folder, 'cloudvno');
  const install = (how) => {
    how(`${file}.new`);
    chmodSync(`${file}.new`, 0o755);
    renameSync(`${file}.new`, file);
  };
  install((to) => copyFileSync(program, to));
  const account = server.account('--no-rate-limits');
  const child = spawn(file, ['-c', server.config, 'serve'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  let log = '';
  child.stderr.on('data', (data) => { log += data; });
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await within(ended, 'the end', 40_000);
  });
  const logged = (word, times) => until(() => {
    assert.equal(child.exitCode ?? child.signalCode, null, log.slice(-3000));
    return log.split(word).length - 1 >= times;
  }, `"${word}" in the log ${times} times`, 60_000);
  await logged('serve.started', 1);
  const clients = load([server.url], account, { senders: 8 });

  for (let i = 1; i <= restarts; ++i) {
    await goesOn(clients.counts);
    install((to) => copyFileSync(program, to));
    child.kill('SIGUSR2');
    await logged('serve.started', i + 1);
  }

  install((to) => writeFileSync(to, '#!/bin/sh\necho "this version refuses the store" >&2\nexit 1\n'));
  child.kill('SIGUSR2');
  await logged('serve.restart_refused', 1);
  await goesOn(clients.counts);
  assert.match(log, /this version refuses the store/);
  assert.equal(log.split('serve.started').length - 1, restarts + 1, 'the old one serves on');

  install((to) => copyFileSync(program, to));
  writeFileSync(server.config, 'this is no configuration');
  child.kill('SIGUSR2');
  await logged('serve.restart_refused', 2);
  await goesOn(clients.counts);
  await clients.end();
  await holdsAllOf(t, server, account, clients.counts, `${restarts} restarts in place`);
});

test('SIGKILL leaves connections waiting, not refused, where a supervisor keeps the sockets', { timeout: 120_000 }, async (t) => {
  const server = await Server.make(t);
  const parent = await activated(t, server, []);
  await parent.until('FDSTORE=1', 2);
  const pid = Number(/^pid (\d+)/m.exec(parent.said)[1]);
  process.kill(pid, 'SIGKILL');
  // Whether it comes before or after the next life begins, it is answered.
  const answer = await fetch(`${server.url}/healthz`, { signal: AbortSignal.timeout(30_000) });
  assert.equal(answer.status, 200);
  await parent.until('READY=1', 2);
});

test('a socket of an unknown name is refused with the names that are known', { timeout: 60_000 }, async (t) => {
  const server = await Server.make(t);
  const port = await freePort();
  const child = spawn('python3', [activate, `cloudvno.socket=${port}`, '--', program, '-c', server.config, 'serve']);
  let log = '';
  child.stderr.on('data', (data) => { log += data; });
  child.stdout.resume();
  await within(once(child, 'exit'), 'the end', 30_000);
  assert.match(log, /a socket named "cloudvno.socket".*https and http/);
});
