// Verification by the real program: codes by SMS, e-mail through an independent SMTP server, calls that an independent
// recogniser understands, guessing in parallel, and a crash between sending and checking.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { recognise } from './support/hearing.mjs';
import { packages } from './support/packages.mjs';
import { Server, freePort } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { readWav } from './support/sounds.mjs';
import { Inbox, until } from './support/wait.mjs';

const ada = '+12015550100';
const grace = '+12015550105';
const handset = (number) => `/v1/sandbox/handsets/${encodeURIComponent(number)}`;
const wrong = (code) => String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');

// The code in the last text on the handset that `fits`.
async function codeOn(client, number, fits = () => true) {
  const text = await until(async () => {
    const { body } = await client.get(`${handset(number)}/messages`);
    return body.data.filter((one) => one.direction === 'to_handset' && fits(one)).at(-1);
  }, 'the code on the handset');
  return text.body.match(/\d{4,8}/)[0];
}

async function check(client, to, code) {
  const answer = await client.post('/v1/verify/check', { to, code });
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}

test('a new account sends a code by SMS and gets it approved once, and the code is nowhere', async (t) => {
  const sink = await Sink.start(t);
  const server = await Server.start(t, { logLevel: 'debug' });
  const account = server.account();
  const client = server.client(account.test_key);
  await client.make('/v1/webhook_endpoints', { url: `${sink.url}/events`, event_types: 'verification.approved,verification.created' });
  const sent = await client.make('/v1/verify/send', { to: ada, channel: 'sms' });
  assert.deepEqual([sent.status, sent.to, sent.channel], ['pending', ada, 'sms']);
  const code = await codeOn(client, ada);
  assert.equal(code.length, 6);
  assert.equal((await check(client, ada, wrong(code))).valid, false);
  const approved = await check(client, ada, code);
  assert.deepEqual([approved.valid, approved.status], [true, 'approved']);
  const replayed = await client.post('/v1/verify/check', { to: ada, code });
  assert.deepEqual([replayed.status, replayed.body.error.code], [409, 'verification_already_approved']);

  await until(() => sink.all.length === 2, 'both events are told');
  const seen = [server.log, JSON.stringify(sink.all.map((one) => one.body)),
    ...await Promise.all(['/v1/verify', '/v1/messages', '/v1/events', '/v1/webhook_deliveries', '/v1/request_logs', `/v1/verify/${sent.sid}`]
      .map(async (path) => (await client.get(path)).text))];
  for (const text of seen) assert.ok(!text.includes(code), text.slice(0, 300));
  assert.deepEqual((await client.get('/v1/messages')).body.data, []);
  const summary = (await client.get('/v1/verify/summary')).body;
  assert.deepEqual(summary.channels.sms, { attempts: 1, converted: 1, blocked: 0, conversion_rate: 1 });
});

test('of 1,000 guesses at once five are looked at', async (t) => {
  const server = await Server.start(t);
  const client = server.client(server.account('--no-rate-limits').test_key);
  const sent = await client.make('/v1/verify/send', { to: ada });
  const code = await codeOn(client, ada);
  const answers = await Promise.all(Array.from({ length: 1000 }, () => check(client, ada, wrong(code))));
  const pending = answers.filter((one) => one.status === 'pending').length;
  assert.equal(pending, 4);
  assert.ok(answers.every((one) => !one.valid));
  assert.equal((await client.get(`/v1/verify/${sent.sid}`)).body.attempts, 5);
  assert.equal((await check(client, ada, code)).valid, false);
});

test('a crash between sending and checking loses nothing, and the same code is sent again', async (t) => {
  const server = await Server.start(t);
  const account = server.account();
  const client = server.client(account.test_key);
  const sent = await client.make('/v1/verify/send', { to: ada });
  const code = await codeOn(client, ada);
  await check(client, ada, wrong(code));
  await server.kill('SIGKILL');
  await server.start();
  const again = await client.make('/v1/verify/send', { to: ada });
  assert.deepEqual([again.sid, again.sends, again.attempts], [sent.sid, 2, 1]);
  assert.equal(await codeOn(client, ada), code);
  assert.equal((await check(client, ada, code)).valid, true);
});

