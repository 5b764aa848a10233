// Our SMPP room against npm's smpp, as server and as client:  run.mjs PEER
// PEER is the program of peer.cpp.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { packages } from '../support/packages.mjs';

const [peerProgram] = process.argv.slice(2);
const deadline = 20_000; // ms, of each wait
const smpp = packages('smpp');

// The peer program, whose lines of JSON are read one by one.
function startPeer(t, ...args) {
  const child = spawn(peerProgram, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async next() {
      const { value, done } = await within(lines.next());
      assert.ok(!done, 'the peer says something');
      return JSON.parse(value);
    },
    async stop() {
      const ended = once(child, 'exit');
      child.stdin.end();
      const [status] = await within(ended);
      assert.equal(status, 0);
    },
  };
}

async function within(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('nothing came in time')), deadline);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

// The next PDU of this command that a session of npm's gets.
const nextOf = async (session, command) => (await within(once(session, command)))[0];
// Sends a request by npm's session and answers the response.
const ask = (session, command, fields = {}) =>
  within(new Promise((resolve) => session[command](fields, resolve)));
// npm's smpp gives a text as one of three things, by the PDU and its data_coding.
const textOf = (field) => (Buffer.isBuffer(field) ? field.toString() : field.message ?? field);
const hex = (text) => Buffer.from(text).toString('hex');

