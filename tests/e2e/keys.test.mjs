// Keys that turn while the platform serves, and an account whose keys are destroyed.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const planted = 'the heron stands in the reeds';

async function send(client, account, body) {
  const answer = await client.post('/v1/messages', { from: account.numbers[0], to: '+12015550100', body });
  assert.equal(answer.status, 201, answer.text);
  return answer.body.sid;
}

async function bodyOf(client, sid) {
  const answer = await client.get(`/v1/messages/${sid}`);
  return answer.status === 200 ? answer.body.body : answer.status;
}

test('root and account keys turn under load, and nothing that was answered is lost', async (t) => {
  const server = await Server.start(t);
  const account = server.account('--no-rate-limits');
  const client = server.client(account.test_key);
  const sent = [await send(client, account, planted)];
  let turning = true;
  const load = (async () => {
    for (let i = 0; turning; ++i) sent.push(await send(client, account, `${planted} ${i}`));
  })();
  const keyBefore = readFileSync(join(server.data, 'root.key'), 'utf8');
  server.command('root-key', 'turn');
  server.command('account', 'turn-key', account.account_sid);
  server.command('root-key', 'turn');
  turning = false;
  await load;
  const keyAfter = readFileSync(join(server.data, 'root.key'), 'utf8');
  assert.match(keyAfter, /^[0-9a-f]{64}\n$/);
  assert.notEqual(keyAfter, keyBefore);
  for (const [i, sid] of sent.entries()) {
    assert.equal(await bodyOf(client, sid), i === 0 ? planted : `${planted} ${i - 1}`);
  }
  await server.kill();
  await server.start();
  assert.equal(await bodyOf(client, sent[0]), planted);
});

test('an erased account is hidden within a second and opens nowhere, also in yesterday\'s copy of the store', async (t) => {
  const server = await Server.start(t);
  const account = server.account('--name', 'Heron Ltd');
  const other = server.account();
  const client = server.client(account.test_key);
  const rest = server.client(other.test_key);
  await send(client, account, planted);
  const kept = await send(rest, other, 'kept');
  await server.kill();
  const copy = `${server.data}-yesterday`;
  t.after(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(server.data, copy, { recursive: true });
  await server.start();
  const refused = spawnSync(process.env.CLOUDVNO, ['-c', server.config, 'account', 'erase', account.account_sid], { encoding: 'utf8' });
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /--yes/);
  server.command('account', 'erase', '--yes', account.account_sid);
  await until(async () => (await client.get('/v1/messages')).status === 401, 'the account is hidden');
  assert.equal(await bodyOf(rest, kept), 'kept');
  // Yesterday's store with today's root key: it opens nothing, and says what is missing.
  cpSync(join(server.data, 'root.key'), join(copy, 'root.key'));
  const config = `${server.config}-yesterday`;
  writeFileSync(config, readFileSync(server.config, 'utf8').replace(server.data, copy));
  const opened = spawnSync(process.env.CLOUDVNO, ['-c', config, 'account', 'list'], { encoding: 'utf8', timeout: 20_000 });
  assert.equal(opened.status, 1, opened.stdout);
  assert.match(opened.stderr, /put the right file back/);
  assert.equal(server.command('account', 'list').includes(other.account_sid), true);
});

test('a revoked key is refused from the moment that the command ends', async (t) => {
  const server = await Server.start(t);
  const account = server.account('--no-rate-limits');
  for (let round = 0; round < 5; ++round) {
    const { key_sid: sid, key } = server.key(account);
    const client = server.client(key);
    let asking = true;
    const remembered = (async () => {
      while (asking) await client.get('/v1/messages?limit=1');
    })();
    assert.equal((await client.get('/v1/messages?limit=1')).status, 200);
    server.command('key', 'revoke', sid);
    const after = await client.get('/v1/messages?limit=1');
    assert.equal(after.status, 401);
    assert.equal(after.body.error.code, 'api_key_revoked');
    asking = false;
    await remembered;
  }
});

test('a hold keeps an account from being erased', async (t) => {
  const server = await Server.start(t);
  const account = server.account();
  const hold = server.command('hold', 'add', '--account', account.account_sid, '--reason', 'case 1').match(/LH[0-9a-f]{32}/)[0];
  assert.match(server.command('hold', 'list', '--account', account.account_sid), /held {2}the whole account {2}case 1/);
  const refused = spawnSync(process.env.CLOUDVNO, ['-c', server.config, 'account', 'erase', '--yes', account.account_sid], { encoding: 'utf8' });
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /legal hold/);
  server.command('hold', 'release', hold);
  server.command('account', 'erase', '--yes', account.account_sid);
});
