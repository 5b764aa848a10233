// A store that moves on to a newer version while this one serves from it: it answers on, and what begins anew says
// clearly that it is too old.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { Postgres } from './support/postgres.mjs';
import { program, Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

// What a next version might bring: a column of a table that is written all the time, a table, an index.
const next = (number) => [
  "ALTER TABLE message ADD COLUMN campaign TEXT NOT NULL DEFAULT ''",
  'CREATE TABLE campaign (sid TEXT PRIMARY KEY, name TEXT NOT NULL)',
  'CREATE INDEX message_by_campaign ON message (campaign)',
  `INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES (${number}, 'campaigns', 'x', 1)`,
];

// Posts and reads with eight clients until `body` is done; answers how many requests there were. None may fail.
async function underLoad(server, account, body) {
  const client = server.client(account.test_key);
  const failed = [];
  let requests = 0;
  let running = true;
  const load = Array.from({ length: 8 }, async (_, sender) => {
    for (let i = 0; running; ++i) {
      try {
        const made = await client.post('/v1/messages', { from: account.numbers[0], to: '+12015550100', body: `${sender} ${i}` });
        assert.equal(made.status, 201, made.text);
        const read = await client.get(`/v1/messages/${made.body.sid}`);
        assert.equal(read.status, 200, read.text);
        requests += 2;
      } catch (error) {
        failed.push(error.message);
      }
    }
  });
  const goesOn = async () => {
    const before = requests;
    await until(() => requests > before + 100 || failed.length > 0, 'the load goes on');
  };
  await goesOn();
  await body();
  await goesOn();
  running = false;
  await Promise.all(load);
  assert.deepEqual(failed.slice(0, 3), [], `${failed.length} of ${requests} failed`);
  return requests;
}

const tooOld = /the store is newer than this program: it has migration \d+_campaigns/;

async function survivesANewerStore(t, server, migrate) {
  const account = server.account('--no-rate-limits');
  const requests = await underLoad(server, account, migrate);
  t.diagnostic(`${requests} requests around the migration, 0 failed`);

  // It would not come back, so it does not go.
  server.child.kill('SIGUSR2');
  await until(() => server.log.includes('serve.restart_refused'), 'the restart is refused');
  assert.match(server.log, tooOld);
  const client = server.client(account.test_key);
  const { sid } = await client.make('/v1/messages', { from: account.numbers[0], to: '+12015550100', body: 'still here' });
  await client.message(sid, 'delivered');

  const command = spawnSync(program, ['-c', server.config, 'account', 'list'], { encoding: 'utf8' });
  assert.equal(command.status, 1);
  assert.match(command.stderr, tooOld);
  assert.equal(await server.kill(), 0, 'it ends in order');
  const start = spawnSync(program, ['-c', server.config, 'serve'], { encoding: 'utf8', timeout: 30_000 });
  assert.equal(start.status, 1);
  assert.match(start.stderr, tooOld);
}

test('on PostgreSQL a process answers on while the store moves on, and does not start again', { timeout: 120_000 }, async (t) => {
  const postgres = await Postgres.start(t);
  const url = postgres.database('upgrade');
  const server = await Server.start(t, { sections: `[store]\ndatabase = "${url}"` });
  await survivesANewerStore(t, server, async () => {
    const number = Number(postgres.sql('upgrade', 'SELECT max(version) FROM schema_migration').stdout) + 1;
    // In one transaction, giving way to the others as the program's own migrations do.
    await until(() => {
      const done = postgres.sql('upgrade', `BEGIN; SET LOCAL lock_timeout = 200; ${next(number).join(';')}; COMMIT`);
      return done.status === 0 && !done.stderr.includes('ERROR');
    }, 'the migration');
    assert.equal(Number(postgres.sql('upgrade', 'SELECT max(version) FROM schema_migration').stdout), number);
  });
});

test('on the embedded store too', { timeout: 120_000 }, async (t) => {
  const server = await Server.start(t);
  await survivesANewerStore(t, server, async () => {
    const script = `
import sqlite3, sys
store = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
store.execute('BEGIN IMMEDIATE')
number = store.execute('SELECT max(version) FROM schema_migration').fetchone()[0] + 1
for statement in sys.argv[2:]: store.execute(statement.replace('NUMBER', str(number)))
store.execute('COMMIT')
`;
    const done = spawnSync('python3', ['-c', script, join(server.data, 'cloudvno.db'), ...next('NUMBER')], { encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
  });
});