test('our ESME binds to npm\'s SMSC again and again, and both read each other\'s PDUs', async (t) => {
  const sessions = [];
  let arrived;
  const server = smpp.createServer((session) => {
    session.on('error', () => {});
    sessions.push(session);
    arrived?.();
  });
  server.listen(0, '127.0.0.1');
  t.after(() => {
    for (const one of sessions) one.destroy();
    server.close();
  });
  await within(once(server, 'listening'));
  const session = async (index) => {
    while (sessions.length <= index) await within(new Promise((resolve) => { arrived = resolve; }));
    return sessions[index];
  };
  const peer = startPeer(t, 'esme', String(server.address().port));

  // A refused bind and a lost connection come before the session that stays.
  const refused = await session(0);
  const bind = await nextOf(refused, 'bind_transceiver');
  assert.deepEqual([bind.system_id, bind.password, bind.system_type, bind.interface_version],
    ['us', 'pw', 'test', 0x34]);
  refused.send(bind.response({ command_status: smpp.ESME_RBINDFAIL }));
  const lost = await session(1);
  await nextOf(lost, 'bind_transceiver');
  lost.destroy();

  const live = await session(2);
  const requests = [];
  const all = new Promise((resolve) => {
    live.on('pdu', (pdu) => {
      if (pdu.isResponse() || pdu.command.startsWith('bind')) return;
      requests.push(pdu);
      if (requests.length === 8) resolve();
    });
  });
  live.send((await nextOf(live, 'bind_transceiver')).response({ system_id: 'npm' }));
  assert.deepEqual(await peer.next(), { up: true });
  await within(all);

  const [text, wide, payload, multi, data, query, replace, cancel] = requests;
  assert.equal(text.command, 'submit_sm');
  assert.deepEqual([text.source_addr_ton, text.source_addr_npi, text.source_addr], [1, 1, '15550100']);
  assert.equal(text.destination_addr, '447700900123');
  assert.equal(textOf(text.short_message), 'Hello');
  assert.equal(text.registered_delivery, 1);
  assert.equal(text.user_message_reference, 42);
  assert.deepEqual([...text[0x1401]], [1, 2, 3]);
  assert.deepEqual([wide.source_addr_ton, wide.source_addr], [5, 'CloudVNO']);
  assert.equal(textOf(wide.short_message), 'П😀');
  assert.equal(textOf(payload.message_payload), 'p'.repeat(1000));
  assert.equal(multi.command, 'submit_multi');
  assert.deepEqual(multi.dest_address.map((one) => one.destination_addr ?? one.dl_name),
    ['447700900123', 'staff']);
  assert.equal(data.command, 'data_sm');
  assert.equal(textOf(data.message_payload), 'data');
  assert.deepEqual([query.command, query.message_id], ['query_sm', 'n1']);
  assert.deepEqual([replace.command, textOf(replace.short_message)], ['replace_sm', 'new']);
  assert.deepEqual([cancel.command, cancel.destination_addr], ['cancel_sm', '447700900123']);

  // Answers go out last first.
  const answers = [
    [cancel, {}],
    [replace, { command_status: smpp.ESME_RREPLACEFAIL }],
    [query, { message_id: 'n1', final_date: '', message_state: 2, error_code: 0 }],
    [data, { message_id: 'd1' }],
    [multi, { message_id: 'x1', unsuccess_sme: [{ dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '15550199', error_status_code: 11 }] }],
    [payload, { command_status: smpp.ESME_RTHROTTLED }],
    [wide, { message_id: 'n2' }],
    [text, { message_id: 'n1' }],
  ];
  for (const [request, fields] of answers) live.send(request.response(fields));
  const got = [];
  for (let i = 0; i < answers.length; ++i) got.push(await peer.next());
  assert.deepEqual(got.map((line) => [line.pdu, line.status, line.message_id]), [
    ['cancel_sm_resp', 'ESME_ROK', undefined],
    ['replace_sm_resp', 'ESME_RREPLACEFAIL', undefined],
    ['query_sm_resp', 'ESME_ROK', 'n1'],
    ['data_sm_resp', 'ESME_ROK', 'd1'],
    ['submit_multi_resp', 'ESME_ROK', 'x1'],
    ['submit_sm_resp', 'ESME_RTHROTTLED', ''],
    ['submit_sm_resp', 'ESME_ROK', 'n2'],
    ['submit_sm_resp', 'ESME_ROK', 'n1'],
  ]);
  assert.equal(got[4].unsuccess, 1);

  // A receipt, a message, a link check.
  const receipt = await ask(live, 'deliver_sm', {
    source_addr: '447700900123', destination_addr: '15550100', esm_class: 4,
    short_message: 'id:n1 sub:001 dlvrd:001 submit date:2611232154 done date:2611232155 stat:DELIVRD err:000 text:Hello',
    receipted_message_id: 'n1', message_state: 2,
  });
  assert.equal(receipt.command_status, 0);
  assert.deepEqual((await peer.next()).receipt, ['n1', 'DELIVRD']);
  await ask(live, 'deliver_sm', { source_addr: '447700900123', data_coding: 3, short_message: 'Grüße' });
  const message = await peer.next();
  assert.deepEqual([message.pdu, message.text], ['deliver_sm', '4772fcdf65']);
  assert.equal(message.receipt, undefined);
  assert.equal((await ask(live, 'enquire_link')).command, 'enquire_link_resp');

  const stopped = peer.stop();
  live.send((await nextOf(live, 'unbind')).response());
  await stopped;
});

