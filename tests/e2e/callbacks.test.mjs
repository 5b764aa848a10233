// Callbacks to a customer's server: signed so that other people's libraries verify them, and answered with a
// document that one of them wrote.
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { packages } from './support/packages.mjs';
import { Server } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { until } from './support/wait.mjs';

const { Webhook } = packages('standardwebhooks');
const twilio = packages('twilio');

const ada = '+12015550100';

// The recipe of X-CloudVNO-Signature, written down a second time: the URL, then the form's parameters sorted by
// name and encoded as a query string with '+' for a space; after a GET's URL nothing.
function cloudvnoSignature(authToken, callback) {
  let text = callback.url;
  if (callback.method === 'POST') {
    const sorted = [...new URLSearchParams(callback.raw)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    text += new URLSearchParams(sorted).toString();
  }
  return createHmac('sha256', authToken).update(text).digest('hex');
}

function flipBit(text, at) {
  const bytes = Buffer.from(text);
  bytes[at] ^= 1;
  return bytes.toString('latin1');
}

function twilioAccepts(account, callback, signature) {
  const fields = callback.method === 'POST' ? callback.fields : {};
  return twilio.validateRequest(account.auth_token, signature, callback.url, fields);
}

// All three signatures hold, and none of them holds with one bit of anything changed.
function verify(account, callback) {
  const { headers, raw } = callback;
  const verifies = (body, changed = {}, secret = account.webhook_secret) => {
    try {
      new Webhook(secret).verify(body, { ...headers, ...changed });
      return true;
    } catch (error) {
      // Its verify() parses a JSON body after the signature held; ours is a form.
      return error instanceof SyntaxError;
    }
  };
  assert.ok(verifies(raw), 'standardwebhooks verifies');
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
    assert.ok(!verifies(raw, { [name]: flipBit(headers[name], headers[name].length - 3) }), `a bit of ${name} is covered`);
  }
  if (raw) {
    for (const at of [0, raw.length >> 1, raw.length - 1]) {
      assert.ok(!verifies(flipBit(raw, at)), `the body's byte ${at} is covered`);
    }
  }
  assert.ok(!verifies(raw, {}, `whsec_${randomBytes(32).toString('base64')}`), 'another secret does not verify');

  const own = headers['x-cloudvno-signature'];
  assert.match(own, /^[0-9a-f]{64}$/);
  assert.equal(own, cloudvnoSignature(account.auth_token, callback));
  assert.notEqual(own, cloudvnoSignature(account.auth_token, { ...callback, url: `${callback.url}x` }));
  assert.notEqual(own, cloudvnoSignature(flipBit(account.auth_token, 0), callback));

  const signature = headers['x-twilio-signature'];
  assert.ok(twilioAccepts(account, callback, signature), 'twilio accepts');
  assert.ok(!twilioAccepts(account, { ...callback, url: `${callback.url}x` }, signature));
  assert.ok(!twilioAccepts({ auth_token: flipBit(account.auth_token, 5) }, callback, signature));
  if (callback.method === 'POST') {
    const other = { ...callback, fields: { ...callback.fields, From: '+12015550199' } };
    assert.ok(!twilioAccepts(account, other, signature), 'the fields are covered');
  }
}

test('each change of state is told, in order, and verifies with three signatures', async (t) => {
  const server = await Server.start(t);
  const account = server.account('--twilio-signature');
  const client = server.client(account.test_key);
  const sink = await Sink.start(t);
  const [from] = account.numbers;
  const paths = ['/status', '/status?tenant=1&name=a%20b', '/st%C3%A4tus/%2B?x=%2F&y', '/'];
  for (const path of paths) {
    const sent = await client.make('/v1/messages', { from, to: ada, body: 'Grüße & mehr+=% "x"', status_callback: sink.url + path });
    const told = [await sink.next(), await sink.next()];
    assert.deepEqual(told.map((one) => one.fields.MessageStatus), ['sent', 'delivered']);
    for (const one of told) {
      assert.equal(one.method, 'POST');
      assert.equal(one.url, sink.url + path, 'the URL arrives as it was given');
      assert.equal(one.headers['content-type'], 'application/x-www-form-urlencoded');
      assert.deepEqual(
        { ...one.fields, MessageStatus: '', SmsStatus: '' },
        { MessageSid: sent.sid, SmsSid: sent.sid, MessageStatus: '', SmsStatus: '', From: from, To: ada, AccountSid: account.account_sid, ApiVersion: one.fields.ApiVersion },
      );
      assert.equal(one.fields.SmsStatus, one.fields.MessageStatus);
      assert.match(one.headers['webhook-id'], /^WD[0-9a-f]{32}$/);
      assert.ok(Math.abs(Number(one.headers['webhook-timestamp']) - Date.now() / 1000) < 60);
      verify(account, one);
    }
    assert.ok(Number(told[0].headers['x-cloudvno-sequence']) < Number(told[1].headers['x-cloudvno-sequence']));
    assert.notEqual(told[0].headers['webhook-id'], told[1].headers['webhook-id']);
  }
});

