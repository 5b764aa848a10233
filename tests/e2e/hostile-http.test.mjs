// Requests that proxies and servers read differently: each is refused with its status, the connection ends, and
// nothing that follows on it is answered or done. Odd requests that are right are answered, and so is what follows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { raw, statuses } from './support/raw.mjs';
import { Server } from './support/server.mjs';
import { refusedRequests } from './support/smuggling.mjs';

async function prepared(t) {
  const server = await Server.start(t);
  const account = server.account('--no-rate-limits');
  const auth = `Authorization: Bearer ${account.test_key}\r\n`;
  const message = new URLSearchParams({ from: account.numbers[0], to: '+12015550100', body: 'smuggled' }).toString();
  const post = (fields, body) => `POST /v1/messages HTTP/1.1\r\nHost: x\r\n${auth}Content-Type: application/json\r\n${fields}\r\n${body}`;
  // A request that is right, and that would leave a message behind.
  const inner = `POST /v1/messages HTTP/1.1\r\nHost: x\r\n${auth}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${message.length}\r\n\r\n${message}`;
  const last = inner.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
  return { server, client: server.client(account.test_key), auth, post, inner, last };
}

const codes = { 405: 'method_not_allowed', 413: 'body_too_large' };

async function expectRefused(server, name, status, pieces) {
  const seen = await raw(server, pieces, { ms: 5_000 });
  assert.deepEqual(statuses(seen), [status], `${name}: ${seen.text.slice(0, 400)}`);
  assert.ok(seen.text.includes(`"code":"${codes[status] ?? 'malformed_request'}"`), `${name}: ${seen.text.slice(0, 400)}`);
  assert.match(seen.text, /\r\nConnection: close\r\n/i, name);
  assert.ok(seen.ended, `${name}: the server ends the connection`);
}

async function expectNothingDone(server, client) {
  assert.ok(server.isAlive(), `the server lives\n${server.log.slice(-2000)}`);
  assert.deepEqual((await client.get('/v1/messages')).body.data, []);
}

test('the request that would be smuggled is right by itself', async (t) => {
  const { server, client, inner, last } = await prepared(t);
  assert.deepEqual(statuses(await raw(server, Buffer.from(inner + last), { ms: 10_000 })), [201, 201]);
  assert.equal((await client.get('/v1/messages')).body.data.length, 2);
});

test('a request that can be read in two ways is refused, and nothing behind it is read', async (t) => {
  const { server, client, post, inner } = await prepared(t);
  const wrong = [];
  for (const [name, status, request] of refusedRequests(post, inner)) {
    await expectRefused(server, name, status, Buffer.from(request + inner, 'latin1')).catch((error) => wrong.push(error.message));
  }
  assert.deepEqual(wrong, []);
  await expectNothingDone(server, client);
});

test('however a bad request is cut into packets, it is refused the same', async (t) => {
  const { server, client, post, inner } = await prepared(t);
  const wrong = [];
  for (const [name, status, request] of refusedRequests(post, inner)) {
    const bytes = Buffer.from(request + inner, 'latin1');
    const size = Math.max(1, Math.floor(bytes.length / 400));
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
    await expectRefused(server, name, status, pieces).catch((error) => wrong.push(error.message));
  }
  assert.deepEqual(wrong, []);
  await expectNothingDone(server, client);
});

test('what came before a bad request is answered, what comes after is not', async (t) => {
  const { server, client, auth, post, inner } = await prepared(t);
  const good = `GET /v1/messages?limit=1 HTTP/1.1\r\nHost: x\r\n${auth}\r\n`;
  const wrong = [];
  for (const [name, status, request] of refusedRequests(post, inner)) {
    const seen = await raw(server, Buffer.from(good + request + inner, 'latin1'), { ms: 5_000 });
    if (String(statuses(seen)) !== String([200, status])) wrong.push(`${name}: ${statuses(seen)}`);
  }
  assert.deepEqual(wrong, []);
  await expectNothingDone(server, client);
});

test('odd requests that are right are answered, and so is what follows', async (t) => {
  const { server, auth, post, last } = await prepared(t);
  const get = (target, fields = '') => `GET ${target} HTTP/1.1\r\nHost: x\r\n${auth}${fields}\r\n`;
  const rows = [
    ['one empty line before', 200, `\r\n${get('/v1/messages')}`],
    ['absolute-form', 200, get('http://x/v1/messages')],
    ['absolute-form of another host than Host', 200, get('http://y:8080/v1/messages')],
    ['an IPv6 Host', 200, get('/v1/messages').replace('Host: x', 'Host: [::1]:8080')],
    ['field names in any case', 200, get('/v1/messages').replace('Host', 'hOsT')],
    ['no space after a colon', 200, get('/v1/messages').replace('Host: x', 'Host:x')],
    ['tabs around a value', 200, get('/v1/messages', 'X:\t y \t\r\n')],
    ['bytes past ASCII in a value', 200, get('/v1/messages', 'X: \xe9\xff\r\n')],
    ['a method that nobody knows', 405, get('/v1/messages').replace('GET', 'BREW')],
    ['a body with GET', 200, `${get('/v1/messages', 'Content-Length: 3\r\n')}abc`],
    ['a length with zeros before', 400, post('Content-Length: 0002\r\n', '{}')],
    ['a length of nothing', 400, post('Content-Length: 0\r\n', '')],
    ['chunked in capitals', 400, post('Transfer-Encoding: CHUNKED\r\n', '2\r\n{}\r\n0\r\n\r\n')],
    ['a chunk extension', 400, post('Transfer-Encoding: chunked\r\n', '2;a=b;c="d"\r\n{}\r\n0;e\r\n\r\n')],
    ['a trailer that names a length', 400, post('Transfer-Encoding: chunked\r\n', '2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n')],
  ];
  for (const [name, status, request] of rows) {
    const seen = await raw(server, Buffer.from(request + last, 'latin1'), { ms: 10_000 });
    assert.deepEqual(statuses(seen), [status, 201], `${name}: ${seen.text.slice(0, 400)}`);
    if (status === 400) assert.ok(seen.text.includes('"code":"missing_parameter"'), `${name}: ${seen.text.slice(0, 400)}`);
  }
});

test('requests that end too soon are never acted upon', async (t) => {
  const { server, client, post, inner } = await prepared(t);
  for (let cut = 1; cut < inner.length; cut += 7) {
    const { text, ended } = await raw(server, inner.slice(0, cut), { half: true });
    assert.ok(ended, `cut at ${cut}`);
    assert.ok(statuses({ text }).every((status) => status >= 400 && status < 500), `cut at ${cut}: ${text.slice(0, 300)}`);
  }
  const { text } = await raw(server, post('Transfer-Encoding: chunked\r\n', '2\r\n{}\r\n'), { half: true });
  assert.ok(statuses({ text }).every((status) => status >= 400 && status < 500), text);
  await expectNothingDone(server, client);
});
