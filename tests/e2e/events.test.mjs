// Events at a customer's endpoint: verified by a library that we did not write, through a rotation of the secret and
// through SIGKILLs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packages } from './support/packages.mjs';
import { Server } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { until } from './support/wait.mjs';

const { Webhook } = packages('standardwebhooks');

const verifies = (secret, { raw, headers }) => {
  try {
    return new Webhook(secret).verify(raw, headers);
  } catch {
    return null;
  }
};

test('no verification fails while a secret is rotated', async (t) => {
  const server = await Server.start(t);
  const sink = await Sink.start(t);
  const account = server.account('--no-rate-limits');
  const client = server.client(account.test_key);
  const { sid, secret } = await client.make('/v1/webhook_endpoints', { url: `${sink.url}/events`, event_types: 'message.delivered' });
  const send = async () => client.make('/v1/messages', { from: account.numbers[0], to: '+12015550100', body: 'Hello' });
  for (let i = 0; i < 5; ++i) await send();
  const rotated = await client.make(`/v1/webhook_endpoints/${sid}/rotate_secret`, { overlap: 3600 });
  for (let i = 0; i < 5; ++i) await send();
  await until(() => sink.all.length === 10, 'ten events');
  let byNew = 0;
  for (const event of sink.all) {
    const body = verifies(secret, event);
    assert.equal(body?.type, 'message.delivered', 'whoever has the old secret verifies every one');
    assert.equal(body.data.status, 'delivered');
    assert.equal(verifies(secret, { ...event, raw: event.raw.replace('delivered', 'delivereD') }), null);
    if (verifies(rotated.secret, event)) ++byNew;
  }
  assert.ok(byNew >= 5, `${byNew} verify with the new secret`);
  await client.make(`/v1/webhook_endpoints/${sid}/rotate_secret`, { overlap: 0 });
  await send();
  await until(() => sink.all.length === 11, 'one more');
  assert.equal(verifies(secret, sink.all[10]), null);
  assert.equal(verifies(rotated.secret, sink.all[10]), null);
  const log = (await client.get('/v1/webhook_deliveries?limit=1')).body.data[0];
  const read = await until(async () => {
    const delivery = (await client.get(`/v1/webhook_deliveries/${log.sid}`)).body;
    return delivery.log.length > 0 && delivery;
  }, 'the attempt in the log');
  assert.equal(read.log[0].request.body, sink.all[10].raw, 'the log has the bytes that were signed');
  assert.equal(read.log[0].request.headers['webhook-signature'], sink.all[10].headers['webhook-signature']);
});

test('no event of an accepted message is lost over SIGKILLs', async (t) => {
  const server = await Server.start(t);
  const sink = await Sink.start(t);
  const account = server.account('--no-rate-limits');
  const client = server.client(account.test_key);
  await client.make('/v1/webhook_endpoints', { url: sink.url, event_types: 'message.sent' });
  const accepted = new Set();
  let loading = true;
  const load = (async () => {
    while (loading) {
      await client.post('/v1/messages', { from: account.numbers[0], to: '+12015550100', body: 'x' }).then((answer) => {
        if (answer.status === 201) accepted.add(answer.body.sid);
      }, () => new Promise((resolve) => setTimeout(resolve, 5)));
    }
  })();
  for (let kill = 1; kill <= 5; ++kill) {
    const before = accepted.size;
    await until(() => accepted.size > before + 50, 'load');
    await server.kill('SIGKILL');
    await server.start();
  }
  loading = false;
  await load;
  const told = () => new Set(sink.all.map((event) => JSON.parse(event.raw).data.sid));
  await until(() => { const sids = told(); return [...accepted].every((sid) => sids.has(sid)); }, 'an event of every message', 30_000);
  const ids = new Map();
  for (const { raw } of sink.all) ids.set(JSON.parse(raw).id, (ids.get(JSON.parse(raw).id) ?? 0) + 1);
  assert.equal(ids.size >= accepted.size, true);
});