test('a URL without a path, and one with a fragment, are signed as they are requested', async (t) => {
  const server = await Server.start(t);
  const account = server.account('--twilio-signature');
  const client = server.client(account.test_key);
  const sink = await Sink.start(t);
  const [from] = account.numbers;
  for (const [given, requested] of [['/a?b=c#fragment', '/a?b=c'], ['', '/'], ['?b=c', '/?b=c']]) {
    await client.make('/v1/messages', { from, to: ada, body: 'x', status_callback: sink.url + given });
    for (let i = 0; i < 2; ++i) {
      const told = await sink.next();
      assert.equal(told.url, sink.url + requested);
      verify(account, told);
    }
  }
});

test('failed and undelivered messages say so with an error code', async (t) => {
  const server = await Server.start(t);
  const account = server.account('--twilio-signature');
  const client = server.client(account.test_key);
  const sink = await Sink.start(t);
  const [from] = account.numbers;
  await client.make('/v1/messages', { from, to: '+12015550103', body: 'x', status_callback: `${sink.url}/failed` });
  const failed = await sink.next();
  assert.equal(failed.fields.MessageStatus, 'failed');
  assert.match(failed.fields.ErrorCode, /^[0-9]{5}$/);
  verify(account, failed);
  await client.make('/v1/messages', { from, to: '+12015550104', body: 'x', status_callback: `${sink.url}/off` });
  assert.equal((await sink.next()).fields.MessageStatus, 'sent');
  const off = await sink.next();
  assert.equal(off.fields.MessageStatus, 'undelivered');
  assert.match(off.fields.ErrorCode, /^[0-9]{5}$/);
  verify(account, off);
});

test('an account that does not ask for it gets no X-Twilio-Signature', async (t) => {
  const server = await Server.start(t);
  const account = server.account();
  const client = server.client(account.test_key);
  const sink = await Sink.start(t);
  await client.make('/v1/messages', { from: account.numbers[0], to: ada, body: 'x', status_callback: `${sink.url}/s` });
  const told = await sink.next();
  assert.equal(told.headers['x-twilio-signature'], undefined);
  assert.equal(told.headers['x-cloudvno-signature'], cloudvnoSignature(account.auth_token, told));
});

for (const method of ['POST', 'GET']) {
  test(`an inbound message reaches sms_url by ${method}, and the reply reaches the handset`, async (t) => {
    const server = await Server.start(t);
    const account = server.account('--twilio-signature');
    const client = server.client(account.test_key);
    const [line] = account.numbers;
    const reply = 'Thanks <you> & "yours" – 😀';
    const sink = await Sink.start(t, (callback) => {
      if (callback.path !== '/sms') return undefined;
      const response = new twilio.twiml.MessagingResponse();
      response.message({ action: undefined, statusCallback: '/told' }, reply);
      response.message('And more');
      return { status: 200, type: 'text/xml', body: response.toString() };
    });
    await client.make(`/v1/incoming_phone_numbers/${line}`, { sms_url: `${sink.url}/sms?a=b%26c`, sms_method: method });
    const body = 'Hé there + & = ? % 😀';
    await client.make(`/v1/sandbox/handsets/${ada}/messages`, { to: line, body });
    const inbound = await sink.next('the inbound message');
    assert.equal(inbound.method, method);
    assert.equal(inbound.path, '/sms');
    const { MessageSid: sid, ...fields } = inbound.fields;
    assert.match(sid, /^SM[0-9a-f]{32}$/);
    assert.deepEqual([fields.From, fields.To, fields.Body, fields.NumMedia, fields.NumSegments, fields.AccountSid],
      [ada, line, body, '0', '1', account.account_sid]);
    if (method === 'GET') assert.equal(inbound.fields.a, 'b&c', 'the query that was there stays');
    verify(account, inbound);

    const kept = (await client.get(`/v1/messages/${sid}`)).body;
    assert.deepEqual([kept.direction, kept.status, kept.body, kept.from, kept.to], ['inbound', 'received', body, ada, line]);
    assert.ok(await client.onHandset(ada, (text) => text.direction === 'to_handset' && text.body === reply));
    assert.ok(await client.onHandset(ada, (text) => text.direction === 'to_handset' && text.body === 'And more'));
    const told = [await sink.next(), await sink.next()];
    for (const one of told) {
      assert.equal(one.path, '/told', 'a relative statusCallback is resolved');
      verify(account, one);
    }
    assert.deepEqual(told.map((one) => one.fields.MessageStatus), ['sent', 'delivered']);
    const answer = (await client.get(`/v1/messages/${told[0].fields.MessageSid}`)).body;
    assert.deepEqual([answer.direction, answer.body, answer.from, answer.to], ['outbound-reply', reply, line, ada]);
  });
}

