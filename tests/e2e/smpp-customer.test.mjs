// Customers that bind as ESME: npm's smpp and Kannel in front of the real program and its simulated network.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Esme } from './support/esme.mjs';
import { Kannel, isHere as kannelIsHere } from './support/kannel.mjs';
import { Server, freePort } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { jointOf, smpp, textOf } from './support/smsc.mjs';
import { until, within } from './support/wait.mjs';

const handset = '+12015550100';

// A server that takes binds, and a credential of an account. `more` goes with the credential's making.
async function serving(t, more = {}) {
  const [port, tlsPort] = [await freePort(), await freePort()];
  const server = await Server.start(t, { sections: `
[smpp_server]
enabled = true
address = "127.0.0.1"
plain_port = ${port}
tls_port = ${tlsPort}
` });
  const account = server.account();
  const client = server.client(account.test_key);
  const made = await client.make('/v1/smpp_credentials', { name: 'Ours', ...more });
  return { server, client, made, ours: account.numbers[0], url: `smpp://127.0.0.1:${port}`, tlsUrl: `ssmpp://127.0.0.1:${tlsPort}`, port };
}

async function bound(t, url, made, kind) {
  const esme = await Esme.connect(t, url);
  assert.equal((await esme.bind(made, kind)).command_status, smpp.ESME_ROK);
  return esme;
}

const receiptOf = (pdu) => ({ id: /id:(\S+)/.exec(textOf(pdu))[1], state: /stat:(\S+)/.exec(textOf(pdu))[1] });

test('a bind, a message and its receipt, over TLS', async (t) => {
  const { client, made, ours, tlsUrl } = await serving(t);
  assert.match(made.system_id, /^cv[0-9a-z]{12}$/);
  assert.match(made.password, /^[0-9A-Za-z]{8}$/);
  const read = (await client.get(`/v1/smpp_credentials/${made.sid}`)).body;
  assert.equal(read.password, undefined, 'it is shown once');
  const esme = await bound(t, tlsUrl, made);
  const sent = await esme.submit(ours, handset, 'Hello [€]', { registered_delivery: 1, data_coding: 0 });
  assert.equal(sent.command_status, smpp.ESME_ROK);
  assert.match(sent.message_id, /^SM[0-9a-f]{32}$/);
  const receipt = await esme.delivered.take('a receipt');
  assert.equal(receipt.esm_class, 4);
  assert.deepEqual(receiptOf(receipt), { id: sent.message_id, state: 'DELIVRD' });
  assert.deepEqual([receipt.receipted_message_id, receipt.message_state], [sent.message_id, 2]);
  assert.deepEqual([receipt.source_addr, receipt.destination_addr], [handset.slice(1), ours.slice(1)]);
  const message = (await client.get(`/v1/messages/${sent.message_id}`)).body;
  assert.deepEqual([message.status, message.body, message.from, message.to], ['delivered', 'Hello [€]', ours, handset]);

  const silent = await esme.submit(ours, handset, 'No receipt');
  await client.message(silent.message_id, 'delivered');
  const failing = await esme.submit(ours, '+12015550103', 'Refused there', { registered_delivery: 1 });
  assert.notEqual(receiptOf(await esme.delivered.take('a receipt')).state, 'DELIVRD');
  await until(async () => ['failed', 'undelivered'].includes((await client.get(`/v1/messages/${failing.message_id}`)).body.status), 'it failed');
  assert.equal(esme.delivered.size, 0);
});

test('errors: a stranger\'s sender, no recipient, an opt-out, times, pace, queries', async (t) => {
  const { client, made, ours, url } = await serving(t);
  const esme = await bound(t, url, made);
  const status = async (...submit) => (await esme.submit(...submit)).command_status;
  assert.equal(await status('+441614960150', handset, 'x'), smpp.ESME_RINVSRCADR);
  assert.equal(await status(ours, '+1', 'x'), smpp.ESME_RINVDSTADR);
  assert.equal(await status(ours, handset, 'x', { schedule_delivery_time: 'tomorrow' }), smpp.ESME_RINVSCHED);
  assert.equal(await status(ours, handset, 'x', { validity_period: '200101000000000+' }), smpp.ESME_RINVEXPIRY);
  assert.equal(await status(ours, handset, ''), smpp.ESME_RSUBMITFAIL);
  await client.make('/v1/opt_outs', { from: ours, to: '+12015550177' });
  assert.equal(await status(ours, '+12015550177', 'x'), 0x400);
  assert.equal((await esme.ask('query_sm', { message_id: 'x' })).command_status, smpp.ESME_RINVSRCADR);
  const later = await esme.submit(ours, handset, 'Later', { schedule_delivery_time: '000001000000000R' });
  assert.equal((await client.get(`/v1/messages/${later.message_id}`)).body.status, 'scheduled');

  await client.make(`/v1/smpp_credentials/${made.sid}`, { messages_per_second: 1 });
  await until(async () => (await Promise.all([1, 2, 3].map(() => status(ours, handset, 'Fast')))).includes(smpp.ESME_RTHROTTLED),
    'the changed pace counts for a bind that stands');
});

