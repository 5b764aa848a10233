// Flows of SIP, good and bad, between the real program and SIPp.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import {
  answer, answered, hung_up, invite, ok, pause, recv, request, response, ringing, sdp,
} from './support/scenario.mjs';
import { Server, freePort } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { play } from './support/sipp.mjs';
import { until } from './support/wait.mjs';

// Outside the sandbox's ranges: one of these might have been given to the account already.
const numbers = { answers: '+441614960150', rings: '+441614960151', busy: '+441614960152', gathers: '+441614960153', ends: '+441614960154' };
const documents = {
  answers: '<Response><Play digits="w"/><Pause length="60"/></Response>',
  rings: '<Response><Pause length="60"/></Response>',
  busy: '<Response><Reject reason="busy"/></Response>',
  gathers: '<Response><Gather numDigits="3" action="/digits" timeout="20"/></Response>',
  ends: '<Response><Play digits="w"/></Response>',
};

// A server whose trunk is SIPp on this machine.
async function start(t, { trunk = 'allowed_ranges = ["127.0.0.1/32"]', sip = '', voice = '', flags = ['--no-rate-limits'] } = {}) {
  const [port, peer] = [await freePort(), await freePort()];
  const app = await Sink.start(t, ({ path }) => {
    const document = path === '/digits' ? '<Response/>' : documents[path.slice(1)];
    return document && { status: 200, type: 'text/xml', body: document };
  });
  const server = await Server.start(t, { sections: `
[sip]
enabled = true
address = "127.0.0.1"
udp_port = ${port}
tcp_port = ${port}
tls_port = 0
${sip}
[voice]
${voice}
[[trunk]]
name = "acme"
host = "127.0.0.1"
port = ${peer}
${trunk}
` });
  const account = server.account(...flags);
  const live = server.client(server.key(account, '--live').key);
  for (const [name, number] of Object.entries(numbers)) {
    server.command('number', 'add', '--account', account.account_sid, '--carrier', 'acme', '--voice', number);
    await live.make(`/v1/incoming_phone_numbers/${encodeURIComponent(number)}`, { voice_url: `${app.url}/${name}` });
  }
  const calls = async () => (await live.get('/v1/calls')).body.data;
  return {
    app, server, live, peer, port, calls,
    // SIPp calls one of the numbers.
    in: async (name, steps, more = {}) => play(t, steps, {
      port: await freePort(), to: `127.0.0.1:${port}`, ...more, args: ['-s', numbers[name].slice(1), ...(more.args ?? [])],
    }),
    // We call SIPp, which answers so; the call when it is over.
    out: async (steps, order = {}, meanwhile = async () => {}) => {
      const ran = play(t, steps, { port: peer, ...order.sipp });
      const { sid } = await live.make('/v1/calls', { from: numbers.answers, to: '+441614960199', xml: '<Response><Pause length="1"/></Response>', ...order.call });
      await meanwhile(sid);
      await ran;
      return until(async () => {
        const { body } = await live.get(`/v1/calls/${sid}`);
        return body.end_time && body;
      }, 'the call is over');
    },
    // The one call that came, when it is over.
    ended: () => until(async () => {
      const all = await calls();
      return all.length > 0 && all.every((one) => one.end_time) && all;
    }, 'all calls are over'),
  };
}

const statuses = (calls) => calls.map((one) => one.status);
const refused = (status, more = {}) => [recv({ response: 100, optional: true }), recv({ response: 180, optional: true }),
  recv({ response: status, ...more }), request('ACK', { of: 'INVITE' })];

