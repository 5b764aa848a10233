// A carrier over SMPP, played by npm's smpp: messages out and in, receipts, long texts, throttling, a lost link.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { Smsc, jointOf, smpp, textOf } from './support/smsc.mjs';
import { until } from './support/wait.mjs';

const ours = '+14155552671';
const theirs = '+447911123456';
const digits = (number) => number.slice(1);

// A server bound to the SMSC, an account with a live key and a number of that carrier.
// `more` are further lines of the [[carrier]].
async function bound(t, more) {
  const smsc = await Smsc.start(t);
  const server = await Server.start(t, { carriers: [smsc.tableWith(more)] });
  const account = server.account('--no-rate-limits');
  server.command('number', 'add', '--account', account.account_sid, '--carrier', 'acme', ours);
  const client = server.client(server.key(account, '--live').key);
  const bind = await smsc.binds.take('a bind');
  const sink = await Sink.start(t);
  return { smsc, server, account, client, bind, sink };
}

test('the bind, a submit_sm, its receipt and the price', async (t) => {
  const { smsc, server, client, bind, sink } = await bound(t);
  assert.deepEqual([bind.system_id, bind.password, bind.system_type, bind.interface_version],
    ['cloudvno', 'secret08', 'VMS', 0x34]);
  await until(async () => (await fetch(`${server.url}/readyz`)).status === 200, 'ready');

  const sent = await client.make('/v1/messages', { from: ours, to: theirs, body: 'Price: 5 € [net] @ à', status_callback: `${sink.url}/s` });
  assert.equal(sent.carrier, 'acme');
  const submit = await smsc.submits.take('submit_sm');
  const { pdu } = submit;
  assert.deepEqual([pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr], [1, 1, digits(ours)]);
  assert.deepEqual([pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr], [1, 1, digits(theirs)]);
  assert.deepEqual([pdu.esm_class, pdu.data_coding, pdu.registered_delivery, pdu.protocol_id], [0, 0, 1, 0]);
  assert.equal(textOf(pdu), 'Price: 5 € [net] @ à');
  assert.ok(pdu.validity_period, 'it ends to be sent at some time');
  assert.equal((await client.message(sent.sid, 'sent')).price, '0.0079');
  assert.equal(await smsc.receipt(submit), smpp.ESME_ROK);
  await client.message(sent.sid, 'delivered');
  assert.equal(await smsc.receipt(submit), smpp.ESME_ROK, 'the receipt again changes nothing');
  assert.deepEqual([(await sink.next()).fields.MessageStatus, (await sink.next()).fields.MessageStatus], ['sent', 'delivered']);

  const wide = await client.make('/v1/messages', { from: ours, to: theirs, body: 'Привет 😀' });
  const wideSubmit = await smsc.submits.take('submit_sm');
  assert.equal(wideSubmit.pdu.data_coding, 8);
  assert.equal(textOf(wideSubmit.pdu), 'Привет 😀');
  assert.equal(await smsc.receipt(wideSubmit, 'UNDELIV', '027'), smpp.ESME_ROK);
  const undelivered = await client.message(wide.sid, 'undelivered');
  assert.ok(undelivered.error_code && undelivered.error_message);
  assert.equal(await smsc.receipt(wideSubmit), smpp.ESME_ROK);
  assert.equal((await client.get(`/v1/messages/${wide.sid}`)).body.status, 'undelivered', 'a state never goes back');
  assert.equal(sink.inbox.size, 0);
});

test('a receipt that overtakes the answer to its submit_sm counts all the same', async (t) => {
  const { smsc, client } = await bound(t);
  const status = new Promise((resolve) => {
    smsc.answer = (pdu) => {
      smsc.receipt({ pdu, message_id: 'early' }).then(resolve);
      setTimeout(() => smsc.session.send(pdu.response({ message_id: 'early' })), 150);
      return null;
    };
  });
  const sent = await client.make('/v1/messages', { from: ours, to: theirs, body: 'Quick' });
  await client.message(sent.sid, 'delivered');
  assert.equal(await status, smpp.ESME_ROK);
});

