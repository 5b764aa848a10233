// Carriers over HTTP by configuration alone: one that takes and sends JSON, played by node, and Kannel's smsbox.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Kannel, isHere as kannelIsHere } from './support/kannel.mjs';
import { Server, freePort, program } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { Smsc, textOf } from './support/smsc.mjs';
import { until } from './support/wait.mjs';

const ours = '+14155552671';
const theirs = '+447911123456';
const secret = 'callback-secret-of-32-characters';
const key = 'key-of-the-aggregator';

const jsonCarrier = (url) => `
[[http_carrier]]
name = "acme"
url = "${url}/v1/messages"
allow_http = true
allowed_ranges = ["127.0.0.0/8"]
content_type = "application/json"
body = '{"messages":[{"from":"{from:digits}","to":"{to:digits}","text":"{text}","ref":"{message_sid}"}]}'
auth = "bearer"
password = "${key}"
id = "json:/messages/0/id"
answers = ["json:/messages/0/error = 7 -> refused 30005", "json:/messages/0/error -> refused"]
price_per_part = "0.0079"
callback_secret = "${secret}"
receipt_list = "/results"
receipt_id = "json:/id"
receipt_state = "json:/status"
receipt_error = "json:/code"
receipt_errors = ["27 = 30003"]
receipt_answer = '{"ok":true}'
inbound_from = "json:/from"
inbound_to = "json:/to"
inbound_text = "json:/text"
inbound_not_ours = 404
answer_type = "application/json"
`;

async function withAccount(t, table, name) {
  const server = await Server.start(t, { carriers: [table] });
  const account = server.account();
  server.command('number', 'add', '--account', account.account_sid, '--carrier', name, ours);
  const client = server.client(server.key(account, '--live').key);
  const sink = await Sink.start(t);
  await until(async () => (await fetch(`${server.url}/readyz`)).status === 200, 'ready');
  return { server, client, sink };
}

// An aggregator that answers probes, and messages with ids or as `always` says.
async function aggregator(t) {
  const peer = await Sink.start(t);
  let last = 0;
  peer.answer = ({ path }) => {
    if (path === '/') return { status: 404 };
    return { type: 'application/json', ...(peer.always ?? { status: 200, body: JSON.stringify({ messages: [{ id: ++last }] }) }) };
  };
  peer.submit = async () => {
    for (;;) {
      const got = await peer.next('a submission');
      if (got.path !== '/') return got;
    }
  };
  return peer;
}

test('a message, its receipt and an answer over JSON', async (t) => {
  const peer = await aggregator(t);
  const { server, client, sink } = await withAccount(t, jsonCarrier(peer.url), 'acme');
  const post = (path, body) => fetch(`${server.url}${path}`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });

  const sent = await client.make('/v1/messages', { from: ours, to: theirs, body: 'Grüße "an"\nalle 😀' });
  assert.equal(sent.carrier, 'acme');
  const submit = await peer.submit();
  assert.deepEqual([submit.method, submit.path, submit.headers.authorization], ['POST', '/v1/messages', `Bearer ${key}`]);
  assert.deepEqual(JSON.parse(submit.raw), {
    messages: [{ from: ours.slice(1), to: theirs.slice(1), text: 'Grüße "an"\nalle 😀', ref: sent.sid }],
  });
  assert.equal((await client.message(sent.sid, 'sent')).price, '0.0079');

  const receipts = `/carriers/acme/receipts/${secret}`;
  const results = [{ id: 1, status: 'DELIVERED' }, { id: 999, status: 'DELIVERED' }];
  assert.equal((await post(`/carriers/acme/receipts/${secret}x`, { results })).status, 403);
  assert.equal((await post('/carriers/acme/receipts', { results })).status, 403);
  assert.equal((await post(`/carriers/nobody/receipts/${secret}`, { results })).status, 404);
  assert.equal((await client.get(`/v1/messages/${sent.sid}`)).body.status, 'sent');
  const taken = await post(receipts, { results });
  assert.deepEqual([taken.status, taken.headers.get('content-type'), await taken.text()], [200, 'application/json', '{"ok":true}']);
  assert.equal((await client.get(`/v1/messages/${sent.sid}`)).body.status, 'delivered', 'kept before it is answered');

  const lost = await client.make('/v1/messages', { from: ours, to: theirs, body: 'x' });
  await peer.submit();
  await client.message(lost.sid, 'sent');
  await post(receipts, { results: [{ id: 2, status: 'UNDELIVERABLE', code: 27 }] });
  assert.equal((await client.message(lost.sid, 'undelivered')).error_code, 30003);

  peer.always = { status: 400, body: '{"messages":[{"error":7}]}' };
  const refused = await client.make('/v1/messages', { from: ours, to: theirs, body: 'y' });
  assert.equal((await client.message(refused.sid, 'failed')).error_code, 30005);

  await client.make(`/v1/incoming_phone_numbers/${ours}`, { sms_url: `${sink.url}/sms` });
  const inbound = `/carriers/acme/inbound/${secret}`;
  assert.equal((await post(inbound, { from: theirs, to: ours.slice(1), text: 'Привет' })).status, 200);
  const callback = await sink.next('the inbound callback');
  assert.deepEqual([callback.fields.From, callback.fields.To, callback.fields.Body], [theirs, ours, 'Привет']);
  assert.equal((await post(inbound, { from: theirs, to: '14155550000', text: 'x' })).status, 404);

  for (const hidden of [secret, key, theirs, theirs.slice(1), 'Grüße']) {
    assert.ok(!server.log.includes(hidden), 'the log holds no secret and no personal data');
  }
});