test('npm\'s ESME binds to our SMSC, and both read each other\'s PDUs', async (t) => {
  const peer = startPeer(t, 'smsc');
  const { port } = await peer.next();

  const connect = async () => {
    const session = smpp.connect({ host: '127.0.0.1', port });
    session.on('error', () => {});
    await within(once(session, 'connect'));
    return session;
  };
  const stranger = await connect();
  assert.equal((await ask(stranger, 'submit_sm', { short_message: 'x' })).command_status,
    smpp.ESME_RINVBNDSTS);
  const refusedBind = await ask(stranger, 'bind_transceiver', { system_id: 'npm', password: 'no' });
  assert.equal(refusedBind.command_status, smpp.ESME_RINVPASWD);
  await within(once(stranger, 'close'));

  const session = await connect();
  const bound = await ask(session, 'bind_transceiver', { system_id: 'npm', password: 'pw' });
  assert.deepEqual([bound.command_status, bound.system_id], [0, 'SMSC']);

  const receipt = nextOf(session, 'deliver_sm');
  const sent = await ask(session, 'submit_sm', {
    source_addr_ton: 1, source_addr_npi: 1, source_addr: '15550100',
    destination_addr: '447700900123', registered_delivery: 1,
    short_message: 'Hello', user_message_reference: 7,
  });
  assert.deepEqual([sent.command_status, sent.message_id], [0, 'm1']);
  const seen = await peer.next();
  assert.deepEqual([seen.pdu, seen.source, seen.text], ['submit_sm', [1, 1, '15550100'], hex('Hello')]);
  assert.deepEqual(seen.tlvs, { user_message_reference: '0007' });
  const told = await receipt;
  assert.deepEqual([told.esm_class, told.receipted_message_id, told.message_state], [4, 'm1', 2]);
  assert.match(textOf(told.short_message), /^id:m1 sub:001 dlvrd:001 stat:DELIVRD err:000 text:/);
  session.send(told.response());
  assert.equal((await peer.next()).pdu, 'deliver_sm_resp');

  const wide = await ask(session, 'submit_sm', { destination_addr: '1', data_coding: 8, short_message: 'П😀' });
  assert.equal(wide.message_id, 'm2');
  assert.equal((await peer.next()).text, '041fd83dde00');
  const refused = await ask(session, 'submit_sm', { destination_addr: '1', short_message: 'refuse' });
  assert.equal(refused.command_status, smpp.ESME_RSUBMITFAIL);
  await peer.next();
  const tooLong = await ask(session, 'submit_sm', { destination_addr: '1'.repeat(21), short_message: 'x' });
  assert.equal(tooLong.command_status, smpp.ESME_RINVDSTADR);

  const multi = await ask(session, 'submit_multi', {
    dest_address: [{ dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '15550101' },
      { dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '15550102' }],
    short_message: 'all',
  });
  assert.equal(multi.command_status, 0);
  assert.equal(multi.unsuccess_sme[0].destination_addr, '15550102');
  assert.equal(multi.unsuccess_sme[0].error_status_code, smpp.ESME_RINVDSTADR);
  assert.equal((await peer.next()).destinations, 2);

  const data = await ask(session, 'data_sm', { destination_addr: '1', message_payload: 'data' });
  assert.equal(data.command_status, 0);
  assert.equal((await peer.next()).tlvs.message_payload, hex('data'));
  const query = await ask(session, 'query_sm', { message_id: 'm1' });
  assert.deepEqual([query.message_id, query.message_state], ['m1', 2]);
  assert.equal((await peer.next()).message_id, 'm1');
  assert.equal((await ask(session, 'replace_sm', { message_id: 'm1', short_message: 'new' })).command_status, 0);
  assert.equal((await peer.next()).text, hex('new'));
  assert.equal((await ask(session, 'cancel_sm', { message_id: 'm1' })).command_status, 0);
  assert.equal((await peer.next()).pdu, 'cancel_sm');
  assert.equal((await ask(session, 'enquire_link')).command_status, 0);

  // Commands of SMPP 5.0 are unknown here.
  const nack = nextOf(session, 'generic_nack');
  session.socket.write(Buffer.from('00000010000001110000000000000063', 'hex'));
  assert.deepEqual([(await nack).command_status, (await nack).sequence_number],
    [smpp.ESME_RINVCMDID, 0x63]);

  // Two hundred at once come back one for one.
  const ids = await within(Promise.all(Array.from({ length: 200 }, (_, i) =>
    ask(session, 'submit_sm', { destination_addr: '1', short_message: `n${i}` }))));
  assert.equal(new Set(ids.map((one) => one.message_id)).size, 200);
  for (let i = 0; i < 200; ++i) assert.equal((await peer.next()).text, hex(`n${i}`));

  assert.equal((await ask(session, 'unbind')).command_status, 0);
  assert.deepEqual(await peer.next(), { closed: 'unbound_by_peer' });
  await peer.stop();
});
