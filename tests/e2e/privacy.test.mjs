// Planted personal data and secrets: after traffic they stand in no log line, no file of the store and no figure.
// And another tenant's resources look exactly as if they were not there.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Server } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { Smsc, textOf } from './support/smsc.mjs';
import { until } from './support/wait.mjs';

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

// The ways in which a text may stand in a file or a log: as it is, percent-encoded, hexadecimal, base64 (at each
// of its three offsets), UTF-16, digits without '+'.
function spellings(text) {
  const bytes = Buffer.from(text);
  const all = [bytes, Buffer.from(encodeURIComponent(text)), Buffer.from(bytes.toString('hex')), Buffer.from(text, 'utf16le'),
    Buffer.from(text, 'utf16le').swap16()];
  for (const offset of [0, 1, 2]) {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replace(/=+$/, '');
    all.push(Buffer.from(padded.slice(offset === 0 ? 0 : offset + 1, -1)));
  }
  if (/^\+[0-9]{8,}$/.test(text)) all.push(Buffer.from(text.slice(1)));
  return all.filter((one) => one.length >= 6);
}

function hits(planted, places) {
  const found = [];
  for (const [name, texts] of Object.entries(planted)) {
    for (const text of texts) {
      for (const spelling of spellings(text)) {
        for (const [place, content] of Object.entries(places)) {
          if (content.includes(spelling)) found.push(`${name} in ${place}, spelled ${spelling.toString('latin1').slice(0, 60)}`);
        }
      }
    }
  }
  return found;
}