test('an aggregator that is away makes the platform not ready, and gets what waited once it is back', async (t) => {
  const peer = await aggregator(t);
  const { server, client } = await withAccount(t, jsonCarrier(peer.url), 'acme');
  peer.always = { status: 401, body: '' };
  const sent = await client.make('/v1/messages', { from: ours, to: theirs, body: 'waits' });
  await peer.submit();
  const reason = await until(async () => {
    const answer = await fetch(`${server.url}/readyz`);
    const text = await answer.text();
    return answer.status === 503 && text;
  }, 'not ready');
  assert.match(reason, /acme: it takes nothing: status 401/);
  peer.always = null;
  const message = await client.message(sent.sid, 'sent');
  assert.equal(message.possible_duplicate, false, 'a refused request surely did not go out');
});

test('a table that is wrong is refused with its line and an example', async (t) => {
  const server = await Server.make(t, {
    carriers: [`
[[http_carrier]]
name = "acme"
url = "https://sms.example.com/send?to={too}"
answers = ["status 200 > accepted"]
receipt_id = "id"
`],
  });
  const ran = spawnSync(program, ['-c', server.config, 'check'], { encoding: 'utf8', timeout: 30_000 });
  assert.notEqual(ran.status, 0);
  const lines = readFileSync(server.config, 'utf8').split('\n');
  const line = (start) => lines.findIndex((text) => text.startsWith(start)) + 1;
  const said = ran.stdout + ran.stderr;
  assert.match(said, new RegExp(`:${line('url')}: .url.: there is no placeholder {too}, only from, to,.*for example: url = "https`));
  assert.match(said, new RegExp(`:${line('answers')}: .answers.: there is no arrow before "> accepted"`));
  assert.match(said, new RegExp(`:${line('receipt_id')}: .receipt_id.: "id" is no place of a value`));
});

test('Kannel as the carrier: out, receipt, in', { skip: !kannelIsHere && 'kannel is not installed' }, async (t) => {
  const smsc = await Smsc.start(t);
  const sendPort = await freePort();
  const table = `
[[http_carrier]]
name = "kannel"
url = "http://127.0.0.1:${sendPort}/cgi-bin/sendsms?username={user}&password={password}&from={from}&to={to}&text={text}&charset=UTF-8&coding={encoding}&dlr-mask=19&dlr-url={receipt_url}%3Fid%3D{reference}%26type%3D%25d"
method = "GET"
allow_http = true
allowed_ranges = ["127.0.0.0/8"]
user = "cloudvno"
password = "kannel-password"
encoding_gsm7 = "0"
encoding_ucs2 = "2"
id = "own"
callback_secret = "${secret}"
receipt_id = "field:id"
receipt_state = "field:type"
receipt_states = ["1 = delivered", "2 = undelivered", "16 = undelivered"]
inbound_from = "field:from"
inbound_to = "field:to"
inbound_text = "field:text"
`;
  const server = await Server.make(t, { carriers: [table] });
  await Kannel.start(t, {
    smscPort: smsc.port, sendPort,
    inboundUrl: `${server.url}/carriers/kannel/inbound/${secret}?from=%p&to=%P&text=%b`,
  });
  await smsc.binds.take('the bind of Kannel');
  await server.start();
  const account = server.account();
  server.command('number', 'add', '--account', account.account_sid, '--carrier', 'kannel', ours);
  const client = server.client(server.key(account, '--live').key);
  await until(async () => (await fetch(`${server.url}/readyz`)).status === 200, 'ready');

  for (const [body, coding] of [['Price: 5 € [net] @ à', 0], ['Привет 😀', 8]]) {
    const sent = await client.make('/v1/messages', { from: ours, to: theirs, body });
    const submit = await smsc.submits.take('submit_sm');
    assert.deepEqual([submit.pdu.source_addr, submit.pdu.destination_addr], [ours.slice(1), theirs.slice(1)]);
    assert.equal(submit.pdu.data_coding, coding);
    assert.equal(textOf(submit.pdu), body);
    await client.message(sent.sid, 'sent');
    await smsc.receipt(submit);
    await client.message(sent.sid, 'delivered');
  }
  const lost = await client.make('/v1/messages', { from: ours, to: theirs, body: 'gone' });
  const submit = await smsc.submits.take('submit_sm');
  await client.message(lost.sid, 'sent');
  await smsc.receipt(submit, 'UNDELIV', '027');
  await client.message(lost.sid, 'undelivered');

  const sink = await Sink.start(t);
  await client.make(`/v1/incoming_phone_numbers/${ours}`, { sms_url: `${sink.url}/sms` });
  await smsc.deliver({ source_addr: theirs.slice(1), destination_addr: ours.slice(1), data_coding: 8,
    short_message: Buffer.from('Да & нет', 'utf16le').swap16() });
  const callback = await sink.next('the inbound callback');
  assert.deepEqual([callback.fields.From, callback.fields.To, callback.fields.Body], [theirs, ours, 'Да & нет']);
});
