// The platform on PostgreSQL: one line of configuration, several processes, and stores that move between engines.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Postgres } from './support/postgres.mjs';
import { Server } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { until } from './support/wait.mjs';

const onDatabase = (url, more = '') => ({ sections: `[store]\ndatabase = "${url}"\n${more}` });
const message = (account, body = 'Hello') => ({ from: account.numbers[0], to: '+12015550100', body });

test('several processes share one database, and what a killed one left is brought out once', async (t) => {
  const postgres = await Postgres.start(t);
  const url = postgres.database('shared');
  const first = await Server.start(t, onDatabase(url));
  const second = await Server.make(t, onDatabase(url));
  second.takeRootKeyOf(first);
  await second.start();
  const account = first.account('--no-rate-limits');
  const sink = await Sink.start(t);
  const [one, other] = [first, second].map((server) => server.client(account.test_key));
  await one.make('/v1/webhook_endpoints', { url: sink.url, event_types: 'message.sent' });
  // What one made, the other shows; what either made is delivered.
  const { sid } = await one.make('/v1/messages', message(account));
  await other.message(sid, 'delivered');
  const fromOther = await other.make('/v1/messages', message(account));
  await one.message(fromOther.sid, 'delivered');

  const accepted = [];
  const burst = Array.from({ length: 200 }, () => one.post('/v1/messages', message(account)).then((answer) => {
    if (answer.status === 201) accepted.push(answer.body.sid);
  }, () => {}));
  await until(() => accepted.length >= 100, 'half of a burst');
  await first.kill('SIGKILL');
  await Promise.all(burst);
  await until(async () => (await other.get('/v1/messages?status=queued&limit=1')).body.data.length === 0, 'the other adopts', 60_000);
  for (const each of accepted) assert.notEqual((await other.get(`/v1/messages/${each}`)).body.status, 'queued');
  const told = () => new Set(sink.all.map(({ raw }) => JSON.parse(raw).data.sid));
  await until(() => { const sids = told(); return accepted.every((each) => sids.has(each)); }, 'an event of each', 90_000);
  assert.match(second.log, /cluster\.adopted/);
  assert.ok(second.isAlive());
});

test('a database that is away is answered with 503 at once, and all is well when it is back', async (t) => {
  const postgres = await Postgres.start(t);
  const server = await Server.start(t, onDatabase(postgres.database('away')));
  const account = server.account('--no-rate-limits');
  const client = server.client(account.test_key);
  await client.make('/v1/messages', message(account));
  await postgres.stop('SIGQUIT');
  for (let i = 0; i < 5; ++i) {
    const began = performance.now();
    const answer = await client.post('/v1/messages', message(account));
    assert.equal(answer.status, 503, answer.text);
    assert.ok(answer.headers.get('retry-after'));
    assert.ok(performance.now() - began < 5_000, 'no hang');
  }
  await postgres.serve();
  const { sid } = await until(async () => {
    const answer = await client.post('/v1/messages', message(account));
    return answer.status === 201 && answer.body;
  }, 'messages are taken again');
  await client.message(sid, 'delivered');
});

test('a store moves from SQLite to PostgreSQL, and a backup of it comes back on SQLite', async (t) => {
  const postgres = await Postgres.start(t);
  const small = await Server.start(t);
  const account = small.account('--no-rate-limits');
  const { sid } = await small.client(account.test_key).make('/v1/messages', message(account, 'moved'));
  await small.client(account.test_key).message(sid, 'delivered');
  await small.kill();
  const large = await Server.make(t, onDatabase(postgres.database('moved')));
  large.takeRootKeyOf(small);
  assert.match(small.command('move', large.config), /^message +1$/m);
  await large.start();
  assert.equal((await large.client(account.test_key).get(`/v1/messages/${sid}`)).body.body, 'moved');
  const folder = join(large.folder, 'backups');
  const archive = large.command('backup', folder).match(/^archive +(.+)$/m)[1];
  const again = await Server.make(t);
  again.takeRootKeyOf(large);
  again.command('restore', archive);
  await again.start();
  assert.equal((await again.client(account.test_key).get(`/v1/messages/${sid}`)).body.body, 'moved');
});
