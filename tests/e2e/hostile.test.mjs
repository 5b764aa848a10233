// Hostile input: none of it gets a 500, none ends the server, and odd but right texts come back unchanged.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'node:test';
import { naughtyTexts, refusedForms, refusedJson } from './support/naughty.mjs';
import { raw, statuses } from './support/raw.mjs';
import { Server } from './support/server.mjs';
import { within } from './support/wait.mjs';

async function prepared(t) {
  const server = await Server.start(t);
  const account = server.account('--no-rate-limits');
  return { server, client: server.client(account.test_key), key: account.test_key, from: account.numbers[0] };
}

async function stillWell(server, client) {
  assert.ok(server.isAlive(), `the server lives\n${server.log.slice(-2000)}`);
  assert.equal((await client.get('/v1/messages?limit=1')).status, 200);
}

test('JSON that is wrong is refused with 400, and changes nothing', async (t) => {
  const { server, client, from } = await prepared(t);
  const before = (await client.get('/v1/messages')).body.data.length;
  const wrong = [];
  for (const [name, body] of Object.entries(refusedJson(from))) {
    const answer = await client.post('/v1/messages', Buffer.from(body), { 'content-type': 'application/json' });
    if (answer.status !== 400) wrong.push(`${name}: ${answer.status} ${answer.text.slice(0, 200)}`);
    assert.ok(answer.text.length < 2_000, `${name}: the error is short`);
  }
  assert.deepEqual(wrong, []);
  assert.equal((await client.get('/v1/messages')).body.data.length, before);
  await stillWell(server, client);
});

test('a name that stands twice in a JSON object is refused', async (t) => {
  const { client, from } = await prepared(t);
  for (const body of [
    `{"from":"${from}","to":"+12015550100","body":"first","body":"second"}`,
    `{"from":"${from}","to":"+12015550100","body":"first","b\\u006fdy":"second"}`,
    `{"to":"+12015550199","from":"${from}","body":"x","to":"+12015550100"}`,
  ]) {
    const answer = await client.post('/v1/messages', body, { 'content-type': 'application/json' });
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.body.error.code, 'malformed_body');
    assert.match(answer.body.error.message, /twice/);
  }
  assert.deepEqual((await client.get('/v1/messages')).body.data, []);
});

test('forms that are wrong are refused with 400', async (t) => {
  const { server, client, from } = await prepared(t);
  const wrong = [];
  for (const [name, body] of Object.entries(refusedForms(from))) {
    const answer = await client.post('/v1/messages', Buffer.from(body), { 'content-type': 'application/x-www-form-urlencoded' });
    if (answer.status !== 400) wrong.push(`${name}: ${answer.status} ${answer.text.slice(0, 200)}`);
  }
  assert.deepEqual(wrong, []);
  await stillWell(server, client);
});