test('CANCEL in every state', { timeout: 60_000 }, async (t) => {
  const at = await start(t);
  const cancel = request('CANCEL', { of: 'INVITE', tagged: false });
  // A response to the CANCEL may come behind the one to the INVITE.
  const canceled = [recv({ response: 180, optional: 'global' }), recv({ response: 200 }), recv({ response: 487 }), request('ACK', { of: 'INVITE' })];
  await at.in('rings', [invite(), ...ringing, cancel, ...canceled]);
  await at.in('rings', [invite(), recv({ response: 100 }), cancel, ...canceled]);
  // It crosses the 200, which stands.
  await at.in('answers', [invite(), ...ringing, recv({ response: 200 }), cancel, recv({ response: 200 }), request('ACK'), ...hung_up(2)]);
  assert.deepEqual(statuses(await at.ended()).sort(), ['canceled', 'canceled', 'completed'], JSON.stringify(await at.calls()));
});

test('hold and resume, a refresh of the session, and a session that is too short', { timeout: 60_000 }, async (t) => {
  const at = await start(t);
  const again = (cseq, direction, expects) => [invite({ cseq, direction, tagged: true }), recv({ response: 100, optional: true }),
    recv({ response: 200, matches: `a=${expects}` }), request('ACK', { cseq })];
  await at.in('answers', [invite(), ...answered, again(2, 'sendonly', 'recvonly'), again(3, 'sendrecv', 'sendrecv'), again(4, 'inactive', 'inactive'), ...hung_up(5)]);
  const timer = 'Supported: timer\nSession-Expires: 90;refresher=uac';
  await at.in('answers', [invite({ more: timer }), ...ringing, recv({ response: 200, header: 'Session-Expires', matches: '90;refresher=uac' }), request('ACK'),
    request('UPDATE', { cseq: 2, more: timer }), recv({ response: 200, header: 'Session-Expires', matches: '90' }), ...hung_up(3)]);
  await at.in('answers', [invite({ more: 'Supported: timer\nSession-Expires: 30' }), refused(422, { header: 'Min-SE', matches: '90' })]);
  assert.deepEqual(statuses(await at.ended()), ['completed', 'completed']);
});

test('OPTIONS, unknown methods, and extensions that we have not', { timeout: 60_000 }, async (t) => {
  const at = await start(t);
  await at.in('answers', [request('OPTIONS', { tagged: false }), recv({ response: 200, header: 'Allow', matches: 'INVITE' })]);
  await at.in('answers', [request('PUBLISH', { tagged: false }), recv({ response: 405, header: 'Allow', matches: 'INVITE' })]);
  await at.in('answers', [request('FOO', { tagged: false }), recv({ response: 405 })]);
  await at.in('answers', [invite({ more: 'Require: 100rel' }), refused(420, { header: 'Unsupported', matches: '100rel' })]);
  await at.in('answers', [invite(), ...answered, request('REFER', { cseq: 2, more: 'Refer-To: <sip:x@127.0.0.1>' }), recv({ response: 405 }), ...hung_up(3)]);
  await at.in('answers', [request('BYE', { tagged: false }), recv({ response: 481 })]);
  await at.in('busy', [invite(), refused(486)]);
  assert.deepEqual(statuses(await at.ended()), ['busy', 'completed']);
});

test('what comes twice is answered twice and done once', { timeout: 60_000 }, async (t) => {
  const at = await start(t);
  await at.in('answers', [invite({ again: false }), recv({ response: 100 }), invite({ again: false }), recv({ response: 100, optional: 'global' }),
    recv({ response: 180 }), recv({ response: 180, optional: true }), recv({ response: 200 }), request('ACK'), request('ACK'),
    request('BYE', { cseq: 2, again: false }), recv({ response: 200 }), request('BYE', { cseq: 2, again: false }), recv({ response: 200 })],
  { args: ['-nr'] });
  assert.deepEqual(statuses(await at.ended()), ['completed']);
});

test('a BYE that crosses ours, and one that comes before its ACK', { timeout: 60_000 }, async (t) => {
  const at = await start(t);
  await at.in('ends', [invite(), ...answered, recv({ request: 'BYE' }), request('BYE', { cseq: 2, again: false }), recv({ response: 200 })]);
  await at.in('answers', [invite(), ...ringing, recv({ response: 200 }), request('BYE', { cseq: 2 }), recv({ response: 200 }), request('ACK')]);
  assert.deepEqual(statuses(await at.ended()), ['completed', 'completed']);
});