test('no number, text, key or secret stands in the log, the store or the figures', async (t) => {
  const smsc = await Smsc.start(t);
  const server = await Server.start(t, { carriers: [smsc.table], logLevel: 'debug' });
  const account = server.account('--twilio-signature', '--name', 'Plantagenet Widgets');
  const ours = '+14155552671';
  const theirs = '+447911987654';
  const handset = '+12015550163';
  server.command('number', 'add', '--account', account.account_sid, '--carrier', 'acme', ours);
  const live = server.key(account, '--live').key;
  const revoked = server.key(account);
  server.command('key', 'revoke', revoked.key_sid);
  const client = server.client(account.test_key);
  const liveClient = server.client(live);
  const [line] = account.numbers;
  const bodies = ['plantedbodyone-hunter2', 'plantedbodytwo-geheimnis', 'plantedbodythree-inbound', 'plantedbodyfour-reply', 'plantedbodyfive-carrier', 'plantedbodysix-unsent'];
  const urlSecret = 'plantedurlsecret-8842';
  const idempotencyKey = 'plantedidempotencykey-17';
  const agent = 'plantedagent-5521';
  const pictures = ['plantedpicturebytes-sent-9917', 'plantedpicturebytes-received-3391'];
  const sink = await Sink.start(t, ({ path }) => (path.startsWith('/picture')
    ? { status: 200, type: 'image/png', body: pictures[0] } : path.startsWith('/sms')
    ? { status: 200, type: 'text/xml', body: `<Response><Message>${bodies[3]}</Message></Response>` }
    : path.startsWith('/broken') ? { status: 500, body: 'no' } : undefined));
  await smsc.binds.take();

  // Traffic: delivered, failed, undelivered, received, replied, refused, malformed, to callbacks that fail.
  const callback = `${sink.url}/status?token=${urlSecret}`;
  const sent = [];
  sent.push(await client.make('/v1/messages', { from: line, to: handset, body: bodies[0], status_callback: callback }, { 'idempotency-key': idempotencyKey }));
  sent.push(await client.make('/v1/messages', { from: line, to: '+12015550103', body: bodies[1], status_callback: `${sink.url}/broken?token=${urlSecret}` }));
  await client.make(`/v1/incoming_phone_numbers/${line}`, { friendly_name: 'plantedfriendlyname', sms_url: `${sink.url}/sms?token=${urlSecret}` });
  await client.make(`/v1/sandbox/handsets/${handset}/messages`, { to: line, body: bodies[2] });
  await client.onHandset(handset, (text) => text.body === bodies[3]);
  const mms = await client.make('/v1/messages', { from: line, to: handset, body: bodies[0], media_url: `${sink.url}/picture?token=${urlSecret}` });
  await client.message(mms.sid, 'delivered');
  await client.make('/v1/messages', { from: line, to: handset, media_url: `http://10.0.0.1/?token=${urlSecret}` });
  await client.make(`/v1/sandbox/handsets/${handset}/messages`,
    { to: line, media: [{ content_type: 'image/png', content: Buffer.from(pictures[1]).toString('base64') }] });
  await until(() => sink.all.some(({ fields }) => fields.NumMedia === '1'), 'the MMS that came in');
  assert.equal((await client.get(mms.media[0])).text, pictures[0]);
  const carried = await liveClient.make('/v1/messages', { from: ours, to: theirs, body: bodies[4], status_callback: callback });
  await smsc.receipt(await smsc.submits.take());
  await liveClient.message(carried.sid, 'delivered');
  await smsc.deliver({ source_addr: theirs.slice(1), destination_addr: ours.slice(1), short_message: bodies[2] });
  await smsc.deliver({ source_addr: theirs.slice(1), destination_addr: '14155550000', short_message: bodies[2] });
  smsc.drop();
  await liveClient.make('/v1/messages', { from: ours, to: theirs, body: bodies[5] });
  await client.message(sent[0].sid, 'delivered');
  await client.message(sent[1].sid, 'failed');
  await client.post('/v1/messages', { from: '+12125550147', to: theirs, body: bodies[0] });
  await client.post('/v1/messages', { from: line, to: `${theirs}x`, body: bodies[0], [`plantedname`]: 1 });
  await client.post('/v1/messages', `{"body":"${bodies[0]}",`, { 'content-type': 'application/json' });
  await client.get(`/v1/messages?to=${encodeURIComponent(theirs)}`);
  await client.get(`/v1/incoming_phone_numbers/${encodeURIComponent(theirs)}`);
  await client.get(`/v1/${theirs}/${urlSecret}`);
  await client.ask('GET', `/v1/messages?to=${encodeURIComponent(theirs)}`, undefined,
    { 'user-agent': `${agent} Firefox/126.0`, referer: `https://${urlSecret}.example/`, cookie: `session=${urlSecret}` });
  const logged = await until(async () => (await client.get('/v1/request_logs?limit=1000')).body.data.find((one) => one.browser === 'Firefox'),
    'the request log');
  assert.deepEqual([logged.method, logged.route, logged.status, logged.network, logged.system],
    ['GET', '/v1/messages', 200, '127.0.0.0/24', 'other']);
  await server.client(revoked.key).get('/v1/messages');
  await server.client(`${account.test_key.slice(0, -2)}zz`).get('/v1/messages');
  await until(() => sink.all.filter(({ path }) => path.startsWith('/broken')).length >= 1, 'the callback that fails');
  await smsc.binds.take('the bind that comes again');
  assert.equal(textOf((await smsc.submits.take('the last message')).pdu), bodies[5]);

  const planted = {
    'a number of ours': [ours, line],
    'a number of theirs': [theirs, handset, '+12125550147'],
    'a body': bodies,
    'a picture': pictures,
    'an API key': [account.test_key, live, revoked.key],
    'the auth token': [account.auth_token],
    'the webhook secret': [account.webhook_secret, account.webhook_secret.slice('whsec_'.length)],
    'a URL': [urlSecret],
    'a User-Agent': [agent],
    'a client\'s network': ['127.0.0.0/24'],
    'an Idempotency-Key': [idempotencyKey],
    'a name': ['Plantagenet Widgets', 'plantedfriendlyname'],
    'the carrier\'s password': ['secret08'],
  };
  const metrics = Buffer.from((await (await fetch(`${server.url}/metrics`)).text()));
  const places = { 'the figures': metrics };
  const store = () => {
    for (const path of files(server.data)) places[path.slice(server.data.length + 1)] = readFileSync(path);
  };
  store();
  assert.ok(Object.keys(places).some((name) => name.endsWith('-wal')), 'the write-ahead log is searched');
  places['the log'] = Buffer.from(server.log);
  assert.ok(server.log.includes('debug') || server.log.length > 500, 'there is a log to search');
  assert.deepEqual(hits(planted, places), []);
  assert.equal(await server.kill('SIGTERM'), 0);
  store();
  places['the log'] = Buffer.from(server.log);
  assert.deepEqual(hits(planted, places), [], 'after the end too');

  // The search finds what is there: else it would prove nothing.
  const [db] = Object.keys(places).filter((name) => name.endsWith('.db'));
  assert.equal(hits({ sid: [sent[0].sid] }, { db: places[db] }).length > 0, true);
  // The store and the keys are for their owner only; a certificate is public.
  for (const path of files(server.data).filter((one) => !one.endsWith('.pem'))) {
    assert.equal(statSync(path).mode & 0o077, 0, `${path} may be read by its owner only`);
  }
});

