// Verification codes that reach peers which we did not write: npm's smpp as the carrier's SMSC, baresip and SIPp as the
// phones behind a SIP trunk. (E-mail through npm's smtp-server is in verify.test.mjs.)
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { Baresip } from './support/baresip.mjs';
import { Hearing, recognise } from './support/hearing.mjs';
import { recv, response } from './support/scenario.mjs';
import { Server, freePort } from './support/server.mjs';
import { play } from './support/sipp.mjs';
import { Smsc, jointOf, smpp, textOf } from './support/smsc.mjs';
import { likeness, readWav, toneWav } from './support/sounds.mjs';
import { until } from './support/wait.mjs';

const ours = '+441614960150';
const theirs = '+447400123456';
const digits = (number) => number.slice(1);
const wrong = (code) => String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');
// What baresip says into its microphone; it hangs up at the end of it.
const silence = toneWav(440, 100, 0);
const codeIn = (text) => text.match(/\d{4,8}/)[0];

// A server bound to the SMSC, with a trunk to a phone at `phonePort`, and an account with a live key and one number.
async function bound(t, phonePort = 9) {
  const smsc = await Smsc.start(t);
  const sip = await freePort();
  const server = await Server.start(t, { carriers: [smsc.table], sections: `
[sip]
enabled = true
address = "127.0.0.1"
udp_port = ${sip}
tcp_port = ${sip}
tls_port = 0
[[trunk]]
name = "phones"
host = "127.0.0.1"
port = ${phonePort}
allowed_ranges = ["127.0.0.1/32"]
` });
  const account = server.account();
  server.command('number', 'add', '--account', account.account_sid, '--carrier', 'acme', '--voice', ours);
  const client = server.client(server.key(account, '--live').key);
  await smsc.binds.take('a bind');
  return { smsc, client };
}

async function check(client, to, code) {
  const answer = await client.post('/v1/verify/check', { to, code });
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}

// The verification once its code's message or call has come to this.
const carried = (client, sid, status) => until(async () => {
  const { body } = await client.get(`/v1/verify/${sid}`);
  return body.delivery_status === status && body;
}, `${sid} is carried: ${status}`);

test('a code goes to the carrier\'s SMSC, and only that code is approved', async (t) => {
  const { smsc, client } = await bound(t);
  const sent = await client.make('/v1/verify/send', { to: theirs, channel: 'sms' });
  assert.deepEqual([sent.status, sent.to, sent.channel], ['pending', theirs, 'sms']);
  const submit = await smsc.submits.take('submit_sm');
  const { pdu } = submit;
  assert.deepEqual([pdu.source_addr, pdu.destination_addr], [digits(ours), digits(theirs)]);
  assert.deepEqual([pdu.data_coding, pdu.registered_delivery], [0, 1]);
  assert.ok(pdu.validity_period, 'a code that has expired is not worth a message');
  const code = codeIn(textOf(pdu));
  assert.equal(textOf(pdu), `Your verification code is ${code}. Do not share it with anyone.`);
  assert.equal(code.length, 6);
  assert.equal(await smsc.receipt(submit), smpp.ESME_ROK);
  await carried(client, sent.sid, 'delivered');

  const guessed = await check(client, theirs, wrong(code));
  assert.deepEqual([guessed.valid, guessed.status], [false, 'pending']);
  const approved = await check(client, theirs, code);
  assert.deepEqual([approved.valid, approved.status, approved.sid], [true, 'approved', sent.sid]);
  const replayed = await client.post('/v1/verify/check', { to: theirs, code });
  assert.deepEqual([replayed.status, replayed.body.error.code], [409, 'verification_already_approved']);
  assert.deepEqual((await client.get('/v1/messages')).body.data, [], 'its message is not listed');
  assert.equal(smsc.submits.size, 0, 'it went once');

  // The next one has a code of its own, from the number that is named, and the line that browsers fill in.
  const next = await client.make('/v1/verify/send', { to: theirs, from: ours, code_length: 8, domain: 'acme.example' });
  assert.notEqual(next.sid, sent.sid);
  const text = textOf((await smsc.submits.take('submit_sm')).pdu);
  const longer = codeIn(text);
  assert.equal(longer.length, 8);
  assert.ok(text.endsWith(`\n\n@acme.example #${longer}`), text);
  assert.equal((await check(client, theirs, longer)).valid, true);
});