test('digits by INFO', { timeout: 60_000 }, async (t) => {
  const at = await start(t);
  const info = (cseq, digit) => [request('INFO', { cseq, type: 'application/dtmf-relay', body: `Signal=${digit}\nDuration=160\n` }), recv({ response: 200 })];
  await at.in('gathers', [invite(), ...answered, info(2, '4'), info(3, '0'), info(4, '9'), recv({ request: 'BYE' }), ok()]);
  const digits = await until(() => at.app.all.find((one) => one.path === '/digits'), 'the digits come');
  assert.equal(digits.fields.Digits, '409');
  await at.in('answers', [invite(), ...answered, request('INFO', { cseq: 2, type: 'text/plain', body: 'hello\n' }), recv({ response: 415 }), ...hung_up(3)]);
});

test('a caller proves who it is, or is not let in', { timeout: 60_000 }, async (t) => {
  const at = await start(t, { trunk: 'caller_username = "pbx"\ncaller_password = "right"', sip: 'digest_algorithms = "md5"' });
  const challenged = [recv({ response: 401, auth: true, header: 'WWW-Authenticate', matches: 'algorithm=MD5' }), request('ACK', { of: 'INVITE' })];
  const proof = (name) => invite({ cseq: 2, more: `[authentication username=pbx password=${name}]` });
  await at.in('answers', [invite(), ...challenged, proof('right'), ...ringing, recv({ response: 200 }), request('ACK', { cseq: 2 }), ...hung_up(3)]);
  await at.in('answers', [invite(), ...challenged, proof('wrong'), recv({ response: 401 }), request('ACK', { cseq: 2, of: 'INVITE' })]);
  assert.deepEqual(statuses(await at.ended()), ['completed']);
});

test('a source that is not allowed is refused where a trunk has a host', { timeout: 60_000 }, async (t) => {
  const at = await start(t, { trunk: 'allowed_ranges = ["192.0.2.0/24"]' });
  await at.in('answers', [invite(), refused(403)]);
  assert.deepEqual(await at.calls(), []);
});

test('calls beyond the bounds of an account: busy inwards, a queue outwards', { timeout: 60_000 }, async (t) => {
  const at = await start(t, { voice: 'concurrent_calls = 2\ncalls_per_second = 2', flags: [] });
  const first = at.in('answers', [invite(), ...answered, pause(3_000), ...hung_up()], { calls: 2 });
  await until(async () => (await at.calls()).filter((one) => one.status === 'in-progress').length === 2, 'two calls run');
  await at.in('answers', [invite(), refused(486)]);
  await first;
  await at.ended();
  const begun = Date.now();
  const callee = play(t, [recv({ request: 'INVITE' }), answer(), recv({ request: 'ACK' }), recv({ request: 'BYE' }), ok()], { port: at.peer, calls: 5 });
  for (let i = 0; i < 5; ++i) await at.live.make('/v1/calls', { from: numbers.answers, to: '+441614960199', xml: '<Response><Hangup/></Response>' });
  await callee;
  assert.ok(Date.now() - begun >= 1_000, 'five calls at two a second take their time');
  assert.deepEqual([...new Set(statuses((await at.ended()).filter((one) => one.direction === 'outbound-api')))], ['completed']);
});

