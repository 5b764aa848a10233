// A backup made while the platform serves, restored on an empty machine; what was erased since stays erased.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Server } from './support/server.mjs';

const planted = 'the heron stands in the reeds';

async function send(client, account, body) {
  const answer = await client.post('/v1/messages', { from: account.numbers[0], to: '+12015550100', body });
  assert.equal(answer.status, 201, answer.text);
  return answer.body.sid;
}

test('a backup under load comes back whole on an empty machine, and the erased stay erased', async (t) => {
  const server = await Server.start(t);
  const account = server.account('--no-rate-limits');
  const erased = server.account();
  const client = server.client(account.test_key);
  await send(server.client(erased.test_key), erased, planted);
  const sids = [];
  let writing = true;
  const load = (async () => {
    while (writing) sids.push(await send(client, account, planted));
  })();
  const folder = join(server.folder, 'backups');
  while (sids.length < 50) await new Promise((resolve) => setImmediate(resolve));
  const before = sids.length;
  const printed = server.command('backup', folder);
  writing = false;
  await load;
  const archive = printed.match(/^archive +(.+)$/m)[1];
  assert.match(server.command('backup', '--verify', archive), /^whole: /);
  server.command('account', 'erase', '--yes', erased.account_sid);
  server.command('backup', folder); // the newest keys file
  await server.kill();

  const machine = await Server.make(t);
  mkdirSync(machine.data, { mode: 0o700 });
  copyFileSync(join(server.data, 'root.key'), join(machine.data, 'root.key'));
  const restored = machine.command('restore', archive, '--keys', join(folder, 'keys.cvno'));
  assert.match(restored, /^message +\d+$/m);
  await machine.start();
  const again = machine.client(account.test_key);
  assert.equal((await again.get(`/v1/messages/${sids[before - 1]}`)).body.body, planted);
  assert.equal((await again.get('/v1/messages?limit=1000')).body.data.length >= before, true);
  assert.equal((await machine.client(erased.test_key).get('/v1/messages')).status, 401);
  assert.equal(readdirSync(folder).length, 3);
  for (const name of readdirSync(folder)) {
    assert.equal(readFileSync(join(folder, name)).includes('heron'), false, name);
  }
});
