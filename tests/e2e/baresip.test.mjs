// Calls between two baresips through the real program: one as the caller from a trunk, one as the callee of a Dial. What each
// of them heard, and what was recorded, is compared with what the others played.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { Baresip } from './support/baresip.mjs';
import { packages } from './support/packages.mjs';
import { Server, freePort } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { decodeMp3, likeness, readWav, seconds, toneWav, tones } from './support/sounds.mjs';
import { until } from './support/wait.mjs';

const { VoiceResponse } = packages('twilio').twiml;
const number = '+441614960150';
const other = '+441614960151';
const [caller, callee, prompt] = [700, 440, 1_000]; // Hz
const all = [caller, callee, prompt];

const xml = (document) => ({ status: 200, type: 'text/xml', body: document.toString() });

// A server with one trunk, whose calls come from this machine and go to `port` on it.
async function trunkServer(t, port, { sipSection = '', trunk = 'allowed_ranges = ["127.0.0.1/32"]' } = {}) {
  const sip = await freePort();
  const server = await Server.start(t, { sections: `
[sip]
enabled = true
address = "127.0.0.1"
udp_port = ${sip}
tcp_port = ${sip}
tls_port = 0
${sipSection}
[[trunk]]
name = "acme"
host = "127.0.0.1"
port = ${port}
${trunk}
` });
  const account = server.account('--no-rate-limits');
  const { key } = server.key(account, '--live');
  server.command('number', 'add', '--account', account.account_sid, '--carrier', 'acme', '--voice', number);
  return { server, sip, key, live: server.client(key) };
}