test('a code expires', async (t) => {
  const server = await Server.start(t);
  const client = server.client(server.account().test_key);
  const sent = await client.make('/v1/verify/send', { to: ada, valid_for: 60 });
  const code = await codeOn(client, ada);
  await server.kill();
  // An hour passes while the program is down.
  const sql = 'UPDATE verification SET expires_at = expires_at - 3600000000';
  const ran = spawnSync('python3', ['-c', 'import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute(sys.argv[2]); d.commit()',
    join(server.data, 'cloudvno.db'), sql], { encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  await server.start();
  const late = await check(client, ada, code);
  assert.deepEqual([late.valid, late.status], [false, 'expired']);
  await until(async () => (await client.get('/v1/events?limit=50')).body.data.some((one) => one.type === 'verification.expired'), 'the event');
  assert.notEqual((await client.make('/v1/verify/send', { to: ada })).sid, sent.sid);
});

test('WhatsApp, RCS and e-mail of a test key arrive on the simulated network', async (t) => {
  const server = await Server.start(t);
  const client = server.client(server.account().test_key);
  for (const channel of ['whatsapp', 'rcs']) {
    await client.make('/v1/verify/send', { to: ada, channel });
    const code = await codeOn(client, ada, (text) => text.channel === channel);
    assert.equal((await check(client, ada, code)).channel, channel);
  }
  await client.make('/v1/verify/send', { to: 'ada@example.com', channel: 'email', locale: 'he' });
  const mail = await until(async () => (await client.get('/v1/sandbox/emails?to=ada@example.com')).body.data[0], 'the mail');
  assert.equal((await check(client, 'ada@example.com', mail.body.match(/\d{6}/)[0])).valid, true);
});

test('a mail goes through an independent SMTP server, under TLS 1.3 and with a login', async (t) => {
  const { SMTPServer } = packages('smtp-server');
  const mails = new Inbox();
  const port = await freePort();
  const server = await Server.make(t, { sections: `
[email]
host = "localhost"
port = ${port}
username = "cloudvno"
password = "secret"
from = "Acme Ünlimited <no-reply@acme.example>"
ca_file = "CA"
` });
  const [key, cert] = ['relay.key', 'relay.pem'].map((name) => join(server.folder, name));
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key,
    '-out', cert, '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  writeFileSync(server.config, readFileSync(server.config, 'utf8').replace('"CA"', JSON.stringify(cert)));
  let refusals = 1; // of the first mail, for now
  const relay = new SMTPServer({
    key: readFileSync(key), cert: readFileSync(cert), disabledCommands: [],
    onAuth: ({ username, password }, session, done) =>
      (username === 'cloudvno' && password === 'secret' ? done(null, { user: 1 }) : done(new Error('no'))),
    onRcptTo: ({ address }, session, done) => {
      if (address.startsWith('nobody')) return done(Object.assign(new Error('no such user'), { responseCode: 550 }));
      if (refusals-- > 0) return done(Object.assign(new Error('later'), { responseCode: 451 }));
      return done();
    },
    onData: (stream, session, done) => {
      const parts = [];
      stream.on('data', (part) => parts.push(part));
      stream.on('end', () => {
        mails.put({ raw: Buffer.concat(parts).toString(), to: session.envelope.rcptTo.map((one) => one.address), tls: session.tlsOptions.version });
        done();
      });
    },
  });
  relay.on('error', () => {});
  relay.listen(port, '127.0.0.1');
  t.after(() => relay.close());
  await server.start();
  const client = server.client(server.key(server.account(), '--live').key);
  await client.make('/v1/verify/send', { to: 'ada@example.com', channel: 'email', locale: 'ar' });
  const { raw, to, tls } = await mails.take('the mail');
  assert.equal(tls, 'TLSv1.3');
  assert.deepEqual(to, ['ada@example.com']);
  const [head, body] = raw.split('\r\n\r\n');
  assert.match(head, /^From: =\?UTF-8\?B\?.*\?= <no-reply@acme\.example>/m);
  const text = Buffer.from(body, 'base64').toString();
  const code = text.match(/\d{6}/)[0];
  assert.ok(text.includes('رمز'), text);
  assert.equal((await check(client, 'ada@example.com', code)).valid, true);

  const refused = await client.make('/v1/verify/send', { to: 'nobody@example.com', channel: 'email' });
  await until(async () => (await client.get(`/v1/verify/${refused.sid}`)).body.delivery_error === 'The mail relay refused the mail (550).',
    'the refusal is told');
  assert.ok(!server.log.includes('@example.com'));
});

test('a live code goes by the WhatsApp Cloud API', async (t) => {
  const asked = new Inbox();
  const api = createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      asked.put({ url: request.url, headers: request.headers, body: JSON.parse(Buffer.concat(parts)) });
      response.end(JSON.stringify({ messages: [{ id: 'wamid.1' }] }));
    });
  });
  const port = await freePort();
  api.listen(port, '127.0.0.1');
  t.after(() => { api.closeAllConnections(); api.close(); });
  const server = await Server.start(t, { sections: `
[whatsapp]
phone_number_id = "4711"
access_token = "token"
template = "code"
api_url = "http://127.0.0.1:${port}/v20.0"
` });
  const client = server.client(server.key(server.account(), '--live').key);
  await client.post('/v1/fraud/settings', { countries: ['US'] }); // no number of its own tells its region
  await client.make('/v1/verify/send', { to: ada, channel: 'whatsapp', locale: 'de' });
  const { url, headers, body } = await asked.take('the request');
  assert.equal(url, '/v20.0/4711/messages');
  assert.equal(headers.authorization, 'Bearer token');
  assert.equal(body.template.language.code, 'de');
  const code = body.template.components[0].parameters[0].text;
  assert.equal((await check(client, ada, code)).valid, true);
  const sms = await client.post('/v1/verify/send', { to: grace, channel: 'sms' });
  assert.deepEqual([sms.status, sms.body.error.code], [422, 'no_verification_sender']);
});