test('codes arrive readable in alphabets that GSM has and has not, and in parts', async (t) => {
  const { smsc, client } = await bound(t);
  const texts = {
    de: [0, (code) => `Ihr Bestätigungscode lautet ${code}. Geben Sie ihn nicht weiter.`],
    ru: [8, (code) => `Ваш код подтверждения: ${code}. Никому его не сообщайте.`],
    ar: [8, (code) => `رمز التحقق الخاص بك هو ${code}. لا تشاركه مع أحد.`],
    hi: [8, (code) => `आपका सत्यापन कोड ${code} है। इसे किसी को न बताएं।`],
    ja: [8, (code) => `認証コードは ${code} です。誰にも教えないでください。`],
  };
  for (const [i, [locale, [coding, text]]] of Object.entries(texts).entries()) {
    const to = `+4474001234${60 + i}`;
    await client.make('/v1/verify/send', { to, channel: 'sms', locale });
    const { pdu } = await smsc.submits.take(`submit_sm in ${locale}`);
    const code = codeIn(textOf(pdu));
    assert.deepEqual([pdu.destination_addr, pdu.data_coding, textOf(pdu)], [digits(to), coding, text(code)]);
    // Its reader may type the digits of the own script.
    const typed = locale === 'hi' ? [...code].map((one) => String.fromCodePoint(0x966 + Number(one))).join('') : code;
    assert.equal((await check(client, to, typed)).valid, true, locale);
  }

  const message = `Ёлки 🌲: {code}. ${'Не говорите его никому. '.repeat(4)}`;
  await client.make('/v1/verify/send', { to: theirs, channel: 'sms', custom_message: message });
  const parts = [await smsc.submits.take('a part'), await smsc.submits.take('a part')].map(({ pdu }) => pdu);
  parts.sort((a, b) => jointOf(a).number - jointOf(b).number);
  const places = parts.map((pdu) => [pdu.data_coding, jointOf(pdu).number, jointOf(pdu).total]);
  assert.deepEqual(places, [[8, 1, 2], [8, 2, 2]]);
  const text = parts.map(textOf).join('');
  assert.equal(text, message.replace('{code}', codeIn(text)));
  assert.equal((await check(client, theirs, codeIn(text))).valid, true);
});

test('a code that the carrier refused or could not deliver is told, and the same goes again', async (t) => {
  const { smsc, client } = await bound(t);
  const taking = smsc.answer;
  smsc.answer = () => ({ command_status: smpp.ESME_RINVDSTADR });
  const sent = await client.make('/v1/verify/send', { to: theirs, channel: 'sms' });
  const code = codeIn(textOf((await smsc.submits.take('submit_sm')).pdu));
  assert.ok((await carried(client, sent.sid, 'failed')).delivery_error);
  smsc.answer = taking;
  for (const [state, error, status] of [['UNDELIV', '027', 'undelivered'], ['DELIVRD', '000', 'delivered']]) {
    const again = await client.make('/v1/verify/send', { to: theirs, channel: 'sms' });
    assert.equal(again.sid, sent.sid);
    const submit = await smsc.submits.take('submit_sm');
    assert.equal(codeIn(textOf(submit.pdu)), code);
    assert.equal(await smsc.receipt(submit, state, error), smpp.ESME_ROK);
    const { delivery_error: told } = await carried(client, sent.sid, status);
    assert.equal(told === null, status === 'delivered', told);
  }
  assert.equal((await check(client, theirs, code)).valid, true);
});

