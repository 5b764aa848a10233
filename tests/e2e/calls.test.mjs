// Calls of the real program: an application written with Twilio's own library, simulated telephones on real SIP and
// RTP, and SIPp as a carrier in front of it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { packages } from './support/packages.mjs';
import { Server, freePort } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { until } from './support/wait.mjs';

const twilio = packages('twilio');
const { VoiceResponse } = twilio.twiml;
const ada = '+12015550100';
const grace = '+12015550105'; // echoes what she hears

const xml = (document) => ({ status: 200, type: 'text/xml', body: document.toString() });
const handset = (number) => `/v1/sandbox/handsets/${encodeURIComponent(number)}`;

// Loudness of each tenth of a second of a WAV of 16-bit PCM at 8 kHz.
function loudness(wav) {
  const at = wav.indexOf('data') + 8;
  const levels = [];
  for (let i = at; i + 1600 <= wav.length; i += 1600) {
    let sum = 0;
    for (let j = 0; j < 1600; j += 2) sum += wav.readInt16LE(i + j) ** 2;
    levels.push(Math.sqrt(sum / 800));
  }
  return levels;
}

async function bytes(server, account, path) {
  const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${account.test_key}` } });
  assert.equal(answer.status, 200, path);
  return Buffer.from(await answer.arrayBuffer());
}

const over = (client, sid) => until(async () => {
  const { body } = await client.get(`/v1/calls/${sid}`);
  return body.end_time && body;
}, 'the call is over', 60_000);

test('a call greets, takes digits, records, connects a second telephone, and tells each step', { timeout: 120_000 }, async (t) => {
  const app = await Sink.start(t, ({ path, fields }) => {
    const answer = new VoiceResponse();
    if (path === '/voice') {
      answer.gather({ numDigits: 2, action: '/digits', timeout: 10 }).say('Welcome. Please press two digits.');
    } else if (path === '/digits') {
      answer.say(`You pressed ${fields.Digits}.`);
      answer.record({ action: '/recorded', maxLength: 2, playBeep: true, recordingStatusCallback: '/recording' });
    } else if (path === '/recorded') {
      answer.dial({ action: '/dialled', timeLimit: 3, record: 'record-from-answer-dual' }, grace);
    } else if (path === '/dialled') {
      answer.hangup();
    } else {
      return undefined;
    }
    return xml(answer);
  });
  const server = await Server.start(t);
  const account = server.account('--no-rate-limits');
  const client = server.client(account.test_key);
  await client.post(`${handset(ada)}/phone`, { behavior: 'answers', answer_after_ms: 200, digits: 'WW42', plays: 'tone' });
  const made = await client.make('/v1/calls', {
    from: account.numbers[0], to: ada, url: `${app.url}/voice`, status_callback: `${app.url}/status`,
    status_callback_event: ['initiated', 'ringing', 'answered', 'completed']
  });
  const call = await over(client, made.sid);
  assert.equal(call.status, 'completed');
  assert.ok(call.duration >= 5, `${call.duration} s`);
  assert.ok(call.quality.packets > 100 && call.quality.lost <= 2 && call.quality.mos > 4, JSON.stringify(call.quality));
  const asked = (path) => app.all.filter((one) => one.path === path).map((one) => one.fields);
  assert.equal(asked('/digits')[0].Digits, '42');
  assert.equal(asked('/dialled')[0].DialCallStatus, 'completed');
  for (const one of app.all) assert.equal(one.fields.CallSid, made.sid, one.path);

  await until(() => asked('/status').length === 4, 'all steps are told');
  assert.deepEqual(asked('/status').map((one) => one.CallStatus), ['initiated', 'ringing', 'in-progress', 'completed']);
  assert.deepEqual(asked('/status').map((one) => one.SequenceNumber), ['1', '2', '3', '4']);

  // What Ada heard has the greeting, and at the end her own tone back from Grace.
  const recordings = (await client.get(`/v1/calls/${made.sid}/recordings`)).body.data;
  assert.deepEqual(recordings.map((one) => [one.source, one.channels, one.status]),
    [['RecordVerb', 1, 'completed'], ['DialVerb', 2, 'completed']]);
  assert.equal(asked('/recorded')[0].RecordingSid, recordings[0].sid);
  assert.equal(asked('/dialled')[0].RecordingSid, recordings[1].sid);
  const whole = await bytes(server, account, recordings[1].media.wav);
  assert.equal(whole.readUInt16LE(22), 2);
  assert.ok(Math.max(...loudness(whole)) > 500);
  const mp3 = await bytes(server, account, recordings[0].media.mp3);
  assert.ok(mp3.length > 1000 && (mp3[0] === 0xff || mp3.subarray(0, 3).toString() === 'ID3'));
  const [heard] = (await client.get(`${handset(ada)}/calls`)).body.data;
  const levels = loudness(await bytes(server, account, `${handset(ada)}/calls/${heard.id}/heard.wav`));
  assert.ok(levels.slice(0, 20).some((level) => level > 500), 'the greeting is heard');
  const children = (await client.get(`/v1/calls?parent_call_sid=${made.sid}`)).body.data;
  assert.deepEqual(children.map((one) => [one.direction, one.to, one.status]), [['outbound-dial', grace, 'completed']]);
  const echoed = levels.slice(-15, -3);
  assert.ok(echoed.filter((level) => level > 200).length >= echoed.length / 2, `both hear each other: ${levels.map(Math.round)}`);
});

test('what a caller says is recorded, and the recording plays back', { timeout: 60_000 }, async (t) => {
  const app = await Sink.start(t, ({ path }) => {
    const answer = new VoiceResponse();
    if (path === '/voice') answer.record({ action: '/done', maxLength: 3, timeout: 10 });
    else if (path === '/done') answer.say('Thank you.');
    else return undefined;
    return xml(answer);
  });
  const server = await Server.start(t);
  const account = server.account('--no-rate-limits');
  const client = server.client(account.test_key);
  await client.make(`/v1/incoming_phone_numbers/${encodeURIComponent(account.numbers[0])}`,
    { voice_url: `${app.url}/voice`, status_callback: `${app.url}/status` });
  const rung = await client.post(`${handset(ada)}/calls`, { to: account.numbers[0], plays: 'tone' });
  assert.equal(rung.status, 201, rung.text);
  const done = await until(() => app.all.find((one) => one.path === '/done'), 'the recording is there', 30_000);
  assert.ok(Number(done.fields.RecordingDuration) >= 2);
  const inbound = (await client.get('/v1/calls')).body.data[0];
  assert.deepEqual([inbound.direction, inbound.from, inbound.to], ['inbound', ada, account.numbers[0]]);
  await over(client, inbound.sid);
  const wav = await bytes(server, account, `/v1/recordings/${done.fields.RecordingSid}.wav`);
  assert.ok(loudness(wav).filter((level) => level > 500).length > 10, 'the tone is in it');
  await until(() => app.all.find((one) => one.path === '/status'), 'the end is told');
});

for (const [number, status] of [['+12015550103', 'no-answer'], ['+12015550104', 'no-answer'], ['+12015550106', 'busy']]) {
  test(`a telephone that does not answer: ${number} ends ${status}`, { timeout: 30_000 }, async (t) => {
    const server = await Server.start(t);
    const account = server.account('--no-rate-limits');
    const client = server.client(account.test_key);
    const { sid } = await client.make('/v1/calls', { from: account.numbers[0], to: number, xml: '<Response><Say>Hi</Say></Response>' });
    assert.equal((await over(client, sid)).status, status);
  });
}

test('a broken document leaves a notification, and SIGKILL leaves a final record', { timeout: 60_000 }, async (t) => {
  const server = await Server.start(t);
  const account = server.account('--no-rate-limits');
  const client = server.client(account.test_key);
  const { sid } = await client.make('/v1/calls', { from: account.numbers[0], to: ada, url: 'http://127.0.0.1:9/none' });
  const call = await over(client, sid);
  assert.deepEqual([call.status, call.error_code], ['completed', 11205]);
  assert.equal((await client.get(`/v1/calls/${sid}/notifications`)).body.data[0].code, 11205);
  const long = await client.make('/v1/calls', { from: account.numbers[0], to: ada, xml: '<Response><Pause length="60"/></Response>' });
  await until(async () => (await client.get(`/v1/calls/${long.sid}`)).body.status === 'in-progress', 'it is answered');
  await server.kill('SIGKILL');
  await server.start();
  const ended = await over(server.client(account.test_key), long.sid);
  assert.equal(ended.status, 'completed');
});

test('a carrier calls a number by SIP, and is called: SIPp', { timeout: 60_000 }, async (t) => {
  const [sip, uas, uac] = [await freePort(), await freePort(), await freePort()];
  const sections = `
[sip]
enabled = true
address = "127.0.0.1"
udp_port = ${sip}
tcp_port = ${sip}
tls_port = 0
[[trunk]]
name = "acme"
host = "127.0.0.1"
port = ${uas}
allowed_ranges = ["127.0.0.1/32"]
price_per_minute = "0.012"
session_expires = 0
`;
  const app = await Sink.start(t, ({ path }) => (path === '/voice' ? xml('<Response><Say>Hello</Say><Pause length="10"/></Response>') : undefined));
  const server = await Server.start(t, { sections });
  const account = server.account('--no-rate-limits');
  const live = server.client(server.key(account, '--live').key);
  server.command('number', 'add', '--account', account.account_sid, '--carrier', 'acme', '--voice', '+441614960150');
  await live.make(`/v1/incoming_phone_numbers/${encodeURIComponent('+441614960150')}`, { voice_url: `${app.url}/voice` });
  const sipp = (...args) => spawn('sipp', [...args, '-i', '127.0.0.1', '-nostdin', '-timeout', '20', '-m', '1'], { stdio: 'ignore' });
  // Out: SIPp answers, and hangs up by the BYE it gets.
  const called = sipp('-sn', 'uas', '-p', String(uas), '-mp', String(await freePort()));
  const out = await live.make('/v1/calls', { from: '+441614960150', to: '+441614960151', xml: '<Response><Pause length="1"/></Response>' });
  const [code] = await once(called, 'exit');
  assert.equal(code, 0, 'SIPp is content with the call that it got');
  const paid = await over(live, out.sid);
  assert.deepEqual([paid.status, paid.trunk, paid.price], ['completed', 'acme', '0.012']);
  // In: SIPp calls, and hangs up.
  const caller = sipp('-sn', 'uac', '-s', '441614960150', '-d', '1500', '-p', String(uac), '-mp', String(await freePort()), `127.0.0.1:${sip}`);
  const [ended] = await once(caller, 'exit');
  assert.equal(ended, 0, 'SIPp is content with the call that it made');
  const inbound = await until(async () => (await live.get('/v1/calls')).body.data.find((one) => one.direction === 'inbound'), 'it is listed');
  assert.equal((await over(live, inbound.sid)).status, 'completed');
});