test('rubbish, and messages of too many bytes, harm nobody', { timeout: 60_000 }, async (t) => {
  const at = await start(t);
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  const head = 'INVITE sip:441614960150@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKx\r\n';
  const rubbish = [
    Buffer.alloc(0), Buffer.from('\r\n\r\n'), Buffer.alloc(60_000, 0xff), Buffer.from(head), Buffer.from(`${head}Content-Length: 99999999999\r\n\r\n`),
    Buffer.from(`${head}CSeq: -1 INVITE\r\nFrom: <<<>>>\r\nTo: ;;;\r\nCall-ID:\r\n\r\n`), Buffer.from(`${head}${'X-A: b\r\n'.repeat(7_000)}\r\n`),
    Buffer.from(`SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:${at.port};branch=z9hG4bK1.1\r\nCSeq: 1 INVITE\r\n\r\n`),
    Buffer.from(`${head}From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nContact: <sip:a@b>\r\nContent-Type: application/sdp\r\n\r\nv=0\r\nm=audio 70000 RTP/AVP 999\r\n`),
  ];
  for (let i = 0; i < 200; ++i) socket.send(rubbish[i % rubbish.length], at.port, '127.0.0.1');
  await at.in('answers', [invite(), ...answered, ...hung_up()]);
  assert.ok(at.server.isAlive());
  assert.deepEqual(statuses(await at.ended()), ['completed']);
});

test('what a callee may answer', { timeout: 90_000 }, async (t) => {
  const at = await start(t);
  const called = [recv({ request: 'INVITE' })];
  const talk = [answer(), recv({ request: 'ACK' }), recv({ request: 'BYE' }), ok()];
  assert.equal((await at.out([...called, response('183 Session Progress', { body: sdp() }), pause(300), ...talk])).status, 'completed');
  assert.equal((await at.out([...called, ...talk])).status, 'completed');
  for (const [said, status, code] of [['486 Busy Here', 'busy', 486], ['603 Decline', 'no-answer', 603], ['480 Away', 'no-answer', 480],
    ['404 Not Found', 'failed', 404], ['503 Unavailable', 'failed', 503], ['302 Moved', 'failed', 302]]) {
    const call = await at.out([...called, response('180 Ringing'), response(said, { again: true }), recv({ request: 'ACK' })]);
    assert.deepEqual([call.status, call.sip_response_code], [status, code]);
  }
  // We hang up by the API.
  const ended = await at.out([...called, answer(), recv({ request: 'ACK' }), recv({ request: 'BYE' }), ok()],
    { call: { xml: '<Response><Pause length="20"/></Response>' } }, async (sid) => {
      await until(async () => (await at.live.get(`/v1/calls/${sid}`)).body.status === 'in-progress', 'it is answered');
      await at.live.make(`/v1/calls/${sid}`, { status: 'completed' });
    });
  assert.equal(ended.status, 'completed');
});

test('a call that we take back', { timeout: 90_000 }, async (t) => {
  const at = await start(t);
  const take_back = async (sid) => {
    await until(async () => (await at.live.get(`/v1/calls/${sid}`)).body.status === 'ringing', 'it rings');
    await at.live.make(`/v1/calls/${sid}`, { status: 'canceled' });
  };
  const ringing_long = [recv({ request: 'INVITE' }), response('180 Ringing')];
  const call = await at.out([...ringing_long, recv({ request: 'CANCEL' }), ok(),
    response('487 Request Terminated').replace('[last_CSeq:]', 'CSeq: 1 INVITE'), recv({ request: 'ACK' })], {}, take_back);
  assert.equal(call.status, 'canceled');
  // The ring time-out is a CANCEL too.
  const timed = await at.out([...ringing_long, recv({ request: 'CANCEL' }), ok(),
    response('487 Request Terminated').replace('[last_CSeq:]', 'CSeq: 1 INVITE'), recv({ request: 'ACK' })], { call: { timeout: 1 } });
  assert.equal(timed.status, 'no-answer');
  // The callee's 200 crosses the CANCEL: it is acknowledged and hung up.
  const crossed = await at.out([...ringing_long, recv({ request: 'CANCEL' }), ok(),
    response('200 OK', { body: sdp() }).replace('[last_CSeq:]', 'CSeq: 1 INVITE'), recv({ request: 'ACK' }), recv({ request: 'BYE' }), ok()], {}, take_back);
  assert.equal(crossed.status, 'canceled');
});