test('what was submitted is asked after, replaced and taken back', async (t) => {
  const { client, made, ours, url } = await serving(t);
  const esme = await bound(t, url, made);
  const source = { source_addr_ton: 1, source_addr_npi: 1, source_addr: ours.slice(1) };
  const target = { dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: handset.slice(1) };
  const state = async ({ message_id }) => (await esme.ask('query_sm', { message_id, ...source })).message_state;
  const sent = await esme.submit(ours, handset, 'Now');
  await client.message(sent.message_id, 'delivered');
  assert.equal(await state(sent), 2);
  const schedule_delivery_time = '000001000000000R';
  const later = await esme.submit(ours, handset, 'Later', { schedule_delivery_time });
  assert.equal(await state(later), 1);
  const replaced = await esme.ask('replace_sm', { message_id: later.message_id, ...source, short_message: 'Much later' });
  assert.equal(replaced.command_status, smpp.ESME_ROK);
  assert.equal((await client.get(`/v1/messages/${later.message_id}`)).body.body, 'Much later');
  const another = await esme.submit(ours, handset, 'Later too', { schedule_delivery_time });
  const cancel = async (message_id) => (await esme.ask('cancel_sm', { message_id, ...source, ...target })).command_status;
  assert.equal(await cancel(later.message_id), smpp.ESME_ROK);
  assert.equal(await state(later), 4);
  assert.equal(await cancel(later.message_id), smpp.ESME_RCANCELFAIL);
  assert.equal(await cancel(''), smpp.ESME_ROK);
  assert.equal((await client.get(`/v1/messages/${another.message_id}`)).body.status, 'canceled');
});

test('wrong passwords are refused and then the address is; a revoked credential ends its bind', async (t) => {
  const { client, made, url } = await serving(t);
  const elsewhere = await client.make('/v1/smpp_credentials', { allowed_addresses: ['198.51.100.0/24'] });
  const few = await client.make('/v1/smpp_credentials', { max_binds: 1 });
  const esme = await bound(t, url, made);
  await bound(t, url, few);
  const refused = async (credential) => (await (await Esme.connect(t, url)).bind(credential)).command_status;
  assert.equal(await refused(few), smpp.ESME_RALYBND);
  assert.equal(await refused(elsewhere), smpp.ESME_RBINDFAIL);
  const guesses = Array.from({ length: 10 }, (_, i) => refused({ ...made, password: `wrong${i}` }));
  for (const guess of await Promise.all(guesses)) assert.equal(guess, smpp.ESME_RBINDFAIL);
  assert.equal(await refused(made), smpp.ESME_RBINDFAIL, 'the address is banned');
  assert.equal((await esme.ask('enquire_link', {})).command_status, smpp.ESME_ROK, 'binds that stand are not touched');
  assert.equal((await client.ask('DELETE', `/v1/smpp_credentials/${made.sid}`)).status, 204);
  await within(esme.closed, 'the end of the bind');
});

test('parts in any order are one message, and each has its receipt', async (t) => {
  const { client, made, ours, url } = await serving(t);
  const esme = await bound(t, url, made);
  const words = ['Once upon a time ', 'there was a message ', 'of three parts 😀'];
  const part = (number) => esme.submit(ours, handset, {
    udh: Buffer.from([5, 0, 3, 7, 3, number]), message: words[number - 1],
  }, { data_coding: 8, registered_delivery: 1 });
  const answers = {};
  for (const number of [3, 1, 2]) answers[number] = await part(number);
  const ids = [1, 2, 3].map((number) => answers[number].message_id);
  const sid = ids[0].split('-')[0];
  assert.deepEqual(ids, [`${sid}-1`, `${sid}-2`, `${sid}-3`]);
  const told = [];
  for (let i = 0; i < 3; ++i) told.push(receiptOf(await esme.delivered.take('a receipt')));
  assert.deepEqual(told.map(({ id }) => id).sort(), ids);
  assert.equal((await client.get(`/v1/messages/${sid}`)).body.body, words.join(''));
  assert.equal((await client.get('/v1/messages')).body.data.length, 1);

  const long = 'All at once. '.repeat(30);
  const whole = await esme.ask('data_sm', {
    source_addr_ton: 1, source_addr: ours.slice(1), dest_addr_ton: 1, destination_addr: handset.slice(1), message_payload: long,
  });
  assert.equal((await client.message(whole.message_id, 'delivered')).num_segments, 3);
});

