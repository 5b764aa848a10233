// The package's service under a real systemd, where a systemd of the test's own can be had: restarts, reloads and a
// SIGKILL under load, and what a stop closes.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { goesOn, load } from './support/load.mjs';
import { program, Server } from './support/server.mjs';
import { until, within } from './support/wait.mjs';

const script = new URL('support/systemd.sh', import.meta.url).pathname;
const unit = new URL('../../packaging/debian/cloudvno.service', import.meta.url).pathname;
// What only the machine's own systemd may do, or what would hide the test's files.
const notHere = /^(User|Group|StateDirectory|StateDirectoryMode|Wants|After|ProtectSystem|ProtectHome|PrivateTmp|PrivateUsers|ReadWritePaths)=/;

test('restarts, reloads and a SIGKILL under systemd fail no request', { timeout: 120_000 }, async (t) => {
  const server = await Server.make(t);
  const units = join(server.folder, 'systemd', 'user');
  mkdirSync(units, { recursive: true });
  writeFileSync(join(units, 'cloudvno.service'), readFileSync(unit, 'utf8').split('\n').filter((line) => !notHere.test(line)).join('\n')
    .replace(/^ExecStart=.*$/m, `ExecStart=${program} -c ${server.config} serve`));
  const manager = spawn(script, [server.folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(manager, 'exit');
  t.after(async () => {
    manager.stdin.end();
    await within(ended, 'the end of systemd', 60_000);
  });
  const began = await Promise.race([once(manager.stdout, 'data').then(() => 'ready'), ended.then(([code]) => code)]);
  if (began !== 'ready') return t.diagnostic(`no systemd of the test's own can be had here (${began})`);
  // unshare's child is the first process of the namespaces.
  const [first] = readFileSync(`/proc/${manager.pid}/task/${manager.pid}/children`, 'utf8').split(' ');
  const inside = (...command) => spawnSync('nsenter', ['-t', first, '-m', '-p', 'env', 'XDG_RUNTIME_DIR=/run/user', ...command], { encoding: 'utf8', timeout: 60_000 });
  const systemctl = (...args) => {
    const ran = inside('systemctl', '--user', ...args, 'cloudvno');
    assert.equal(ran.status, 0, ran.stderr);
    return ran.stdout.trim();
  };
  const shows = (name) => systemctl('show', '--value', '-p', name);
  const command = (...args) => until(() => {
    const ran = spawnSync(program, ['-c', server.config, ...args], { encoding: 'utf8' });
    return ran.status === 0 && ran.stdout;
  }, args.join(' '));

  systemctl('start');
  assert.equal(shows('StatusText'), 'serving');
  assert.equal(shows('NFileDescriptorStore'), '2');
  await command('check');
  const account = server.account('--no-rate-limits');
  const clients = load([server.url], account, { senders: 4 });
  const strangers = load([server.url], account, { senders: 2, close: true, name: 'stranger' });
  for (let i = 0; i < 5; ++i) {
    await goesOn(clients.counts);
    // Beside the event loop, so that the clients go on.
    await once(spawn('nsenter', ['-t', first, '-m', '-p', 'env', 'XDG_RUNTIME_DIR=/run/user', 'systemctl', '--user', 'restart', 'cloudvno'], { stdio: 'ignore' }), 'exit');
  }
  await goesOn(clients.counts);
  const pid = shows('MainPID');
  systemctl('reload');
  await until(() => shows('SubState') === 'running', 'the reload');
  await goesOn(clients.counts);
  assert.equal(shows('MainPID'), pid, 'the same process');
  await clients.end();
  await strangers.end();
  for (const { counts } of [clients, strangers]) assert.deepEqual(counts.failed.slice(0, 3), []);
  t.diagnostic(`5 restarts and a reload: ${clients.counts.requests + strangers.counts.requests} requests, 0 failed, ` +
    `${clients.counts.again} sent again, slowest ${Math.round(clients.counts.slowest)} ms`);

  // It goes, its sockets do not: who connects now waits for the next life.
  systemctl('kill', '-s', 'KILL');
  const answer = await fetch(`${server.url}/healthz`, { signal: AbortSignal.timeout(30_000) });
  assert.equal(answer.status, 200);
  assert.equal(shows('NRestarts'), '1');

  systemctl('stop');
  assert.equal(shows('NFileDescriptorStore'), '0');
  await assert.rejects(fetch(`${server.url}/healthz`), 'a service that was stopped listens no more');
});