test('odd paths, queries and headers get an answer below 500', async (t) => {
  const { server, client, key, from } = await prepared(t);
  const paths = ['/v1/messages/%00', '/v1/messages/%ff', '/v1/messages/%', '/v1/messages/%2e%2e%2f', '/v1/../v1/messages', '/v1//messages',
    '/v1/messages/', '//v1/messages', `/v1/messages/${'x'.repeat(4000)}`, '/v1/messages?limit=99999999999999999999', '/v1/messages?limit=-1',
    '/v1/messages?after=%00', '/v1/messages?to=%ff', '/v1/messages?created_after=9999-99-99T99:99:99Z', '/v1/messages?created_after=-1',
    '/v1/messages?created_before=99999-01-01T00:00:00Z', `/v1/messages?${'a=1&'.repeat(1500)}`, '/v1/messages?%00=1', '/v1/messages?=&&=',
    '/v1/incoming_phone_numbers/+', '/v1/incoming_phone_numbers/%2B', '/v1/sandbox/handsets/%2B12015550100/messages?after=-1',
    '/v1/sandbox/handsets/%2B12015550100/messages?after=9223372036854775808', '/docs/../../../etc/passwd', '/docs/%2e%2e/%2e%2e/etc/passwd', '/console/..%2f..%2fetc/passwd'];
  for (const path of paths) {
    const seen = await raw(server, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${key}\r\n\r\n`);
    const [status] = statuses(seen);
    assert.ok(status >= 200 && status < 500, `${path.slice(0, 80)}: ${seen.text.slice(0, 200)}`);
    assert.ok(!seen.text.includes('root:'), 'no file of the machine');
  }
  for (const value of ['', 'Bearer', 'Bearer ', `Bearer ${'x'.repeat(4000)}`, 'Basic eDp5', `bearer  ${key}`, `Bearer ${key} x`, 'Bearer ÿ']) {
    const answer = await client.get('/v1/messages', { authorization: value });
    assert.equal(answer.status, 401, value);
  }
  for (const value of ['x'.repeat(255), ' ', '%00', '"', "'; DROP TABLE idempotency; --"]) {
    const answer = await client.post('/v1/messages', { from, to: '+12015550100', body: 'x' }, { 'idempotency-key': value });
    assert.ok(answer.status < 500, value);
  }
  for (const url of ['javascript:alert(1)', 'file:///etc/passwd', 'ftp://x/', 'http://', 'http:///x', 'http://a b/', 'http://user:pw@x/', 'http://x:99999/', 'http://[::1', '//x', 'x', 'http://x/\r\nHost: y', `http://x/${'a'.repeat(3000)}`]) {
    const answer = await client.post('/v1/messages', { from, to: '+12015550100', body: 'x', status_callback: url });
    assert.equal(answer.status, 400, `${url.slice(0, 60)}: ${answer.text}`);
    assert.equal(answer.body.error.param, 'status_callback');
  }
  await stillWell(server, client);
});

test('naughty texts come back as they went in, from the API and on the handset', async (t) => {
  const { server, client, from } = await prepared(t);
  const handset = '+12015550142';
  for (const [i, body] of naughtyTexts.entries()) {
    const message = { from, to: handset, body };
    const sent = await client.make('/v1/messages', i % 2 ? message : new URLSearchParams(message));
    assert.equal(sent.body, body);
    const kept = await client.message(sent.sid, 'delivered');
    assert.equal(kept.body, body);
  }
  const seen = new Set((await client.get(`/v1/sandbox/handsets/${handset}/messages`)).body.data.map((text) => text.body));
  const changed = naughtyTexts.filter((body) => !seen.has(body));
  assert.deepEqual(changed, [], 'texts that arrived otherwise');
  await stillWell(server, client);
});

test('pipelined and chunked requests that are right are answered, in order', async (t) => {
  const { server, key, from } = await prepared(t);
  const head = `Host: x\r\nAuthorization: Bearer ${key}\r\n`;
  const body = JSON.stringify({ from, to: '+12015550100', body: 'chunked' });
  const chunks = [...body].map((letter) => `1;x="y"\r\n${letter}\r\n`).join('');
  const seen = await raw(server, [
    `GET /v1/messages?limit=0 HTTP/1.1\r\n${head}\r\nPOST /v1/messages HTTP/1.1\r\n${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\nX-Trailer: y\r\n\r\n`,
    `GET /v1/nowhere HTTP/1.1\r\n${head}Connection: close\r\n\r\n`,
  ]);
  assert.deepEqual(statuses(seen), [400, 201, 404]);
  assert.ok(seen.ended);
});

test('slow, silent and vanishing clients hold up nobody', { timeout: 120_000 }, async (t) => {
  const { server, client, key, from } = await prepared(t);
  const sockets = [];
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  const open = (text) => new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(text);
      resolve(socket);
    });
    socket.ended = new Promise((ended) => socket.on('close', ended));
    socket.on('error', (error) => (error.code === 'ECONNRESET' || error.code === 'EPIPE' ? undefined : reject(error)));
    socket.on('data', () => {});
    sockets.push(socket);
  });
  // Half a head, a body that does not come, a connection that says nothing.
  const slow = [];
  for (let i = 0; i < 100; ++i) {
    slow.push(await open('GET /v1/messages HTTP/1.1\r\nHost: x\r\nX-Slow: '));
    slow.push(await open(`POST /v1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`));
    slow.push(await open(''));
  }
  // One that drips a letter now and then does not live for ever by it.
  const dripping = await open('GET / HTTP/1.1\r\nHost: x\r\nX-Drip: ');
  const drip = setInterval(() => dripping.write('a'), 500);
  t.after(() => clearInterval(drip));
  // Those that go as soon as they asked.
  for (let i = 0; i < 200; ++i) (await open(`GET /v1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n\r\n`)).destroy();

  const began = Date.now();
  for (let i = 0; i < 20; ++i) await client.make('/v1/messages', { from, to: '+12015550100', body: `among the slow ${i}` });
  assert.ok(Date.now() - began < 5_000, 'others are served meanwhile');
  await within(Promise.all([...slow, dripping].map((socket) => socket.ended)), 'the slow are sent away', 90_000);
  await stillWell(server, client);
});

test('a client that asks for much and reads nothing holds up nobody, and costs little memory', async (t) => {
  const { server, client, key, from } = await prepared(t);
  for (let i = 0; i < 100; ++i) await client.make('/v1/messages', { from, to: '+12015550100', body: 'ж'.repeat(1600) });
  const resident = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))[1]) / 1024; // MiB
  const before = resident();
  const request = `GET /v1/messages?limit=100 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n\r\n`;
  // Each answer is about 400 kB, so all together would be 8 GB.
  for (let i = 0; i < 10; ++i) {
    const socket = connect(server.port, '127.0.0.1');
    t.after(() => socket.destroy());
    socket.on('error', () => {});
    socket.pause();
    socket.write(request.repeat(2_000));
  }
  const began = Date.now();
  for (let i = 0; i < 50; ++i) await client.make('/v1/messages', { from, to: '+12015550100', body: 'meanwhile' });
  assert.ok(Date.now() - began < 5_000, 'others are served meanwhile');
  assert.ok(resident() - before < 100, `${before} MiB became ${resident()}`);
  await stillWell(server, client);
});