test('a carrier that refuses makes the message failed', async (t) => {
  const { smsc, client, sink } = await bound(t);
  for (const status of [smpp.ESME_RINVDSTADR, smpp.ESME_RSUBMITFAIL]) {
    smsc.answer = () => ({ command_status: status });
    const sent = await client.make('/v1/messages', { from: ours, to: theirs, body: 'x', status_callback: `${sink.url}/s` });
    const failed = await client.message(sent.sid, 'failed');
    assert.ok(failed.error_code);
    assert.equal(failed.price, null);
    assert.equal((await sink.next()).fields.MessageStatus, 'failed');
    await smsc.submits.take();
  }
});

test('a message comes in, in every usual coding, and is answered', async (t) => {
  const { smsc, client, sink } = await bound(t);
  sink.answer = () => ({ status: 200, type: 'text/xml', body: '<Response><Message>Got it</Message></Response>' });
  await client.make(`/v1/incoming_phone_numbers/${ours}`, { sms_url: `${sink.url}/sms` });
  const from = { source_addr: digits(theirs), destination_addr: digits(ours) };
  const texts = [
    [{ short_message: 'Plain' }, 'Plain'],
    [{ data_coding: 3, short_message: Buffer.from('Grüße', 'latin1') }, 'Grüße'],
    [{ data_coding: 8, short_message: Buffer.from('\u041f\u0440', 'utf16le').swap16() }, 'Пр'],
    [{ message_payload: 'p'.repeat(300) }, 'p'.repeat(300)],
  ];
  for (const [fields, text] of texts) {
    assert.equal(await smsc.deliver({ ...from, ...fields }), smpp.ESME_ROK);
    const callback = await sink.next('the inbound callback');
    assert.deepEqual([callback.fields.From, callback.fields.To, callback.fields.Body], [theirs, ours, text]);
    const reply = await smsc.submits.take('the reply');
    assert.deepEqual([reply.pdu.destination_addr, textOf(reply.pdu)], [digits(theirs), 'Got it']);
  }
  assert.equal(await smsc.deliver({ ...from, destination_addr: '14155550000', short_message: 'x' }), smpp.ESME_RINVDSTADR);
  const listed = (await client.get(`/v1/messages?from=${encodeURIComponent(theirs)}`)).body.data;
  assert.equal(listed.length, texts.length);
});

test('a long text goes out in parts that fit together', async (t) => {
  const { smsc, client } = await bound(t);
  for (const [body, coding] of [['0123456789'.repeat(40), 0], ['ж'.repeat(66) + '😀' + 'ы'.repeat(100), 8]]) {
    const sent = await client.make('/v1/messages', { from: ours, to: theirs, body });
    const parts = [];
    for (let i = 0; i < sent.num_segments; ++i) parts.push(await smsc.submits.take('a part'));
    assert.equal(sent.num_segments, 3);
    const joints = parts.map(({ pdu }) => jointOf(pdu));
    assert.deepEqual(joints.map((one) => one.number).sort(), [1, 2, 3]);
    assert.ok(joints.every((one) => one.total === 3 && one.reference === joints[0].reference));
    assert.ok(parts.every(({ pdu }) => pdu.esm_class === 0x40 && pdu.data_coding === coding));
    const ordered = [...parts].sort((a, b) => jointOf(a.pdu).number - jointOf(b.pdu).number);
    assert.equal(ordered.map(({ pdu }) => textOf(pdu)).join(''), body);
    assert.equal((await client.message(sent.sid, 'sent')).price, '0.0237');
    await smsc.receipt(parts[0]);
    await smsc.receipt(parts[1]);
    assert.equal((await client.get(`/v1/messages/${sent.sid}`)).body.status, 'sent', 'delivered is the whole');
    await smsc.receipt(parts[2]);
    await client.message(sent.sid, 'delivered');
  }
});

test('a long text comes in, its parts in any order and one of them twice, as one message', async (t) => {
  const { smsc, client, sink } = await bound(t);
  await client.make(`/v1/incoming_phone_numbers/${ours}`, { sms_url: `${sink.url}/sms` });
  const pieces = ['a'.repeat(153), 'b'.repeat(153), 'c'.repeat(20)];
  for (const number of [3, 1, 1, 2]) {
    const status = await smsc.deliver({
      source_addr: digits(theirs), destination_addr: digits(ours), esm_class: 0x40,
      short_message: { udh: Buffer.from([5, 0, 3, 77, 3, number]), message: pieces[number - 1] },
    });
    assert.equal(status, smpp.ESME_ROK);
  }
  const callback = await sink.next('the inbound callback');
  assert.equal(callback.fields.Body, pieces.join(''));
  assert.equal(callback.fields.NumSegments, '3');
  assert.equal((await client.get('/v1/messages')).body.data.length, 1);
});