async function recording(server, key, path) {
  const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${key}` } });
  assert.equal(answer.status, 200, path);
  return Buffer.from(await answer.arrayBuffer());
}

const over = (client, sid) => until(async () => {
  const { body } = await client.get(`/v1/calls/${sid}`);
  return body.end_time && body;
}, 'the call is over', 60_000);

test('two baresips hear each other and our prompts, and what they say is recorded', { timeout: 90_000 }, async (t) => {
  const app = await Sink.start(t, ({ path }) => {
    const answer = new VoiceResponse();
    if (path === '/prompt.wav') return { status: 200, type: 'audio/wav', body: toneWav(prompt, 2) };
    if (path === '/voice') answer.gather({ numDigits: 3, action: '/digits', timeout: 10 }).play('/prompt.wav');
    else if (path === '/digits') answer.record({ action: '/recorded', maxLength: 2, playBeep: false, timeout: 10 });
    else if (path === '/recorded') answer.dial({ action: '/dialled', timeLimit: 4, record: 'record-from-answer-dual' }, other);
    else if (path === '/dialled') answer.hangup();
    else return undefined;
    return xml(answer);
  });
  // The callee speaks A-law, so its audio is transcoded.
  const second = await Baresip.start(t, { plays: toneWav(callee, 40), codec: 'PCMA', account: ';answermode=auto', name: other });
  const first = await Baresip.start(t, { plays: toneWav(caller, 40), name: 'caller' });
  const { server, sip, key, live } = await trunkServer(t, second.port);
  await live.make(`/v1/incoming_phone_numbers/${encodeURIComponent(number)}`, { voice_url: `${app.url}/voice` });

  first.command('dial', `sip:${number}@127.0.0.1:${sip}`);
  await first.event('CALL_ESTABLISHED');
  await until(() => app.all.some((one) => one.path === '/prompt.wav'), 'the prompt is fetched');
  // Keys may be pressed while the prompt plays, which they end.
  for (const digit of '409') first.command('sndcode', digit);
  const digits = await until(() => app.all.find((one) => one.path === '/digits'), 'the digits came', 30_000);
  assert.equal(digits.fields.Digits, '409');
  await second.event('CALL_ESTABLISHED', 30_000);
  await first.event('CALL_CLOSED', 30_000);
  await second.event('CALL_CLOSED');
  const done = await until(() => app.all.find((one) => one.path === '/dialled'), 'the Dial is over');
  assert.equal(done.fields.DialCallStatus, 'completed');

  const at_caller = tones(first.heard().channels[0], all);
  assert.ok(seconds(at_caller, callee) >= 3, `the caller hears the callee: ${at_caller}`);
  assert.ok(seconds(at_caller, caller) === 0, `and not itself: ${at_caller}`);
  const at_callee = tones(second.heard().channels[0], all);
  assert.ok(seconds(at_callee, caller) >= 3, `the callee hears the caller: ${at_callee}`);
  assert.ok(seconds(at_callee, callee) === 0, `and not itself: ${at_callee}`);

  const call = await over(live, digits.fields.CallSid);
  assert.equal(call.status, 'completed');
  assert.ok(call.quality.packets > 200 && call.quality.lost <= 2 && call.quality.mos > 4, JSON.stringify(call.quality));
  const [alone, both] = (await live.get(`/v1/calls/${call.sid}/recordings`)).body.data;
  const wav = readWav(await recording(server, key, alone.media.wav)).channels[0];
  assert.ok(seconds(tones(wav, all), caller) >= 1.7, `${tones(wav, all)}`);
  const mp3 = decodeMp3(await recording(server, key, alone.media.mp3));
  assert.ok(seconds(tones(mp3.channels[0], all), caller) >= 1.7, `${tones(mp3.channels[0], all)}`);
  assert.ok(Math.abs(mp3.channels[0].length - wav.length) < 3_000, 'the MP3 is as long as the WAV');
  const sides = readWav(await recording(server, key, both.media.wav)).channels.map((one) => tones(one, all));
  assert.ok(seconds(sides[0], caller) >= 3 && seconds(sides[1], callee) >= 3, `${sides[0]} | ${sides[1]}`);
});

test('baresip hears a prompt to its end, and speech as espeak-ng speaks it', { timeout: 60_000 }, async (t) => {
  const text = 'Guten Tag. Bitte warten Sie einen Augenblick.';
  const app = await Sink.start(t, ({ path }) => {
    if (path === '/prompt.wav') return { status: 200, type: 'audio/wav', body: toneWav(prompt, 2) };
    const answer = new VoiceResponse();
    answer.play('/prompt.wav');
    answer.say({ language: 'de-DE' }, text);
    return xml(answer);
  });
  const phone = await Baresip.start(t, { plays: toneWav(caller, 30) });
  const { sip, live } = await trunkServer(t, 9);
  await live.make(`/v1/incoming_phone_numbers/${encodeURIComponent(number)}`, { voice_url: `${app.url}/voice` });
  phone.command('dial', `sip:${number}@127.0.0.1:${sip}`);
  await phone.event('CALL_CLOSED', 40_000);
  const heard = phone.heard();
  const found = tones(heard.channels[0], all);
  assert.ok(seconds(found, prompt) >= 1.8 && seconds(found, prompt) <= 2.1, `${found}`);
  const spoken = spawnSync('espeak-ng', ['--stdin', '--stdout', '-b', '1', '-v', 'de'], { input: `${text}\n` });
  assert.ok(likeness(heard, readWav(spoken.stdout)) > 0.9, `${likeness(heard, readWav(spoken.stdout))}`);
});

test('baresip proves who it is by digest, from an address that is not listed', { timeout: 60_000 }, async (t) => {
  const app = await Sink.start(t, () => xml('<Response><Play digits="w"/><Pause length="1"/></Response>'));
  const known = await Baresip.start(t, { plays: toneWav(caller, 10), account: ';auth_user=pbx;auth_pass=right', name: 'pbx' });
  const stranger = await Baresip.start(t, { plays: toneWav(caller, 10), account: ';auth_user=pbx;auth_pass=wrong', name: 'pbx' });
  const { sip, live } = await trunkServer(t, 9, {
    sipSection: 'digest_algorithms = "md5"', // baresip 1.0 gives up where another is offered, too
    trunk: 'caller_username = "pbx"\ncaller_password = "right"',
  });
  await live.make(`/v1/incoming_phone_numbers/${encodeURIComponent(number)}`, { voice_url: `${app.url}/voice` });
  known.command('dial', `sip:${number}@127.0.0.1:${sip}`);
  await known.event('CALL_ESTABLISHED');
  await known.event('CALL_CLOSED');
  stranger.command('dial', `sip:${number}@127.0.0.1:${sip}`);
  const refused = await stranger.event('CALL_CLOSED');
  assert.ok(!stranger.events.some((one) => one.type === 'CALL_ESTABLISHED'), JSON.stringify(refused));
  const calls = (await live.get('/v1/calls')).body.data;
  assert.equal(calls.length, 1, 'who has not the password leaves no call');
});