test('what belongs to another tenant, or to the other mode, answers as if it were not there', async (t) => {
  const server = await Server.start(t);
  const [victim, other] = [server.account(), server.account()];
  const owner = server.client(victim.test_key);
  const strangers = [server.client(other.test_key), server.client(server.key(victim, '--live').key)];
  const [line] = victim.numbers;
  const handset = '+12015550177';
  // Accounts draw their sandbox numbers from a hundred.
  const held = new Set([...victim.numbers, ...other.numbers]);
  const nobodysNumber = Array.from({ length: 100 }, (_, i) => `+121255501${String(i).padStart(2, '0')}`).find((each) => !held.has(each));
  const { sid } = await owner.make('/v1/messages', { from: line, to: handset, body: 'mine' });
  await owner.message(sid, 'delivered');
  await owner.make(`/v1/sandbox/handsets/${handset}/messages`, { to: line, body: 'and mine' });
  const number = (await owner.get('/v1/incoming_phone_numbers')).body.data[0];

  // All that an answer says, without what differs from one request to the next.
  const shape = ({ status, headers, text }) => {
    const kept = {};
    for (const [name, value] of headers) if (!/^(date|x-request-id|x-ratelimit)/.test(name)) kept[name] = value;
    return { status, kept, text: text.replaceAll(/RQ[0-9a-f]{32}/g, 'RQ') };
  };
  const unknown = (prefix) => `${prefix}${'0'.repeat(32)}`;
  for (const stranger of strangers) {
    const pairs = [
      ['GET', `/v1/messages/${sid}`, `/v1/messages/${unknown('SM')}`],
      ['GET', `/v1/incoming_phone_numbers/${number.sid}`, `/v1/incoming_phone_numbers/${unknown('PN')}`],
      ['GET', `/v1/incoming_phone_numbers/${encodeURIComponent(number.phone_number)}`, '/v1/incoming_phone_numbers/%2B14155550000'],
      ['POST', `/v1/incoming_phone_numbers/${number.sid}`, `/v1/incoming_phone_numbers/${unknown('PN')}`, { friendly_name: 'taken' }],
    ];
    for (const [method, theirs, nobodys, body] of pairs) {
      const seen = shape(await stranger.ask(method, theirs, body));
      assert.equal(seen.status, 404);
      assert.deepEqual(seen, shape(await stranger.ask(method, nobodys, body)), `${method} ${theirs}`);
    }
    assert.deepEqual((await stranger.get('/v1/messages')).body.data, []);
    assert.deepEqual((await stranger.get(`/v1/messages?to=${encodeURIComponent(handset)}`)).body.data, []);
    const send = { to: handset, body: 'x' };
    assert.deepEqual(shape(await stranger.post('/v1/messages', { from: line, ...send })),
      shape(await stranger.post('/v1/messages', { from: nobodysNumber, ...send })), 'sending from another\'s number');
    // A SID of another's as cursor tells nothing.
    assert.deepEqual((await stranger.get(`/v1/messages?after=${sid}`)).body.data, []);
  }
  const [stranger] = strangers;
  const seen = await stranger.get(`/v1/sandbox/handsets/${handset}/messages`);
  assert.deepEqual(seen.body.data, []);
  assert.ok(!(await stranger.get('/v1/sandbox/handsets')).text.includes(handset));
  assert.deepEqual(shape(await stranger.post(`/v1/sandbox/handsets/${handset}/messages`, { to: line, body: 'x' })),
    shape(await stranger.post(`/v1/sandbox/handsets/${handset}/messages`, { to: nobodysNumber, body: 'x' })));
  assert.equal((await owner.get(`/v1/incoming_phone_numbers/${number.sid}`)).body.friendly_name, number.friendly_name);

  // The same Idempotency-Key of two tenants is two keys.
  const key = { 'idempotency-key': 'shared' };
  const mine = await owner.post('/v1/messages', { from: line, to: handset, body: 'k' }, key);
  const theirs = await stranger.post('/v1/messages', { from: other.numbers[0], to: handset, body: 'k' }, key);
  assert.equal(theirs.status, 201);
  assert.notEqual(mine.body.sid, theirs.body.sid);
});