test('a carrier that throttles gets every message once it takes them again, each once', async (t) => {
  const { smsc, client } = await bound(t);
  let refusals = 5;
  const accepted = [];
  smsc.answer = (pdu) => {
    if (refusals-- > 0) return { command_status: smpp.ESME_RTHROTTLED };
    accepted.push(textOf(pdu));
    return { message_id: `c${++smsc.lastId}` };
  };
  const sent = [];
  for (let i = 0; i < 8; ++i) sent.push(await client.make('/v1/messages', { from: ours, to: theirs, body: `n${i}` }));
  for (const { sid } of sent) {
    const message = await client.message(sid, 'sent');
    assert.equal(message.possible_duplicate, false, 'a throttled message surely did not go out');
  }
  assert.deepEqual([...accepted].sort(), sent.map((one) => one.body).sort());
});

test('a lost link comes back, and only what was in doubt goes twice, marked', async (t) => {
  const { smsc, server, client } = await bound(t);
  smsc.answer = () => null;
  const doubtful = await client.make('/v1/messages', { from: ours, to: theirs, body: 'in doubt' });
  assert.equal(textOf((await smsc.submits.take()).pdu), 'in doubt');
  smsc.answer = () => ({ message_id: `c${++smsc.lastId}` });
  smsc.drop();
  const waiting = await client.make('/v1/messages', { from: ours, to: theirs, body: 'while down' });
  await smsc.binds.take('the bind that comes again', 30_000);
  const again = [await smsc.submits.take(), await smsc.submits.take()].map(({ pdu }) => textOf(pdu));
  assert.deepEqual(again.sort(), ['in doubt', 'while down']);
  assert.equal((await client.message(doubtful.sid, 'sent')).possible_duplicate, true);
  assert.equal((await client.message(waiting.sid, 'sent')).possible_duplicate, false);
  await until(async () => (await fetch(`${server.url}/readyz`)).status === 200, 'ready again');
});

test('a carrier that is away makes the platform not ready until it is back', async (t) => {
  const { smsc, server, client } = await bound(t);
  smsc.drop();
  const reason = await until(async () => {
    const answer = await fetch(`${server.url}/readyz`);
    const text = await answer.text();
    return answer.status === 503 && text;
  }, 'not ready');
  assert.match(reason, /acme/);
  await smsc.binds.take('the bind that comes again', 30_000);
  const sent = await client.make('/v1/messages', { from: ours, to: theirs, body: 'after' });
  assert.equal(textOf((await smsc.submits.take()).pdu), 'after');
  await client.message(sent.sid, 'sent');
});

test('SIGTERM unbinds, waits for answers, and what is left goes out after the next start', async (t) => {
  const { smsc, server, client } = await bound(t);
  smsc.answer = (pdu) => {
    setTimeout(() => smsc.session.send(pdu.response({ message_id: `c${++smsc.lastId}` })), 300);
    return null;
  };
  const sent = await client.make('/v1/messages', { from: ours, to: theirs, body: 'last' });
  await smsc.submits.take();
  assert.equal(await server.kill('SIGTERM'), 0);
  smsc.answer = () => ({ message_id: `c${++smsc.lastId}` });
  await server.start();
  await smsc.binds.take();
  const message = await client.message(sent.sid, 'sent');
  assert.equal(message.possible_duplicate, false);
  assert.equal(smsc.submits.size, 0, 'it went once');
});

