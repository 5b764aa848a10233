// Migration, turning of keys, erasure, backup, restore and purge, killed at many moments: the next start or the same command
// again brings each to the end that it would have had.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Postgres } from './support/postgres.mjs';
import { program, Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

// From before the command does anything to after its end, on a machine that is idle or busy.
const moments = [2, 10, 20, 30, 45, 60, 90, 130, 200, 400];

async function killed(server, ms, ...args) {
  const child = spawn(program, ['-c', server.config, ...args], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const kill = setTimeout(() => child.kill('SIGKILL'), ms);
  const [code, signal] = await exited;
  clearTimeout(kill);
  return signal ?? code;
}

// On the embedded store; answers the rows.
function sql(server, text) {
  const script = `
import json, sqlite3, sys
store = sqlite3.connect(sys.argv[1], timeout=30)
print(json.dumps([list(map(str, row)) for row in store.execute(sys.argv[2])]))
store.commit()
`;
  const done = spawnSync('python3', ['-c', script, join(server.data, 'cloudvno.db'), text], { encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
  return JSON.parse(done.stdout);
}

const message = (account, body) => ({ from: account.numbers[0], to: '+12015550100', body });
const schema = (server) => sql(server, "SELECT type, name, sql FROM sqlite_master ORDER BY type, name");
const summary = (ends) => ends.map((end) => (end === 'SIGKILL' ? 'killed' : 'ended')).join(' ');

test('a migration', { timeout: 200_000 }, async (t) => {
  const whole = await Server.make(t);
  whole.command('account', 'list');
  const server = await Server.make(t);
  const ends = [];
  for (const ms of moments) ends.push(await killed(server, ms, 'account', 'list'));
  t.diagnostic(summary(ends));
  server.command('account', 'list');
  assert.deepEqual(schema(server), schema(whole));

  const postgres = await Postgres.start(t);
  const tables = (name) => postgres.sql(name, "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2").stdout;
  const on = (name) => ({ sections: `[store]\ndatabase = "${postgres.database(name)}"` });
  (await Server.make(t, on('whole'))).command('account', 'list');
  const shared = await Server.make(t, on('cut'));
  const sharedEnds = [];
  for (const ms of moments) sharedEnds.push(await killed(shared, ms, 'account', 'list'));
  t.diagnostic(`PostgreSQL: ${summary(sharedEnds)}`);
  shared.command('account', 'list');
  assert.equal(tables('cut'), tables('whole'));
});

test('a turn of the root key, and an erasure', { timeout: 230_000 }, async (t) => {
  const server = await Server.start(t);
  const kept = server.account('--no-rate-limits');
  const { sid } = await server.client(kept.test_key).make('/v1/messages', message(kept, 'kept'));
  const ends = [];
  for (const ms of moments) ends.push(await killed(server, ms, 'root-key', 'turn'));
  t.diagnostic(`turns: ${summary(ends)}`);
  const readsAll = async () => {
    const answer = await server.client(kept.test_key).get(`/v1/messages/${sid}`);
    assert.equal(answer.body.body, 'kept', answer.text);
  };
  await readsAll();
  await server.kill('SIGKILL');
  await server.start();
  await readsAll();
  assert.match(readFileSync(join(server.data, 'root.key'), 'utf8'), /^[0-9a-f]{64}\n$/, 'one key is left');
  assert.deepEqual(sql(server, 'SELECT state FROM root_key'), [['current']]);

  const erasures = [];
  for (const ms of moments) {
    const account = server.account();
    erasures.push({ account, end: await killed(server, ms, 'account', 'erase', '--yes', account.account_sid) });
  }
  t.diagnostic(`erasures: ${summary(erasures.map(({ end }) => end))}`);
  await server.kill('SIGKILL');
  await server.start();
  await readsAll();
  const erased = sql(server, 'SELECT account_sid FROM erasure').flat();
  assert.deepEqual(sql(server, 'SELECT 1 FROM erasure WHERE root_key_dropped_at IS NULL'), [], 'no copy of the store opens them');
  for (const { account, end } of erasures) {
    const gone = erased.includes(account.account_sid);
    assert.ok(gone || end !== 0, 'what was answered as erased is');
    const { status } = await server.client(account.test_key).get('/v1/messages');
    assert.equal(status, gone ? 401 : 200, 'erased, or untouched');
    const held = sql(server, `SELECT count(*) FROM incoming_number WHERE account_sid = '${account.account_sid}'`)[0][0];
    if (!gone) assert.equal(held, '5');
  }
});

test('a backup and a restore', { timeout: 230_000 }, async (t) => {
  const server = await Server.start(t);
  const account = server.account('--no-rate-limits');
  const client = server.client(account.test_key);
  const sids = [];
  for (let i = 0; i < 200; ++i) sids.push((await client.make('/v1/messages', message(account, `text ${i}`))).sid);
  const folder = join(server.folder, 'backups');
  const ends = [];
  for (const ms of moments) ends.push(await killed(server, ms, 'backup', folder));
  t.diagnostic(`backups: ${summary(ends)}`);
  const archive = server.command('backup', folder).match(/^archive +(.+)$/m)[1];
  for (const name of readdirSync(folder)) {
    if (name === 'keys.cvno') continue;
    assert.match(name, /\.cvno$/, 'nothing half-written is left');
    server.command('backup', '--verify', join(folder, name));
  }
  await server.kill();

  const machine = await Server.make(t);
  mkdirSync(machine.data, { mode: 0o700 });
  copyFileSync(join(server.data, 'root.key'), join(machine.data, 'root.key'));
  const restores = [];
  let whole = false;
  for (const ms of moments) {
    const end = await killed(machine, ms, 'restore', archive);
    restores.push(end);
    // What serves is whole, as a kill between the last commit and the end of the process leaves it: that nothing is
    // served from half of a store is then shown by the messages below, all of which are there.
    const served = spawnSync(program, ['-c', machine.config, 'account', 'list'], { encoding: 'utf8' });
    whole = served.status === 0 && served.stdout !== '';
    assert.ok(whole || end !== 0, 'what ended well serves');
    if (whole) break;
  }
  t.diagnostic(`restores: ${summary(restores)}`);
  if (!whole) machine.command('restore', archive);
  await machine.start();
  const again = machine.client(account.test_key);
  for (const [i, each] of sids.entries()) assert.equal((await again.get(`/v1/messages/${each}`)).body.body, `text ${i}`);
});

test('a purge', { timeout: 200_000 }, async (t) => {
  const server = await Server.start(t);
  const account = server.account('--no-rate-limits');
  const client = server.client(account.test_key);
  const { sid } = await client.make('/v1/messages', message(account, 'young'));
  await client.message(sid, 'delivered');
  await server.kill();
  // Long past their time: copies of the young one, as old rows are found by their SIDs.
  const names = sql(server, "SELECT name FROM pragma_table_info('message')").flat();
  const columns = names.map((name) => (name === 'sid' ? "'SM' || printf('%032x', n)" : name));
  const old = 30_000;
  sql(server, `WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${old})
    INSERT INTO message (${names.join()}) SELECT ${columns.join()} FROM n, message WHERE sid = '${sid}'`);
  const left = () => Number(sql(server, `SELECT count(*) FROM message WHERE sid < 'SM01'`)[0][0]);
  assert.equal(left(), old);
  const seen = [];
  for (const ms of [0, 30, 60, 120, 200]) {
    await server.start();
    assert.equal((await client.get('/v1/messages')).body.data.length, 1, 'what is past its time is not shown');
    await new Promise((resolve) => setTimeout(resolve, ms));
    await server.kill('SIGKILL');
    seen.push(left());
  }
  t.diagnostic(`left after each kill: ${seen.join(' ')}`);
  await server.start();
  await until(() => left() === 0, 'the purge ends', 60_000);
  assert.equal((await client.get(`/v1/messages/${sid}`)).body.body, 'young');
});
