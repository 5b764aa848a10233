// Our SIP rooms against SIPp, as caller and as callee:  run.mjs PEER SIPP
// PEER is the program of peer.cpp. SIPp's exit status says whether each message was the one that
// its scenario expects.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const [peerProgram, sippProgram] = process.argv.slice(2);
const scenarios = join(dirname(fileURLToPath(import.meta.url)), 'scenarios');
const deadline = 60_000; // ms, of each wait

async function within(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('nothing came in time')), deadline);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

// The peer program, whose lines of JSON are collected.
async function startPeer(t, ...args) {
  const child = spawn(peerProgram, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await within(lines.next())).value);
  const { udp, tcp } = await next();
  return {
    udp,
    tcp,
    async next(event) {
      for (;;) {
        const line = await next();
        if (line.event === event) return line;
      }
    },
    async stop() {
      child.stdin.end();
      for (;;) {
        const line = await next();
        if (line.event === 'stopped') return line;
      }
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

// Returns once somebody listens there.
async function listening(port) {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

// Runs SIPp to its end; fails with what it printed.
async function sipp(t, ...args) {
  const folder = await mkdtemp(join(tmpdir(), 'sipp-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const child = spawn(sippProgram, ['-i', '127.0.0.1', '-nostdin', '-timeout', '50s', '-timeout_error', ...args],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (text) => { said += text; });
  child.stderr.on('data', (text) => { said += text; });
  const [status] = await within(once(child, 'exit'));
  assert.equal(status, 0, said.slice(-3000));
}

const scenario = (name) => ['-sf', join(scenarios, `${name}.xml`)];

for (const [name, mode] of [['UDP', 'u1'], ['TCP', 't1']]) {
  test(`SIPp's caller has a hundred calls answered by ${name}`, async (t) => {
    const peer = await startPeer(t, 'listen');
    const port = name === 'UDP' ? peer.udp : peer.tcp;
    await sipp(t, '-sn', 'uac', '-t', mode, '-m', '100', '-r', '100', '-d', '50', `127.0.0.1:${port}`);
    const end = await peer.stop();
    assert.equal(end.calls, 100);
    assert.equal(end.unfinished, 0);
  });
}

for (const transport of ['udp', 'tcp']) {
  test(`SIPp's callee is called by ${transport}`, async (t) => {
    const port = await freePort();
    const callee = sipp(t, '-sn', 'uas', '-t', transport === 'udp' ? 'u1' : 't1', '-p', `${port}`, '-m', '1');
    if (transport === 'tcp') await within(listening(port));
    const peer = await startPeer(t, 'call', `127.0.0.1:${port}`, 'service', transport);
    assert.equal((await peer.next('answered')).media, true);
    assert.deepEqual(await peer.next('ended'), { event: 'ended', by: 'local', code: 0 });
    await callee;
  });
}

for (const [name, user, what] of [
  ['cancel', 'ring', 'a call that rings is cancelled'],
  ['busy', 'busy', 'a refusal is acknowledged'],
  ['hold', 'service', 'a call is held and taken back'],
  ['late-ack', 'service', 'an answer comes again until its ACK'],
  ['bye-crosses-ack', 'service', 'a BYE that overtakes its ACK ends the call'],
  ['auth', 'secret', 'a caller proves who it is'],
]) {
  test(`SIPp's caller: ${what}`, async (t) => {
    const peer = await startPeer(t, 'listen');
    await sipp(t, ...scenario(name), '-s', user, '-au', 'alice', '-ap', 'wonder', '-m', '3', '-r', '3',
      `127.0.0.1:${peer.udp}`);
    assert.equal((await peer.stop()).unfinished, 0);
  });
}
