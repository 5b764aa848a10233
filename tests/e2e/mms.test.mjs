// MMS from a customer's media server to a handset and back: over hostile servers, over kills, over a network with faults.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { packages } from './support/packages.mjs';
import { Server } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { until } from './support/wait.mjs';

const twilio = packages('twilio');
const ada = '+12015550100';
const echoes = '+12015550105';
const picture = randomBytes(300_000);
const sound = randomBytes(70_000);

// Serves by path; `asked` counts. A route is a function of (request, response).
async function mediaServer(t, routes) {
  const asked = {};
  const server = createServer((request, response) => {
    asked[request.url] = (asked[request.url] ?? 0) + 1;
    routes[request.url](request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections?.();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, asked };
}

const file = (type, bytes) => (request, response) => {
  response.writeHead(200, { 'content-type': type });
  response.end(bytes);
};

// The bytes behind a path or URL of the API.
async function bytesAt(client, url) {
  const answer = await fetch(new URL(url, client.base), { headers: { authorization: `Bearer ${client.key}` } });
  assert.equal(answer.status, 200, url);
  return { bytes: Buffer.from(await answer.arrayBuffer()), headers: answer.headers };
}

test('pictures go to a handset, and come back', async (t) => {
  const server = await Server.start(t);
  const account = server.account();
  const client = server.client(account.test_key);
  const [from] = account.numbers;
  const media = await mediaServer(t, { '/a.png': file('image/png', picture), '/b.mp3': file('audio/mpeg', sound) });
  const sink = await Sink.start(t, ({ path }) => {
    if (path !== '/sms') return undefined;
    const reply = new twilio.twiml.MessagingResponse();
    reply.message('Thank you').media(`${media.url}/a.png`);
    return { status: 200, type: 'text/xml', body: reply.toString() };
  });

  const sent = await client.make('/v1/messages', new URLSearchParams([['from', from], ['to', ada],
    ['media_url', `${media.url}/a.png`], ['media_url', `${media.url}/b.mp3`], ['status_callback', `${sink.url}/status`]]));
  assert.match(sent.sid, /^MM/);
  assert.deepEqual([sent.num_media, sent.num_segments, sent.encoding, sent.body], [2, 1, null, '']);
  for (const status of ['sent', 'delivered']) {
    const told = await sink.next();
    assert.deepEqual([told.fields.MessageStatus, told.fields.MessageSid], [status, sent.sid]);
  }
  assert.deepEqual((await bytesAt(client, sent.media[0])).bytes, picture);
  const { bytes, headers } = await bytesAt(client, sent.media[1]);
  assert.deepEqual(bytes, sound);
  assert.equal(headers.get('content-type'), 'audio/mpeg');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  const shown = await client.onHandset(ada, (text) => text.media.length === 2);
  assert.deepEqual((await bytesAt(client, shown.media[0].url)).bytes, picture);
  assert.deepEqual((await bytesAt(client, shown.media[1].url)).bytes, sound);

  // A handset sends one; the application answers with one.
  await client.make(`/v1/incoming_phone_numbers/${from}`, { sms_url: `${sink.url}/sms` });
  const written = await client.make(`/v1/sandbox/handsets/${ada}/messages`,
    { to: from, body: 'look', media: [{ content_type: 'image/png', content: picture.toString('base64') }] });
  assert.equal(written.media[0].size, picture.length);
  const { fields } = await sink.next();
  assert.match(fields.MessageSid, /^MM/);
  assert.deepEqual([fields.Body, fields.NumMedia, fields.MediaContentType0], ['look', '1', 'image/png']);
  assert.equal(new URL(fields.MediaUrl0).pathname, `/v1/messages/${fields.MessageSid}/media/0`);
  assert.deepEqual((await bytesAt(client, new URL(fields.MediaUrl0).pathname)).bytes, picture);
  const reply = await client.onHandset(ada, (text) => text.body === 'Thank you');
  assert.deepEqual((await bytesAt(client, reply.media[0].url)).bytes, picture);

  // Forgotten at its owner's word.
  await client.make(`/v1/messages/${sent.sid}`, { body: '' });
  assert.equal((await client.get(sent.media[0])).status, 404);
  assert.deepEqual((await client.get(`/v1/messages/${sent.sid}/media`)).body.data, []);
});

test('hostile media servers fail their own messages only', async (t) => {
  const server = await Server.start(t);
  const account = server.account('--no-rate-limits');
  const client = server.client(account.test_key);
  const [from] = account.numbers;
  const stop = new AbortController();
  t.after(() => stop.abort());
  const media = await mediaServer(t, {
    '/silent': () => {},
    '/endless': (request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' });
      const piece = Buffer.alloc(65_536);
      const pour = () => { while (!stop.signal.aborted && !response.destroyed && response.write(piece)); };
      response.on('drain', pour);
      pour();
    },
    '/page': file('text/html', '<script>alert(1)</script>'),
    '/svg': file('image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'),
    '/untyped': (request, response) => response.end('x'),
    '/empty': file('image/png', ''),
    '/huge': (request, response) => response.writeHead(200, { 'content-type': 'image/png', 'content-length': 10_000_000_000 }).write('x'),
    '/redirect': (request, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
    '/gone': (request, response) => response.writeHead(404).end(),
    '/good': file('image/gif', picture),
    '/most': file('image/gif', Buffer.alloc(5 * 1024 * 1024)),
  });
  const send = (path, extra = {}) => client.make('/v1/messages',
    { from, to: ada, media_url: path.startsWith('http') ? path : media.url + path, ...extra });

  const silent = [];
  for (let i = 0; i < 6; ++i) silent.push(await send('/silent'));
  await until(() => media.asked['/silent'] === 4, 'four of the account at once');
  // Its texts go on; another account's MMS too.
  const text = await client.make('/v1/messages', { from, to: ada, body: 'a text' });
  await client.message(text.sid, 'delivered');
  const neighbor = server.account();
  const other = server.client(neighbor.test_key);
  const theirs = async (path, code) => {
    const sent = await other.make('/v1/messages',
      { from: neighbor.numbers[0], to: ada, media_url: path.startsWith('http') ? path : media.url + path });
    const failed = await other.message(sent.sid, code ? 'failed' : 'delivered');
    if (code) assert.equal(failed.error_code, code, path);
  };
  await theirs('/endless', 30019);
  await theirs('/huge', 30019);
  for (const path of ['/page', '/svg', '/untyped']) await theirs(path, 12300);
  for (const path of ['/empty', '/redirect', '/gone', 'http://169.254.169.254/latest/meta-data/', 'http://10.0.0.1/',
    'http://[fd00::1]/', 'http://[::ffff:169.254.169.254]/']) {
    await theirs(path, 11200);
  }
  await theirs('/good');
  await theirs('/most');
  assert.equal(media.asked['/redirect'], 1, 'not followed, not asked again');
  assert.equal(media.asked['/silent'], 4, 'still no more than four');
  for (const { sid } of silent) assert.equal((await client.get(`/v1/messages/${sid}`)).body.status, 'queued');
  assert.equal(await server.kill('SIGTERM'), 0, 'an orderly end waits for none of them');
});

test('a kill in the middle of a fetch loses nothing', async (t) => {
  const server = await Server.start(t);
  const account = server.account();
  const client = server.client(account.test_key);
  const [from] = account.numbers;
  let answers = false;
  const media = await mediaServer(t, {
    '/first': file('image/png', picture),
    '/second': (request, response) => { if (answers) file('audio/mpeg', sound)(request, response); },
  });
  const sent = await client.make('/v1/messages', { from, to: ada, body: 'both', media_url: [`${media.url}/first`, `${media.url}/second`] });
  await until(() => media.asked['/second'] === 1, 'the second is being fetched');
  await server.kill('SIGKILL');
  answers = true;
  await server.start();
  await client.message(sent.sid, 'delivered');
  assert.deepEqual(media.asked, { '/first': 1, '/second': 2 }, 'what was fetched is not fetched again');
  const { body } = await client.get(`/v1/sandbox/handsets/${ada}/messages`);
  assert.equal(body.data.length, 1);
  assert.deepEqual((await bytesAt(client, body.data[0].media[0].url)).bytes, picture);
  assert.deepEqual((await bytesAt(client, body.data[0].media[1].url)).bytes, sound);
  assert.equal((await client.get(`/v1/messages/${sent.sid}`)).body.possible_duplicate, false);
});

test('the faults of the simulated network befall MMS too', async (t) => {
  const server = await Server.start(t, { sandbox: 'link_faults = true' });
  const account = server.account('--no-rate-limits');
  const client = server.client(account.test_key);
  const [from] = account.numbers;
  const media = await mediaServer(t, { '/a': file('image/png', sound) });
  const sink = await Sink.start(t);
  await client.make(`/v1/incoming_phone_numbers/${from}`, { sms_url: `${sink.url}/sms` });

  await client.make('/v1/messages', { from, to: echoes, body: 'hello', media_url: `${media.url}/a` });
  const echo = await sink.next('the echo');
  assert.deepEqual([echo.fields.Body, echo.fields.NumMedia], ['hello', '1']);
  assert.deepEqual((await bytesAt(client, new URL(echo.fields.MediaUrl0).pathname)).bytes, sound);

  const set = async (faults) => {
    await client.ask('DELETE', '/v1/sandbox/network');
    await client.make('/v1/sandbox/network', { seed: 7, ...faults });
  };
  await set({ throttle: 0.2, early_receipts: 0.3, duplicate_receipts: 0.3 });
  const sids = [];
  for (let i = 0; i < 20; ++i) {
    sids.push((await client.make('/v1/messages', { from, to: `+120155501${40 + i}`, media_url: `${media.url}/a` })).sid);
  }
  for (const sid of sids) await client.message(sid, 'delivered');

  await set({ refuse: 1 });
  const refused = await client.make('/v1/messages', { from, to: ada, media_url: `${media.url}/a` });
  assert.equal((await client.message(refused.sid, 'failed')).error_code, 30005);
  await set({ lost_receipts: 1 });
  const silent = await client.make('/v1/messages', { from, to: ada, media_url: `${media.url}/a` });
  await client.message(silent.sid, 'sent');
  await set({});
  const off = await client.make('/v1/messages', { from, to: '+12015550104', media_url: `${media.url}/a` });
  assert.equal((await client.message(off.sid, 'undelivered')).error_code, 30003);
});