test('inbound messages, short and long', async (t) => {
  const { client, made, ours, url } = await serving(t);
  const esme = await bound(t, url, made, 'bind_receiver');
  const from = '+12015550188';
  await client.make(`/v1/sandbox/handsets/${from}/messages`, { to: ours, body: 'Grüße' });
  const short = await esme.delivered.take('deliver_sm');
  assert.deepEqual([short.esm_class, textOf(short), short.source_addr, short.destination_addr], [0, 'Grüße', from.slice(1), ours.slice(1)]);
  const long = 'Привет! '.repeat(20);
  await client.make(`/v1/sandbox/handsets/${from}/messages`, { to: ours, body: long });
  let text = '';
  for (let number = 1; number <= 3; ++number) {
    const pdu = await esme.delivered.take('deliver_sm');
    const { total, number: at } = jointOf(pdu);
    assert.deepEqual([total, at], [3, number]);
    text += textOf(pdu);
  }
  assert.equal(text, long);

  esme.answer = () => smpp.ESME_RX_T_APPN;
  await client.make(`/v1/sandbox/handsets/${from}/messages`, { to: ours, body: 'Later' });
  await esme.delivered.take('deliver_sm');
  esme.answer = () => smpp.ESME_ROK;
  assert.equal(textOf(await esme.delivered.take('it again')), 'Later');
});

test('receipts and inbound messages wait in the store for a receiver, through a kill', async (t) => {
  const { server, client, made, ours, url } = await serving(t);
  const esme = await bound(t, url, made, 'bind_transmitter');
  const sent = [];
  for (let i = 0; i < 5; ++i) sent.push((await esme.submit(ours, handset, `n ${i}`, { registered_delivery: 1 })).message_id);
  for (const sid of sent) await client.message(sid, 'delivered');
  await esme.unbind();
  // One that takes nothing: what it was given is not lost with it.
  const deaf = await bound(t, url, made);
  deaf.session.removeAllListeners('deliver_sm');
  const given = new Promise((resolve) => { deaf.session.once('deliver_sm', resolve); });
  await within(given, 'a deliver_sm');
  assert.equal(await server.kill('SIGKILL'), 'SIGKILL');
  await server.start();
  const again = await bound(t, url, made);
  const told = new Set();
  while (told.size < sent.length) told.add(receiptOf(await again.delivered.take('a receipt')).id);
  assert.deepEqual([...told].sort(), [...sent].sort());
  assert.equal(await server.kill('SIGTERM'), 0);
});

test('Kannel as our customer', { skip: !kannelIsHere && 'Kannel is not here' }, async (t) => {
  const { client, made, ours, port } = await serving(t);
  const sink = await Sink.start(t);
  const sendPort = await freePort();
  await Kannel.start(t, {
    smscPort: port, sendPort, username: made.system_id, password: made.password,
    inboundUrl: `${sink.url}/mo?from=%p&to=%P&text=%b`,
  });
  const send = (text, mask) => fetch(`http://127.0.0.1:${sendPort}/cgi-bin/sendsms?${new URLSearchParams({
    username: 'cloudvno', password: 'kannel-password', from: ours, to: handset, text, charset: 'UTF-8', coding: 0,
    'dlr-mask': mask, 'dlr-url': `${sink.url}/dlr?state=%d&id=%F`,
  })}`);
  await until(async () => (await send('Hello from Kannel', 31)).status === 202, 'Kannel takes it');
  const told = async (path, fits) => until(() => sink.all.find((one) => one.path === path && fits(new URL(one.url).searchParams)), `${path} of Kannel`);
  await told('/dlr', (query) => query.get('state') === '1');
  const [message] = (await client.get('/v1/messages')).body.data;
  assert.deepEqual([message.body, message.status, message.from, message.to], ['Hello from Kannel', 'delivered', ours, handset]);

  const long = 'Kannel cuts this text. '.repeat(20);
  await send(long, 0);
  await until(async () => (await client.get('/v1/messages')).body.data.some((one) => one.body === long && one.status === 'delivered'), 'the long text is one message');
  await client.make('/v1/sandbox/handsets/+12015550188/messages', { to: ours, body: 'Hello to Kannel' });
  await told('/mo', (query) => query.get('text') === 'Hello to Kannel' && query.get('from').endsWith('12015550188'));
});