test('the fallback is asked when sms_url fails, and its redirect is followed from where it was', async (t) => {
  const server = await Server.start(t);
  const account = server.account('--twilio-signature');
  const client = server.client(account.test_key);
  const [line] = account.numbers;
  const sink = await Sink.start(t, ({ path }) => {
    if (path === '/broken') return { status: 500, body: 'no' };
    if (path === '/second/try/fallback') {
      const response = new twilio.twiml.MessagingResponse();
      response.redirect({ method: 'GET' }, '../elsewhere?x=1');
      return { status: 200, type: 'application/xml', body: response.toString() };
    }
    return { status: 200, type: 'text/plain', body: 'Plain words' };
  });
  await client.make(`/v1/incoming_phone_numbers/${line}`, new URLSearchParams({
    sms_url: `${sink.url}/broken`, sms_fallback_url: `${sink.url}/second/try/fallback`,
  }));
  await client.make(`/v1/sandbox/handsets/${ada}/messages`, { to: line, body: 'Hi' });
  const [broken, fallback, redirected] = [await sink.next(), await sink.next(), await sink.next()];
  assert.deepEqual([broken.path, fallback.path], ['/broken', '/second/try/fallback']);
  assert.equal(fallback.fields.ErrorCode, '11200');
  assert.equal(fallback.fields.ErrorUrl, `${sink.url}/broken`);
  assert.equal(redirected.method, 'GET');
  assert.ok(redirected.url.startsWith(`${sink.url}/second/elsewhere?x=1&`), redirected.url);
  for (const one of [broken, fallback, redirected]) verify(account, one);
  assert.ok(await client.onHandset(ada, (text) => text.body === 'Plain words'));
});

test('a relative URL that climbs above the root stays on the root', async (t) => {
  const server = await Server.start(t);
  const account = server.account('--twilio-signature');
  const client = server.client(account.test_key);
  const [line] = account.numbers;
  const sink = await Sink.start(t, ({ path }) => {
    const response = new twilio.twiml.MessagingResponse();
    if (path === '/sms') response.redirect('../../elsewhere');
    return { status: 200, type: 'text/xml', body: response.toString() };
  });
  await client.make(`/v1/incoming_phone_numbers/${line}`, { sms_url: `${sink.url}/sms` });
  await client.make(`/v1/sandbox/handsets/${ada}/messages`, { to: line, body: 'Hi' });
  await sink.next();
  const redirected = await sink.next();
  assert.equal(redirected.url, `${sink.url}/elsewhere`);
  verify(account, redirected);
});

test('a callback goes to no private address that is not allowed, and waits for its retry', async (t) => {
  const server = await Server.start(t);
  const account = server.account();
  const client = server.client(account.test_key);
  const before = await metric(server, 'outcome="to_be_retried"');
  for (const url of ['http://10.0.0.1/x', 'http://169.254.169.254/latest', 'http://[::1]:80/x', 'http://0.0.0.0:80/x']) {
    const sent = await client.make('/v1/messages', { from: account.numbers[0], to: ada, body: 'x', status_callback: url });
    await client.message(sent.sid, 'delivered');
  }
  await until(async () => await metric(server, 'outcome="to_be_retried"') >= before + 4, 'all are refused at once');
});

async function metric(server, label) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith('cloudvno_webhook_attempts_total') && one.includes(label));
  return line ? Number(line.split(' ').at(-1)) : 0;
}