test('a call speaks the code slowly and twice, so that an independent recogniser understands it', { timeout: 180_000 }, async (t) => {
  const server = await Server.start(t);
  const account = server.account();
  const client = server.client(account.test_key);
  await client.post(`${handset(ada)}/phone`, { behavior: 'answers', answer_after_ms: 100 });
  await client.make('/v1/verify/send', { to: ada, channel: 'voice', code_length: 4 });
  const call = await until(async () => (await client.get(`${handset(ada)}/calls`)).body.data[0], 'the call');
  // The same code as text, to compare.
  await client.make('/v1/verify/send', { to: ada, channel: 'sms' });
  const code = await codeOn(client, ada);
  await until(async () => (await client.get(`${handset(ada)}/calls`)).body.data[0].date_ended, 'the call ends by itself', 120_000);
  const heard = await fetch(`${server.url}${handset(ada)}/calls/${call.id}/heard.wav`, { headers: { authorization: `Bearer ${account.test_key}` } });
  const wav = Buffer.from(await heard.arrayBuffer());
  const understood = recognise(t, readWav(wav).channels[0], ['your verification code is', 'press any key to hear it again']);
  // Its model is of wideband speech: without the hiss above 4 kHz "six" sounds like "eight" to it. Its first utterance, which
  // it still adapts to the line by, is not counted.
  const fold = (digits) => digits.replaceAll('6', '8').replace(/\D/g, '');
  if (understood !== null) assert.ok(fold(understood).endsWith(fold(code + code)), `${understood} for ${code}`);
  assert.deepEqual((await client.get('/v1/calls')).body.data, []);
  assert.equal((await check(client, ada, code)).valid, true);
});
