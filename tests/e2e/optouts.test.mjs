// Opting out and in on the simulated network, from a handset's STOP to its START; and sender pools, whose numbers are
// one sender to a recipient.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { until } from './support/wait.mjs';

const ada = '+12015550100';

async function begin(t) {
  const server = await Server.start(t);
  const account = server.account();
  const client = server.client(account.test_key);
  const sink = await Sink.start(t);
  const [from, second] = account.numbers;
  await client.make(`/v1/incoming_phone_numbers/${encodeURIComponent(from)}`, { sms_url: sink.url });
  const send = (body = 'News', sender = from) => client.post('/v1/messages', { from: sender, to: ada, body });
  const text = (body, to = from) => client.make(`/v1/sandbox/handsets/${ada}/messages`, { to, body });
  const onHandset = (body) => client.onHandset(ada, (one) => one.body === body);
  return { server, client, sink, from, second, send, text, onHandset };
}

async function refused(sending) {
  const answer = await sending;
  assert.equal(answer.status, 422, answer.text);
  assert.equal(answer.body.error.code, 'unsubscribed');
  assert.equal(answer.body.error.param, 'to');
}

test('STOP blocks, is answered once, and START lifts it; also over a kill of the program', async (t) => {
  const { server, client, sink, from, send, text, onHandset } = await begin(t);
  const { stop_reply: goodbye, start_reply: welcome, help_reply: help } = (await client.get('/v1/opt_out_settings')).body;
  assert.equal((await send()).status, 201);

  await text('Stop.');
  assert.equal((await sink.next()).fields.OptOutType, 'STOP');
  await refused(send());
  const answer = await onHandset(goodbye);
  assert.equal(answer.from, from);
  const { body: kept } = await client.get(`/v1/opt_outs?${new URLSearchParams({ from, to: ada })}`);
  assert.equal(kept.opted_out, true);
  assert.equal(kept.since, new Date().toISOString().slice(0, 10));

  await text('STOP');
  assert.equal((await sink.next()).fields.OptOutType, 'STOP');
  await text('help');
  assert.equal((await sink.next()).fields.OptOutType, 'HELP');
  await onHandset(help);
  await refused(send());
  await until(async () => (await client.get('/v1/webhook_deliveries?status=pending')).body.data.length === 0, 'all is told');
  await server.kill('SIGKILL');
  await server.start();
  await refused(send());

  await text('START');
  assert.equal((await sink.next()).fields.OptOutType, 'START');
  assert.equal((await send('After')).status, 201);
  await onHandset('After');
  await onHandset(welcome);
  await text('Yes');
  assert.equal((await sink.next()).fields.OptOutType, undefined, 'an answer to the application');
  const replies = (await client.get('/v1/messages')).body.data.filter((one) => one.direction === 'outbound-reply');
  assert.deepEqual(replies.map((one) => one.body).sort(), [goodbye, help, welcome].sort());
});

test('an application\'s answer to STOP is not sent, one to an own keyword\'s START is', async (t) => {
  const { client, sink, send, text, onHandset } = await begin(t);
  sink.answer = ({ fields }) => ({ status: 200, type: 'text/xml', body: `<Response><Message>Echo ${fields.Body}</Message></Response>` });
  await client.make('/v1/opt_out_settings', { stop_keywords: ['Arrêt'], start_keywords: ['Retour'], stop_reply: 'Vous ne recevrez plus rien de nous.', start_reply: '' });
  await text('ARRÊT');
  await onHandset('Vous ne recevrez plus rien de nous.');
  await refused(send());
  await text('retour');
  await onHandset('Echo retour');
  const { data } = (await client.get('/v1/messages')).body;
  assert.ok(!data.some((one) => one.body === 'Echo ARRÊT'), 'what is blocked stays unsent');
});

test('what the customer learns elsewhere is recorded and lifted by API', async (t) => {
  const { client, from, send } = await begin(t);
  const pair = new URLSearchParams({ from, to: ada });
  await client.make('/v1/opt_outs', pair);
  await refused(send());
  assert.equal((await client.ask('DELETE', `/v1/opt_outs?${pair}`)).status, 204);
  assert.equal((await client.ask('DELETE', `/v1/opt_outs?${pair}`)).status, 404);
  assert.equal((await send()).status, 201);
});

test('a pool sends from one number to a recipient, of its country, and is left by STOP to any of its numbers', async (t) => {
  const { client, from, second, send, text } = await begin(t);
  const numbers = (await client.get('/v1/incoming_phone_numbers')).body.data;
  const british = numbers.find((one) => one.country === 'GB').phone_number;
  const pool = await client.make('/v1/sender_pools', { name: 'Shop', senders: [from, second, british] });
  const sent = [];
  for (let i = 0; i < 3; ++i) sent.push(await client.make('/v1/messages', { from: pool.sid, to: ada, body: `News ${i}` }));
  assert.equal(new Set(sent.map((one) => one.from)).size, 1);
  assert.ok([from, second].includes(sent[0].from), 'of the recipient\'s country');
  await client.message(sent[2].sid, 'delivered');
  const abroad = await client.make('/v1/messages', { from: pool.sid, to: '+447700900123', body: 'Hello' });
  assert.equal(abroad.from, british);

  // A number that goes is replaced by the other one of the country.
  const other = sent[0].from === from ? second : from;
  await client.ask('DELETE', `/v1/sender_pools/${pool.sid}/senders/${encodeURIComponent(sent[0].from)}`);
  assert.equal((await client.make('/v1/messages', { from: pool.sid, to: ada, body: 'From another' })).from, other);

  await text('STOP', other);
  await until(async () => (await send('Blocked', pool.sid)).status === 422, 'the STOP has come in');
  await refused(send('Blocked', pool.sid));
  await refused(send('Blocked', british));
  assert.equal((await send('Not of the pool any more', sent[0].from)).status, 201);
});