test('several binds share the work, and the loss of one leaves the others', async (t) => {
  const { smsc, client } = await bound(t, 'binds = 2\nwindow = 2');
  await smsc.binds.take('the second bind');
  smsc.answer = () => null;
  const sent = [];
  // Of one sender and recipient one message is out at a time.
  for (let i = 0; i < 4; ++i) sent.push(await client.make('/v1/messages', { from: ours, to: `+44791112346${i}`, body: `text ${i}` }));
  const submits = [];
  for (let i = 0; i < 4; ++i) submits.push(await smsc.submits.take());
  const [first, second] = smsc.sessions;
  assert.deepEqual([first, second].map((session) => submits.filter((each) => each.session === session).length), [2, 2]);
  smsc.answer = () => ({ message_id: `c${++smsc.lastId}` });
  first.destroy();
  for (const { pdu } of submits.filter((each) => each.session === second)) {
    second.send(pdu.response({ message_id: `c${++smsc.lastId}` }));
  }
  const doubtful = [];
  for (const each of sent) {
    if ((await client.message(each.sid, 'sent')).possible_duplicate) doubtful.push(each.sid);
  }
  assert.equal(doubtful.length, 2, 'only what was out on the lost bind goes again');
});

test('what goes out on a transmitter is reported on a receiver', async (t) => {
  const { smsc, client } = await bound(t, 'bind_mode = "transmitter_receiver"');
  await smsc.binds.take('the other bind');
  assert.deepEqual([...smsc.sessions].map((session) => session.kind).sort(), ['bind_receiver', 'bind_transmitter']);
  const sent = await client.make('/v1/messages', { from: ours, to: theirs, body: 'hi' });
  const submit = await smsc.submits.take();
  assert.equal(submit.session.kind, 'bind_transmitter');
  assert.equal(await smsc.receipt(submit), smpp.ESME_ROK);
  await client.message(sent.sid, 'delivered');
});

test('receipts are matched in the forms that carriers write ids and states in', async (t) => {
  const { smsc, client } = await bound(t);
  const ways = [
    { answer: '00AB12CD', receipt: 'ab12cd' }, // zeros and case
    { answer: 'AB12CE', receipt: String(0xab12ce) }, // hexadecimal answers, decimal receipts
    { answer: 'AB12CF', receipt: `0000${0xab12cf}`, state: 'DELIVERED' },
  ];
  for (const way of ways) {
    smsc.answer = () => ({ message_id: way.answer });
    const sent = await client.make('/v1/messages', { from: ours, to: theirs, body: 'hi' });
    const submit = await smsc.submits.take();
    await client.message(sent.sid, 'sent');
    assert.equal(await smsc.receipt({ ...submit, message_id: way.receipt }, way.state), smpp.ESME_ROK);
    await client.message(sent.sid, 'delivered');
  }
  assert.equal(await smsc.receipt({ pdu: { destination_addr: digits(theirs), source_addr: digits(ours) }, message_id: 'nobody' }),
    smpp.ESME_ROK, 'an unknown id is acknowledged, so that it does not come again and again');
});

test('the place of a part goes by parameters where the carrier wants them', async (t) => {
  const { smsc, client } = await bound(t, 'long_messages = "sar"\nshort_code_ton = 0\nvalidity = false\nservice_type = "CMT"');
  const body = 'x'.repeat(200);
  await client.make('/v1/messages', { from: ours, to: theirs, body });
  const parts = [await smsc.submits.take(), await smsc.submits.take()].map(({ pdu }) => pdu);
  assert.deepEqual(parts.map((pdu) => [pdu.sar_total_segments, pdu.sar_segment_seqnum]), [[2, 1], [2, 2]]);
  assert.equal(parts[0].sar_msg_ref_num, parts[1].sar_msg_ref_num);
  assert.equal(parts.map(textOf).join(''), body);
  assert.deepEqual([parts[0].esm_class, parts[0].validity_period, parts[0].service_type], [0, '', 'CMT']);
});

test('a long text goes whole to a carrier that splits it itself, and one receipt settles it', async (t) => {
  const { smsc, client } = await bound(t, 'long_messages = "message_payload"');
  for (const [body, coding] of [['0123456789'.repeat(40), 0], ['ж'.repeat(200), 8], ['short', 0]]) {
    const sent = await client.make('/v1/messages', { from: ours, to: theirs, body });
    const submit = await smsc.submits.take();
    assert.deepEqual([submit.pdu.esm_class, submit.pdu.data_coding], [0, coding]);
    const payload = submit.pdu.message_payload;
    assert.equal(payload === undefined, body === 'short');
    if (payload) assert.equal(textOf({ short_message: payload }), body);
    await client.message(sent.sid, 'sent');
    await smsc.receipt(submit);
    await client.message(sent.sid, 'delivered');
  }
  assert.equal(smsc.submits.size, 0, 'each went once');
});