test('baresip hears the code twice, and again after a key, as a recogniser does', { timeout: 150_000 }, async (t) => {
  const phone = await Baresip.start(t, { plays: silence, account: ';answermode=auto', name: theirs });
  const { smsc, client } = await bound(t, phone.port);
  const sent = await client.make('/v1/verify/send', { to: theirs, channel: 'voice', code_length: 4 });
  assert.equal(sent.channel, 'voice');
  await phone.event('CALL_ESTABLISHED');
  await carried(client, sent.sid, 'in-progress');

  // "Your verification code is", four digits; the same once more; "Press any key to hear it again".
  const once = 5;
  const reading = 2 * once + 1;
  const hearing = new Hearing(t, phone);
  // Between utterances is a second of silence, so two mean that nothing more comes.
  await hearing.heard(reading, 2, 40_000);
  phone.command('sndcode', '7');
  const heard = await hearing.heard(2 * reading, 2, 40_000);
  phone.command('hangup');
  await phone.event('CALL_CLOSED');
  await carried(client, sent.sid, 'completed');
  const told = JSON.stringify(heard);
  assert.equal(heard.length, 2 * reading, told);
  for (const [i, { at, length }] of heard.entries()) {
    const place = i % reading;
    const isDigit = place < 2 * once && place % once > 0;
    assert.ok(isDigit ? length >= 0.15 && length <= 0.9 : length >= 1, `utterance ${i} of ${told}`);
    // Slowly enough to write it down; and the key was waited for.
    if (place > 0) assert.ok(at - heard[i - 1].at - heard[i - 1].length >= 0.8, `utterance ${i} of ${told}`);
    if (i >= reading) assert.ok(Math.abs(length - heard[place].length) <= 0.1, `utterance ${i} repeats ${told}`);
  }

  // The same code as text, to compare.
  const again = await client.make('/v1/verify/send', { to: theirs, channel: 'sms' });
  assert.equal(again.sid, sent.sid);
  const code = codeIn(textOf((await smsc.submits.take('submit_sm')).pdu));
  assert.equal(code.length, 4);
  const [begin, end] = ['your verification code is', 'press any key to hear it again'];
  const understood = recognise(t, phone.heard().channels[0], [begin, end]);
  if (understood !== null) {
    // "Six" sounds like "eight" to its model, which is of wideband speech (verify.test.mjs). It adapts itself to the line
    // by its first utterances, so the first reading is not counted.
    const fold = (text) => text.replaceAll('6', '8');
    const read = `${begin} ${[...code].join(' ')}`;
    const expected = fold(`${read} ${end} ${read} ${read} ${end}`);
    assert.ok(fold(understood).endsWith(expected), `${understood} for ${code}`);
  }
  assert.deepEqual((await client.get('/v1/calls')).body.data, [], 'its call is not listed');
  assert.equal((await check(client, theirs, wrong(code))).valid, false);
  assert.equal((await check(client, theirs, code)).valid, true);
});

test('a key that interrupts begins anew, in the language asked for and in A-law', { timeout: 90_000 }, async (t) => {
  const phone = await Baresip.start(t, { plays: silence, codec: 'PCMA', account: ';answermode=auto', name: theirs });
  const { client } = await bound(t, phone.port);
  const sent = await client.make('/v1/verify/send', { to: theirs, channel: 'voice', locale: 'de' });
  await phone.event('CALL_ESTABLISHED');
  const hearing = new Hearing(t, phone);
  // In the pause behind the first digit, which lasts a second.
  await hearing.heard(2, 0.3, 30_000);
  phone.command('sndcode', '*');
  const heard = await hearing.heard(4, 0.6, 30_000);
  phone.command('hangup');
  await phone.event('CALL_CLOSED');
  await carried(client, sent.sid, 'completed');
  const told = JSON.stringify(heard);
  assert.equal(heard.length, 4, told);
  assert.ok(heard[2].length >= 1, `the sentence again: ${told}`);
  for (const i of [0, 1]) assert.ok(Math.abs(heard[i].length - heard[i + 2].length) <= 0.1, told);
  const spoken = spawnSync('espeak-ng', ['--stdin', '--stdout', '-b', '1', '-v', 'de'],
    { input: 'Ihr Bestätigungscode lautet:\n' });
  const [{ channels, rate }, sentence] = [phone.heard(), readWav(spoken.stdout)];
  for (const { at } of [heard[0], heard[2]]) {
    const from = Math.max(0, Math.floor((at - 0.3) * rate));
    const piece = { rate, channels: [channels[0].subarray(from, from + 4 * rate)] };
    assert.ok(likeness(piece, sentence) > 0.9, `${likeness(piece, sentence)} at ${at}`);
  }
});

test('a phone that is busy is told, and the same code goes by SMS', { timeout: 60_000 }, async (t) => {
  const port = await freePort();
  const { smsc, client } = await bound(t, port);
  const refusal = [recv({ request: 'INVITE' }), response('486 Busy Here', { again: true }), recv({ request: 'ACK' })];
  const [, sent] = await Promise.all([
    play(t, refusal, { port }),
    client.make('/v1/verify/send', { to: theirs, channel: 'voice' }),
  ]);
  await carried(client, sent.sid, 'busy');
  const again = await client.make('/v1/verify/send', { to: theirs, channel: 'sms' });
  assert.deepEqual([again.sid, again.channel, again.sends], [sent.sid, 'sms', 2]);
  const code = codeIn(textOf((await smsc.submits.take('submit_sm')).pdu));
  assert.equal((await check(client, theirs, code)).channel, 'sms');
  const { channels } = (await client.get('/v1/verify/summary')).body;
  assert.deepEqual([channels.voice.attempts, channels.sms.attempts, channels.sms.converted], [1, 1, 1]);
});
