// The first minute of a new user: what ./dev run starts, and the curl line it prints, pasted into a shell.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { freePort } from './support/server.mjs';
import { until } from './support/wait.mjs';

const start = new URL('../../tools/run.sh', import.meta.url).pathname;

test('what is printed at the start sends a message when pasted, and Ctrl-C ends it in order', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudvno-first-'));
  const run = join(folder, 'run');
  mkdirSync(run);
  // Free ports; all else is as the script would write it.
  writeFileSync(join(run, 'cloudvno.toml'), `
[node]
data_dir = "${run}/data"
[http]
address = "127.0.0.1"
port = 0
plain_port = ${await freePort()}
[sandbox]
port = 0
`);
  const child = spawn(start, [process.env.CLOUDVNO, run], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let printed = '';
  let log = '';
  child.stdout.on('data', (data) => { printed += data; });
  child.stderr.on('data', (data) => { log += data; });
  t.after(() => {
    try { process.kill(-child.pid, 'SIGKILL'); } catch { /* it has ended */ }
    rmSync(folder, { recursive: true, force: true });
  });
  await until(() => printed.includes('Ctrl-C ends'));

  const line = printed.slice(printed.indexOf('  curl '), printed.indexOf('Then open'));
  const { stdout } = await promisify(execFile)('bash', ['-c', line]);
  const message = JSON.parse(stdout);
  assert.equal(message.status, 'queued');

  const key = /API key +(\S+)/.exec(printed)[1];
  const [console_] = /http:\S+\/console\/#key=\S+/.exec(printed);
  const address = new URL(console_).origin;
  const read = async () => (await fetch(`${address}/v1/messages/${message.sid}`, {
    headers: { Authorization: `Bearer ${key}` },
  })).json();
  await until(async () => (await read()).status === 'delivered');
  assert.equal((await fetch(console_)).status, 200);
  assert.equal(statSync(join(run, 'account.txt')).mode & 0o077, 0, 'others can read the secrets');

  process.kill(-child.pid, 'SIGINT');  // as a terminal does: to the whole group
  const [code] = await ended;
  assert.equal(code, 0);
  assert.match(log, /serve\.stopped/);
  assert.ok(!log.includes(key) && !log.includes('Hello from CloudVNO'));
});
