// docs/openapi.yaml against the program: both have the same routes, and every answer that the
// document names is produced and fits its schema and its headers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { packages } from './support/packages.mjs';
import { Server } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { until } from './support/wait.mjs';

const Ajv = packages('ajv/dist/2020').default;
const addFormats = packages('ajv-formats').default;
const yaml = packages('yaml');

const document = yaml.parse(readFileSync(new URL('../../docs/openapi.yaml', import.meta.url), 'utf8'), { merge: true });
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(document, 'doc');

const methods = ['get', 'post', 'put', 'patch', 'delete'];
const resolve = (node) => (node.$ref ? node.$ref.slice(2).split('/').reduce((at, key) => at[key.replaceAll('~1', '/')], document) : node);
const pointer = (text) => text.replaceAll('~', '~0').replaceAll('/', '~1');

function operations() {
  const all = [];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods) if (item[method]) all.push({ path, method, operation: item[method] });
  }
  return all;
}

// A schema at this place of the document.
function validator(...keys) {
  return ajv.getSchema(`doc#/${keys.map((key) => encodeURIComponent(pointer(key))).join('/')}`)
    ?? ajv.compile({ $ref: `doc#/${keys.map((key) => encodeURIComponent(pointer(key))).join('/')}` });
}

// Checks status, type, headers and body of an answer against what the document says of it.
function check(response, where, answer) {
  const seen = `${where.join(' ')}: ${answer.status} ${answer.text.slice(0, 300)}`;
  const ref = response.$ref;
  const place = ref ? ref.slice(2).split('/') : where;
  const spec = resolve(response);
  for (const [name, header] of Object.entries(spec.headers ?? {})) {
    const { required, schema } = resolve(header);
    const value = answer.headers.get(name);
    if (value === null) {
      assert.ok(!required, `${name} is missing. ${seen}`);
      continue;
    }
    const typed = schema.type === 'integer' ? Number(value) : value;
    assert.ok(ajv.validate(schema, typed), `${name}: ${value}. ${ajv.errorsText()}. ${seen}`);
  }
  if (!spec.content) {
    assert.equal(answer.text, '', `no body is documented. ${seen}`);
    return;
  }
  const type = (answer.headers.get('content-type') ?? '').split(';')[0];
  const named = spec.content[type] ? type : '*/*';
  assert.ok(spec.content[named], `the type ${type} is not in the document. ${seen}`);
  const validate = validator(...place, 'content', named, 'schema');
  const value = type === 'application/json' ? answer.body : answer.text;
  assert.ok(validate(value), `${ajv.errorsText(validate.errors)}. ${seen}`);
  if (spec.headers?.['X-Request-Id'] && answer.body?.error) {
    assert.equal(answer.body.error.request_id, answer.headers.get('x-request-id'), seen);
  }
}

// What cannot be had from a healthy server by a request alone.
const notProduced = new Set(['503']);

class Coverage {
  #seen = new Set();

  // Checks the answer as one of this operation; `status` is what was meant to come.
  answered(method, path, status, answer) {
    const operation = document.paths[path][method];
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text.slice(0, 300)}`);
    const response = operation.responses[status];
    assert.ok(response, `${method} ${path}: ${status} is not in the document`);
    check(response, ['paths', path, method, 'responses', String(status)], answer);
    this.#seen.add(`${method} ${path} ${status}`);
    return answer;
  }

  has(method, path, status) {
    return this.#seen.has(`${method} ${path} ${status}`);
  }

  missing() {
    return operations().flatMap(({ path, method, operation }) => Object.keys(operation.responses)
      .filter((status) => !notProduced.has(status) && !this.#seen.has(`${method} ${path} ${status}`))
      .map((status) => `${method} ${path} ${status}`));
  }
}

test('the document and the program have the same routes and scopes', async (t) => {
  const server = await Server.make(t);
  const program = server.command('routes').trim().split('\n').sort();
  const written = operations().filter(({ path }) => path.startsWith('/v1/'))
    .map(({ path, method, operation }) => `${method.toUpperCase()} ${path} ${operation['x-scope']}`);
  assert.deepEqual(written.sort(), program);
  for (const { path, operation } of operations()) {
    if (!path.startsWith('/v1/')) continue;
    assert.ok(operation.description.includes(`Scope \`${operation['x-scope']}\``), `${path} names its scope`);
  }
});

test('every $ref of the document leads somewhere, and every schema compiles', () => {
  const visit = (node) => {
    if (!node || typeof node !== 'object') return;
    if (typeof node.$ref === 'string') assert.ok(resolve(node), node.$ref);
    Object.values(node).forEach(visit);
  };
  visit(document);
  for (const name of Object.keys(document.components.schemas)) validator('components', 'schemas', name);
});

test('the error codes of the document are those of the program, each with its entry', async (t) => {
  const server = await Server.start(t);
  const page = await (await fetch(`${server.url}/docs/errors`)).text();
  const entries = [...page.matchAll(/<section id="([a-z_]+)">/g)].map((match) => match[1]);
  assert.deepEqual([...entries].sort(), [...document.components.schemas.ErrorCode.enum].sort());
  const described = Object.values(document.components.responses).map((one) => one.description).join(' ');
  for (const code of entries) {
    assert.ok(described.includes(`\`${code}\``) || code === 'internal_error', `${code} belongs to a response`);
  }
});

test('every documented answer is produced and fits its schema', async (t) => {
  const server = await Server.start(t);
  // How many requests a second holds depends on the machine, so only the test of the limits has limits.
  const account = server.account('--no-rate-limits');
  const limited = server.account();
  const coverage = new Coverage();
  const client = server.client(account.test_key);
  const key = (...flags) => server.client(server.key(account, ...flags).key);
  const [line] = account.numbers;
  const handset = '+12015550100';
  const sids = {};

  // Bodies of every POST that are right, and where a route's arguments come from.
  const bodies = {
    '/v1/messages': { from: line, to: handset, body: 'Hello' },
    '/v1/messages/batch': { messages: JSON.stringify([{ from: line, to: handset, body: 'One' }, { to: 'nobody' }]) },
    '/v1/messages/{sid}': { body: '' },
    '/v1/lookups': { numbers: [handset, 'nonsense'], fields: 'validity,carrier,risk' },
    '/v1/fraud/settings': { sensitivity: 'high', countries: ['US', 'CA'] },
    '/v1/fraud/safe_numbers': { phone_number: handset },
    '/v1/fraud/blocks': { prefix: '+1900', hours: 1 },
    '/v1/opt_outs': { from: line, to: '+12015550177' },
    '/v1/opt_out_settings': { stop_reply: 'We will not write to you any more.', stop_keywords: 'Arrêt' },
    '/v1/sender_pools': { name: 'Shop', senders: line },
    '/v1/sender_pools/{sid}': { name: 'Store', sticky: false },
    '/v1/sender_pools/{sid}/senders': { sender: line },
    '/v1/smpp_credentials': { name: 'Ours', allowed_addresses: ['127.0.0.0/8'], window: 10 },
    '/v1/smpp_credentials/{sid}': { max_binds: 2, receive: false },
    '/v1/incoming_phone_numbers': { area_code: '212', friendly_name: 'New', voice_url: 'http://127.0.0.1:9/voice' },
    '/v1/incoming_phone_numbers/{sid}': { friendly_name: 'Front desk', sms_url: 'http://127.0.0.1:9/sms', sms_method: 'GET' },
    '/v1/webhook_endpoints': { url: 'http://127.0.0.1:9/hook' },
    '/v1/webhook_endpoints/{sid}': { description: 'Ours' },
    '/v1/webhook_endpoints/{sid}/rotate_secret': { overlap: 60 },
    '/v1/webhook_endpoints/{sid}/replay': { since: '2020-01-01T00:00:00Z' },
    '/v1/webhook_deliveries/{sid}/replay': {},
    '/v1/sandbox/network': { seed: 7, duplicate_receipts: 0.5 },
    '/v1/sandbox/handsets/{number}': { behavior: 'at_once' },
    '/v1/sandbox/handsets/{number}/messages': { to: line, body: 'Hi' },
    '/v1/calls': { from: line, to: handset, xml: '<Response><Pause length="2"/></Response>', record: true },
    '/v1/calls/{sid}': { status: 'completed' },
    '/v1/sandbox/handsets/{number}/phone': { behavior: 'answers' },
    '/v1/sandbox/handsets/{number}/calls': { to: line },
    '/v1/verify/send': { to: handset },
    '/v1/verify/check': { to: handset, code: '000000' },
    '/v1/verify/{sid}': { status: 'canceled' },
    '/v1/sandbox/handsets/{number}/calls/{id}': { action: 'press', digits: '1' },
  };
  const kind = (path) => ['verify', 'blocks', 'smpp', 'calls', 'recordings', 'endpoint', 'deliver', 'media', 'message', 'pool'].find((one) => path.includes(one)) ?? 'number';
  const filled = (path, sid) => path.replace('{sid}', sid ?? sids[kind(path)])
    .replace('{number}', sid ?? handset).replace('{sender}', sid ?? line).replace('{id}', sids.picture).replace('{n}', '0')
    // An opt-out has no SID: two numbers name it. A POST has them in its body.
    + (path === '/v1/opt_outs' ? `?${new URLSearchParams(bodies[path])}` : '');
  const nonsense = (path) => `${filled(path)}${filled(path).includes('?') ? '&' : '?'}nonsense=1`;
  // The path of an operation that shall succeed; what is deleted was made for it.
  const target = async ({ method, path }) => (method === 'delete' && path === '/v1/messages/{sid}'
    ? client.message((await client.make('/v1/messages', bodies['/v1/messages'])).sid, 'delivered').then((one) => filled(path, one.sid))
    : path.endsWith('{sender}') ? client.make(filled('/v1/sender_pools/{sid}/senders'), { sender: line }).then(() => filled(path)) : method === 'delete'
    ? filled(path, (await client.make(path.replace('/{sid}', ''), bodies[path.replace('/{sid}', '')])).sid) : filled(path));
  const api = operations().filter(({ path }) => path.startsWith('/v1/'));
  // Routes that judge by the resource have tests of their own.
  const voice = api.filter(({ operation }) => ['Calls', 'Recordings', 'Telephones'].includes(operation.tags[0]));
  const verification = api.filter(({ operation }) => operation.tags[0] === 'Verification');
  const guarded = api.filter(({ operation }) => ['Lookups', 'Fraud'].includes(operation.tags[0]));
  const scoped = api.filter((one) => one.operation['x-scope'] !== 'resource' && !voice.includes(one) && !verification.includes(one) && !guarded.includes(one));
  const success = ({ operation }) => Number(Object.keys(operation.responses).find((status) => status.startsWith('2')));

  await t.test('success, as JSON and as a form', async () => {
    sids.message = (await client.make('/v1/messages', bodies['/v1/messages'])).sid;
    // An MMS, which a handset shows.
    const pictures = await Sink.start(t, () => ({ status: 200, type: 'image/png', body: 'a picture' }));
    const toShow = { ...bodies['/v1/messages'], media_url: [`${pictures.url}/a.png`, `${pictures.url}/b.png`] };
    sids.media = coverage.answered('post', '/v1/messages', 201, await client.post('/v1/messages', toShow)).body.sid;
    coverage.answered('get', '/v1/messages/{sid}/media', 200, await client.get(`/v1/messages/${sids.media}/media`));
    await client.message(sids.media, 'delivered');
    sids.picture = (await client.onHandset(handset, (text) => text.media.length === 2)).id;
    sids.number = (await client.get('/v1/incoming_phone_numbers')).body.data[0].sid;
    sids.pool = (await client.make('/v1/sender_pools', bodies['/v1/sender_pools'])).sid;
    sids.smpp = (await client.make('/v1/smpp_credentials', bodies['/v1/smpp_credentials'])).sid;
    await client.message(sids.message, 'delivered');
    for (const one of scoped) {
      const { method, path } = one;
      const body = method === 'post' ? bodies[path] : undefined;
      coverage.answered(method, path, success(one), await client.ask(method.toUpperCase(), await target(one), body));
      if (body) {
        coverage.answered(method, path, success(one), await client.post(await target(one), new URLSearchParams(body)));
      }
    }
    const byNumber = await client.get(`/v1/incoming_phone_numbers/${encodeURIComponent(line)}`);
    coverage.answered('get', '/v1/incoming_phone_numbers/{sid}', 200, byNumber);
    const filtered = await client.get(`/v1/messages?${new URLSearchParams({
      to: handset, from: line, status: 'delivered', limit: 1, created_after: '2020-01-01T00:00:00Z', created_before: '2100-01-01T00:00:00Z',
    })}`);
    coverage.answered('get', '/v1/messages', 200, filtered);
    assert.equal(filtered.body.data.length, 1);
    // The next page holds other messages, and its end says so.
    await client.message((await client.make('/v1/messages', bodies['/v1/messages'])).sid, 'delivered');
    const first = coverage.answered('get', '/v1/messages', 200, await client.get('/v1/messages?limit=1'));
    assert.equal(first.body.has_more, true);
    const second = coverage.answered('get', '/v1/messages', 200, await client.get(first.body.next));
    assert.notEqual(second.body.data[0].sid, first.body.data[0].sid);
  });

  await t.test('webhook endpoints, events and deliveries', async () => {
    const sink = await Sink.start(t);
    const base = '/v1/webhook_endpoints';
    const ask = async (method, path, status, body, headers, from = client, sid = undefined) =>
      coverage.answered(method, path, status, await from.ask(method.toUpperCase(), filled(path, sid), body, headers)).body;
    const poor = key('--scopes', 'lookups:read');
    sids.endpoint = (await ask('post', base, 201, { url: `${sink.url}/events` })).sid;
    await client.message((await client.make('/v1/messages', bodies['/v1/messages'])).sid, 'delivered');
    await until(async () => (await client.get('/v1/webhook_deliveries?status=succeeded')).body.data.length >= 2, 'events are delivered');
    const list = await ask('get', '/v1/webhook_deliveries', 200);
    sids.deliver = list.data[0].sid;
    await ask('get', '/v1/events', 200);
    await until(async () => (await client.get('/v1/request_logs')).body.data.length > 0, 'requests are logged');
    await ask('get', '/v1/request_logs', 200);
    await ask('get', base, 200);
    await ask('get', `${base}/{sid}`, 200);
    await ask('post', `${base}/{sid}`, 200, bodies[`${base}/{sid}`]);
    await ask('post', `${base}/{sid}/rotate_secret`, 200, { overlap: 60 });
    await ask('post', `${base}/{sid}/replay`, 200, bodies[`${base}/{sid}/replay`]);
    await ask('get', '/v1/webhook_deliveries/{sid}', 200);
    await ask('post', '/v1/webhook_deliveries/{sid}/replay', 200, {});
    // What no key may see that lacks the scope, what is not there, and what cannot be read.
    for (const [method, path] of [['post', base], ['post', `${base}/{sid}`], ['delete', `${base}/{sid}`],
      ['post', `${base}/{sid}/rotate_secret`], ['post', `${base}/{sid}/replay`], ['get', '/v1/webhook_deliveries/{sid}'],
      ['post', '/v1/webhook_deliveries/{sid}/replay']]) {
      assert.equal((await ask(method, path, 403, method === 'post' ? bodies[path] : undefined, undefined, poor)).error.code, 'insufficient_permissions');
    }
    for (const { method, path, operation } of api.filter((one) => !scoped.includes(one) && !voice.includes(one) && !verification.includes(one) && !guarded.includes(one))) {
      const body = method === 'post' ? { ...bodies[path], nonsense: 1 } : undefined;
      const answer = await client.ask(method.toUpperCase(), filled(path) + (method === 'post' ? '' : '?nonsense=1'), body);
      assert.equal(coverage.answered(method, path, 400, answer).body.error.code, 'unknown_parameter');
      if (!operation.responses[404]) continue;
      for (const sid of ['nonsense', `${path.includes('endpoint') ? 'WE' : 'WD'}${'0'.repeat(32)}`]) {
        await ask(method, path, 404, method === 'post' ? bodies[path] : undefined, undefined, client, sid);
      }
    }
    // What the state forbids.
    sids.endpoint = (await ask('post', base, 201, { url: 'http://127.0.0.1:9/' })).sid;
    await client.message((await client.make('/v1/messages', bodies['/v1/messages'])).sid, 'delivered');
    await until(async () => {
      sids.deliver = (await client.get(`/v1/webhook_deliveries?status=pending&endpoint_sid=${sids.endpoint}`)).body.data[0]?.sid;
      return sids.deliver;
    }, 'a delivery waits for its retry');
    assert.equal((await ask('post', '/v1/webhook_deliveries/{sid}/replay', 409, {})).error.code, 'wrong_state');
    await ask('post', `${base}/{sid}`, 200, { status: 'disabled' });
    assert.equal((await ask('post', `${base}/{sid}/replay`, 409, bodies[`${base}/{sid}/replay`])).error.code, 'wrong_state');
    for (const path of [base, `${base}/{sid}/rotate_secret`]) {
      const once = { 'idempotency-key': path };
      const body = bodies[path];
      await ask('post', path, path === base ? 201 : 200, body, once);
      const other = path === base ? { url: 'http://127.0.0.1:9/other' } : { overlap: 61 };
      assert.equal((await ask('post', path, 422, other, once)).error.code, 'idempotency_key_reused');
    }
    for (let i = 0; i < 14; ++i) await client.make(base, bodies[base]);
    assert.equal((await ask('post', base, 409, bodies[base])).error.code, 'wrong_state');
    await ask('delete', `${base}/{sid}`, 204);
    const left = (await client.get(base)).body.data.map((one) => one.sid);
    sids.endpoint = left.pop();
    for (const sid of left) await client.ask('DELETE', `${base}/${sid}`);
  });

  await t.test('lookups and the fraud guard', async () => {
    const ask = async (method, path, status, body, from = client, target = filled(path), headers = {}) =>
      coverage.answered(method, path, status, await from.ask(method.toUpperCase(), target, body, headers));
    const everything = 'validity,format,country,region,time_zones,line_type,carrier,risk,portability,sim_swap,caller_name';
    const one = '/v1/lookups/{number}';
    for (const number of ['+447400123456', '%2B442079460000', '+80012345678', '+999123456', '+12', '020 7946 0000']) {
      await ask('get', one, number === '+12' ? 400 : 200, undefined, client,
        `/v1/lookups/${number}?fields=${everything}${number.startsWith('0') ? '&country=GB' : ''}`);
    }
    await ask('get', one, 200);
    for (const [path, made] of [['/v1/fraud/safe_numbers', '/v1/fraud/safe_numbers/{number}'], ['/v1/fraud/blocks', '/v1/fraud/blocks/{sid}']]) {
      const other = path.endsWith('blocks') ? { prefix: '+1976' } : { phone_number: '+12015550101' };
      const once = { 'idempotency-key': path };
      const first = await ask('post', path, 201, bodies[path], client, path, once);
      sids.blocks ??= first.body.sid;
      assert.equal((await ask('post', path, 201, bodies[path], client, path, once)).headers.get('idempotent-replayed'), 'true');
      assert.equal((await ask('post', path, 422, other, client, path, once)).body.error.code, 'idempotency_key_reused');
      await until(async () => {
        const twins = await Promise.all(Array.from({ length: 20 }, () => client.post(path, bodies[path], { 'idempotency-key': `${path}${Date.now()}` })));
        const told = twins.filter((each) => each.status === 409);
        for (const each of told) coverage.answered('post', path, 409, each);
        return told.length;
      }, 'twins ran at once');
      const list = await ask('get', path, 200);
      assert.ok(list.body.data.length >= 1);
      if (path.endsWith('blocks')) sids.blocks = first.body.sid;
      await ask('delete', made, 204);
      await ask('delete', made, path.endsWith('blocks') ? 409 : 404);
    }
    await ask('delete', '/v1/fraud/blocks/{sid}', 404, undefined, client, `/v1/fraud/blocks/FB${'0'.repeat(32)}`);
    for (const { method, path, operation } of guarded) {
      const body = method === 'post' ? bodies[path] : undefined;
      if (path !== one && !path.includes('{') && method !== 'delete') await ask(method, path, success({ operation }), body);
      if (body) await ask(method, path, success({ operation }), new URLSearchParams(Object.entries(body).flatMap(([name, value]) => [value].flat().map((each) => [name, each]))));
      const unknown = await ask(method, path, 400, body && { ...body, nonsense: 1 }, client, body ? filled(path) : nonsense(path));
      assert.equal(unknown.body.error.code, 'unknown_parameter');
      const scopes = ['messages:read', 'numbers:read', 'verify:write', 'lookups:read'].filter((each) => each !== operation['x-scope']);
      assert.equal((await ask(method, path, 403, body, key('--scopes', scopes.join(',')))).body.error.code, 'insufficient_permissions');
    }
    assert.equal((await client.get('/v1/request_logs?route=/v1/lookups/%7Bnumber%7D')).status, 200);
    await ask('post', '/v1/fraud/settings', 200, { sensitivity: 'normal', countries: [] });
  });

  await t.test('calls, recordings and telephones', async () => {
    const one = '/v1/calls/{sid}';
    const phone = '/v1/sandbox/handsets/{number}';
    const ask = async (method, path, status, body, from = client, target = filled(path)) =>
      coverage.answered(method, path, status, await from.ask(method.toUpperCase(), target, body)).body;
    const over = (sid) => until(async () => {
      const call = (await client.get(`/v1/calls/${sid}`)).body;
      return call.end_time && call;
    }, 'the call is over');
    await ask('get', `${phone}/phone`, 200);
    await ask('post', `${phone}/phone`, 200, { behavior: 'answers', answer_after_ms: 0, plays: 'tone' });
    sids.calls = (await ask('post', '/v1/calls', 201, bodies['/v1/calls'])).sid;
    assert.equal((await ask('delete', one, 409)).error.code, 'wrong_state');
    assert.equal((await over(sids.calls)).status, 'completed');
    await ask('get', '/v1/calls', 200);
    await ask('get', one, 200);
    await ask('get', `${one}/notifications`, 200);
    const made = (await ask('get', `${one}/recordings`, 200)).data;
    assert.equal(made[0].status, 'completed');
    sids.recordings = made[0].sid;
    const recording = '/v1/recordings/{sid}';
    await ask('get', '/v1/recordings', 200);
    await ask('get', recording, 200);
    for (const ending of ['wav', 'mp3']) {
      const path = `/v1/recordings/${sids.recordings}.${ending}`;
      coverage.answered('get', recording, 200, await client.get(path));
      coverage.answered('get', recording, 206, await client.get(path, { range: 'bytes=0-99' }));
      coverage.answered('get', recording, 416, await client.get(path, { range: 'bytes=99999999-' }));
    }
    assert.equal((await ask('post', one, 409, bodies[one])).error.code, 'wrong_state');
    // What a handset does, and heard.
    const [heard] = (await ask('get', `${phone}/calls`, 200)).data;
    sids.call = heard.id;
    const onCall = `${phone}/calls/{id}`;
    const path = (id) => onCall.replace('{number}', handset).replace('{id}', id);
    await ask('get', `${onCall}/heard.wav`, 200, undefined, client, `${path(heard.id)}/heard.wav`);
    assert.equal((await ask('post', onCall, 409, bodies[onCall], client, path(heard.id))).error.code, 'wrong_state');
    await client.make(`/v1/incoming_phone_numbers/${encodeURIComponent(line)}`, { voice_url: 'http://127.0.0.1:9/voice' });
    await ask('post', `${phone}/calls`, 201, bodies[`${phone}/calls`]);
    const { sid } = await client.make('/v1/calls', { ...bodies['/v1/calls'], xml: '<Response><Pause length="60"/></Response>' });
    const ringing = await until(async () => (await client.get(`${phone.replace('{number}', handset)}/calls`)).body.data
      .find((each) => each.call_sid === sid && each.status === 'in-progress'), 'the handset is in the call');
    await ask('post', onCall, 200, bodies[onCall], client, path(ringing.id));
    await ask('post', one, 200, bodies[one], client, `/v1/calls/${sid}`);
    await over(sid);
    await ask('delete', one, 204, undefined, client, `/v1/calls/${sid}`);
    // What is not the caller's to ask, or cannot be read.
    const live = key('--live');
    for (const { method, path: route, operation } of voice) {
      const there = route.includes('{id}') ? `${path(heard.id)}${route.endsWith('heard.wav') ? '/heard.wav' : ''}` : filled(route);
      const body = method === 'post' ? { ...bodies[route], nonsense: 1 } : undefined;
      await ask(method, route, 400, body, client, there + (method === 'post' ? '' : '?nonsense=1'));
      const scopes = ['messages:read', 'messages:write', 'calls:read', 'calls:write'].filter((each) => each !== operation['x-scope']);
      await ask(method, route, 403, method === 'post' ? bodies[route] : undefined, key('--scopes', scopes.join(',')), there);
      if (operation.responses[404]) await ask(method, route, 404, method === 'post' ? bodies[route] : undefined, live, there);
    }
    // What a rule forbids.
    const elsewhere = await client.post('/v1/calls', { ...bodies['/v1/calls'], from: '+441614960150' });
    assert.equal(coverage.answered('post', '/v1/calls', 422, elsewhere).body.error.code, 'from_number_not_owned');
    const noTrunk = await live.post('/v1/calls', bodies['/v1/calls']);
    assert.equal(coverage.answered('post', '/v1/calls', 422, noTrunk).body.error.code, 'no_trunk');
    const again = { 'idempotency-key': 'a call' };
    assert.equal((await client.post('/v1/calls', bodies['/v1/calls'], again)).status, 201);
    const replayed = coverage.answered('post', '/v1/calls', 201, await client.post('/v1/calls', bodies['/v1/calls'], again));
    assert.equal(replayed.headers.get('idempotent-replayed'), 'true');
    const twins = await Promise.all(Array.from({ length: 40 }, () => client.post('/v1/calls', bodies['/v1/calls'], { 'idempotency-key': 'twins' })));
    for (const twin of twins.filter((each) => each.status === 409)) coverage.answered('post', '/v1/calls', 409, twin);
    for (const resource of [sids.calls, sids.recordings]) {
      server.command('hold', 'add', '--account', account.account_sid, '--resource', resource, '--reason', 'case 8');
    }
    assert.equal((await ask('delete', one, 422)).error.code, 'legal_hold');
    assert.equal((await ask('delete', recording, 422)).error.code, 'legal_hold');
    const running = await client.make('/v1/calls', { ...bodies['/v1/calls'], xml: '<Response><Pause length="60"/></Response>' });
    const unfinished = await until(async () => (await client.get(`/v1/calls/${running.sid}/recordings`)).body.data[0], 'it is recorded');
    await ask('delete', recording, 409, undefined, client, `/v1/recordings/${unfinished.sid}`);
    await client.post(`/v1/calls/${running.sid}`, { status: 'completed' });
    await over(running.sid);
    await ask('delete', recording, 204, undefined, client, `/v1/recordings/${unfinished.sid}`);
    sids.picture ??= heard.id;
  });

  await t.test('verification', async () => {
    const [send, verify, one] = ['/v1/verify/send', '/v1/verify/check', '/v1/verify/{sid}'];
    const ask = async (method, path, status, body, from = client, target = filled(path), headers = {}) =>
      coverage.answered(method, path, status, await from.ask(method.toUpperCase(), target, body, headers)).body;
    assert.equal((await ask('post', verify, 404, bodies[verify])).error.code, 'verification_not_found');
    sids.verify = (await ask('post', send, 201, bodies[send], client, send, { 'idempotency-key': 'a code' })).sid;
    const replayed = await client.post(send, bodies[send], { 'idempotency-key': 'a code' });
    assert.equal(coverage.answered('post', send, 201, replayed).headers.get('idempotent-replayed'), 'true');
    assert.equal((await ask('post', send, 422, { to: '+12015550101' }, client, send, { 'idempotency-key': 'a code' })).error.code, 'idempotency_key_reused');
    await ask('post', send, 200, new URLSearchParams(bodies[send]));
    const all = { to: '+12015550101', channel: 'sms', locale: 'de', custom_message: '{code}', domain: 'example.com', code_length: 8, valid_for: 60, max_attempts: 1, from: line, client_address: '::1' };
    await ask('post', send, 201, new URLSearchParams(all));
    for (const [name, bad] of [['to', 'x'], ['channel', 'x'], ['locale', 'x y'], ['custom_message', 'x'], ['domain', 'x'], ['code_length', 9], ['valid_for', 59],
      ['max_attempts', 11], ['from', 'x'], ['client_address', 'x'], ['nonsense', 1]]) {
      assert.equal((await ask('post', send, 400, { ...all, [name]: bad })).error.param, name);
    }
    const text = await client.onHandset(handset, (each) => /^Your verification code is \d{6}/.test(each.body));
    const code = text.body.match(/\d{6}/)[0];
    await ask('post', verify, 200, new URLSearchParams({ to: handset, code: String((Number(code) + 1) % 1e6).padStart(6, '0'), client_address: '::1' }));
    assert.equal((await ask('post', verify, 200, { to: handset, code })).valid, true);
    assert.equal((await ask('post', verify, 409, { to: handset, code })).error.code, 'verification_already_approved');
    assert.equal((await ask('post', verify, 400, { to: handset, code: 'abc' })).error.param, 'code');
    assert.equal((await ask('post', one, 409, bodies[one])).error.code, 'wrong_state');
    const live = key('--live');
    assert.equal((await ask('post', send, 422, bodies[send], live)).error.code, 'no_verification_sender');
    assert.equal((await ask('post', send, 422, { ...bodies[send], channel: 'rcs' }, live)).error.code, 'channel_not_available');
    const first = (await ask('get', '/v1/verify', 200, undefined, client, '/v1/verify?limit=1')).next;
    await ask('get', '/v1/verify', 200, undefined, client, first);
    await ask('get', '/v1/verify', 200, undefined, client, `/v1/verify?${new URLSearchParams({ to: handset, status: 'approved', channel: 'sms' })}`);
    assert.equal((await ask('get', '/v1/verify/summary', 200)).total.converted, 1);
    await ask('get', one, 200);
    const waits = (await ask('post', send, 201, bodies[send])).sid;
    await ask('post', one, 400, {}, client, filled(one, waits));
    assert.equal((await ask('post', one, 200, bodies[one], client, filled(one, waits))).status, 'canceled');
    for (const { method, path, operation } of verification) {
      await ask(method, path, 403, method === 'post' ? bodies[path] : undefined, key('--scopes', 'messages:read'));
      if (method === 'get') await ask(method, path, 400, undefined, client, nonsense(path));
      if (path === one) {
        for (const sid of ['nonsense', `VE${'0'.repeat(32)}`]) await ask(method, path, 404, method === 'post' ? bodies[one] : undefined, client, filled(path, sid));
      }
      assert.ok(operation.responses[429]);
    }
    // Twins that run at once: one sends, the others are told to wait or get its answer.
    for (let round = 0; round < 20 && !coverage.has('post', send, 409); ++round) {
      const body = { to: `+1201555${1000 + round}` };
      const twins = await Promise.all(Array.from({ length: 8 }, () => client.post(send, body, { 'idempotency-key': `codes ${round}` })));
      for (const twin of twins) coverage.answered('post', send, twin.status === 409 ? 409 : 201, twin);
      assert.equal((await client.get(`/v1/verify?${new URLSearchParams(body)}`)).body.data[0].sends, 1);
    }
  });

  await t.test('a message that the network refuses tells why', async () => {
    const sent = await client.make('/v1/messages', { ...bodies['/v1/messages'], to: '+12015550103' });
    await client.message(sent.sid, 'failed');
    const answer = coverage.answered('get', '/v1/messages/{sid}', 200, await client.get(`/v1/messages/${sent.sid}`));
    assert.ok(answer.body.error_code && answer.body.error_message);
  });

  await t.test('400: an unknown parameter, a bad one, a missing one, a body that is none', async () => {
    for (const { method, path } of scoped) {
      const code = (answer) => coverage.answered(method, path, 400, answer).body.error.code;
      if (method !== 'post') {
        assert.equal(code(await client.ask(method.toUpperCase(), nonsense(path))), 'unknown_parameter');
        continue;
      }
      assert.equal(code(await client.post(filled(path), { ...bodies[path], nonsense: 1 })), 'unknown_parameter');
      assert.equal(code(await client.post(filled(path), '{"a":', { 'content-type': 'application/json' })), 'malformed_body');
      for (const name of ['from', 'to', 'body', 'behavior', 'sender'].filter((one) => bodies[path][one])) {
        const { [name]: left, ...rest } = bodies[path];
        const answer = await client.post(filled(path), rest);
        assert.equal(code(answer), 'missing_parameter');
        assert.equal(answer.body.error.param, name);
        assert.equal(code(await client.post(filled(path), { ...rest, [name]: 7 })),
          ['from', 'to'].includes(name) ? 'invalid_phone_number' : 'invalid_parameter');
      }
    }
    const nothing = await client.post('/v1/incoming_phone_numbers', {});
    assert.equal(coverage.answered('post', '/v1/incoming_phone_numbers', 400, nothing).body.error.code, 'missing_parameter');
    const long = await client.post('/v1/messages', { ...bodies['/v1/messages'], body: 'x'.repeat(1601) });
    assert.equal(coverage.answered('post', '/v1/messages', 400, long).body.error.code, 'message_too_long');
    for (const query of ['limit=0', 'limit=1001', 'limit=x', 'after=x', `after=${sids.message}&before=${sids.message}`,
      'status=nonsense', 'created_after=yesterday']) {
      const answer = coverage.answered('get', '/v1/messages', 400, await client.get(`/v1/messages?${query}`));
      assert.equal(answer.body.error.code, 'invalid_parameter');
    }
  });

  await t.test('401: no key, a mistyped key, a revoked key', async () => {
    const { key_sid: sid, key: text } = server.key(account);
    server.command('key', 'revoke', sid);
    const last = account.test_key.at(-1) === 'a' ? 'b' : 'a';
    for (const { method, path } of api) {
      for (const [headers, code] of [[{ authorization: '' }, 'unauthorized'],
        [{ authorization: `Bearer ${account.test_key.slice(0, -1)}${last}` }, 'unauthorized'],
        [{ authorization: `Bearer ${text}` }, 'api_key_revoked']]) {
        const answer = await client.ask(method.toUpperCase(), filled(path), bodies[path] && method === 'post' ? bodies[path] : undefined, headers);
        assert.equal(coverage.answered(method, path, 401, answer).body.error.code, code);
      }
    }
  });

  await t.test('403: a key that has every scope but the one that is needed', async () => {
    const scopes = ['messages:read', 'messages:write', 'calls:read', 'calls:write', 'numbers:read', 'numbers:write', 'verify:write', 'lookups:read'];
    for (const one of scoped) {
      const { method, path, operation } = one;
      const poor = key('--scopes', scopes.filter((one) => one !== operation['x-scope']).join(','));
      const answer = await poor.ask(method.toUpperCase(), filled(path), method === 'post' ? bodies[path] : undefined);
      const { error } = coverage.answered(method, path, 403, answer).body;
      assert.equal(error.code, 'insufficient_permissions');
      assert.ok(error.message.includes(operation['x-scope']));
      const rich = key('--scopes', operation['x-scope']);
      const allowed = await rich.ask(method.toUpperCase(), await target(one), method === 'post' ? bodies[path] : undefined);
      assert.ok(allowed.status < 300, `${method} ${path} with its one scope: ${allowed.text}`);
    }
  });

  await t.test('404: no such resource', async () => {
    const live = key('--live');
    for (const { method, path, operation } of scoped.filter((one) => one.operation.responses[404])) {
      const body = method === 'post' ? bodies[path] : undefined;
      const from = operation.tags.includes('Sandbox') ? live : client;
      const absent = `${{ message: 'SM', media: 'MM', pool: 'SP' }[kind(path)] ?? 'PN'}${'0'.repeat(32)}`;
      const other = operation.tags.includes('Sandbox') ? filled(path) : filled(path, absent);
      coverage.answered(method, path, 404, await from.ask(method.toUpperCase(), other, body));
      if (path.includes('{')) coverage.answered(method, path, 404, await client.ask(method.toUpperCase(), filled(path, 'nonsense'), body));
    }
    const nowhere = await client.get('/v1/nowhere');
    assert.equal(nowhere.status, 404);
    check(document.components.responses.NotFound, ['components', 'responses', 'NotFound'], nowhere);
  });

  await t.test('405: a method that the path does not have', async () => {
    for (const path of new Set(api.map((one) => one.path))) {
      const has = methods.filter((method) => document.paths[path][method]);
      for (const method of methods.filter((one) => !has.includes(one))) {
        const answer = await client.ask(method.toUpperCase(), filled(path));
        assert.equal(answer.status, 405, `${method} ${path}`);
        check(document.components.responses.MethodNotAllowed, ['components', 'responses', 'MethodNotAllowed'], answer);
        const allowed = answer.headers.get('allow').split(', ').map((one) => one.toLowerCase());
        assert.deepEqual(allowed.sort(), has.sort(), `Allow of ${path}`);
      }
    }
  });

  await t.test('409 and 422: the Idempotency-Key', async () => {
    const takesKey = ({ operation }) => operation.parameters?.some((one) => one.$ref?.endsWith('/IdempotencyKey'));
    for (const { path } of scoped.filter((one) => takesKey(one) && one.operation.responses[409])) {
      const body = bodies[path];
      const key = { 'idempotency-key': `a ${path}` };
      const [name] = ['body', 'friendly_name', 'name', 'to'].filter((one) => body[one]);
      const first = await client.post(path, body, key);
      const again = await client.post(path, body, key);
      coverage.answered('post', path, 201, first);
      coverage.answered('post', path, 201, again);
      assert.equal(first.headers.get('idempotent-replayed'), null);
      assert.equal(again.headers.get('idempotent-replayed'), 'true');
      assert.equal(again.text, first.text);
      const other = await client.post(path, { ...body, [name]: 'other' }, key);
      assert.equal(coverage.answered('post', path, 422, other).body.error.code, 'idempotency_key_reused');
      // Twins that run at once: one makes the resource, the others are told to wait or get its answer.
      for (let round = 0; round < 20; ++round) {
        const twins = await Promise.all(Array.from({ length: 8 }, () =>
          client.post(path, body, { 'idempotency-key': `twins ${path} ${round}` })));
        const made = twins.filter((one) => one.status === 201);
        for (const one of made) coverage.answered('post', path, 201, one);
        assert.equal(new Set(made.map((one) => one.body.sid)).size, 1, 'one resource of all twins');
        const told = twins.filter((one) => one.status !== 201);
        for (const one of told) {
          assert.equal(coverage.answered('post', path, 409, one).body.error.code, 'idempotency_key_in_use');
        }
        if (told.length) break;
      }
      const bad = await client.post(path, body, { 'idempotency-key': 'x'.repeat(256) });
      assert.equal(coverage.answered('post', path, 400, bad).body.error.param, 'Idempotency-Key');
    }
    const gone = await client.post(`/v1/messages/${sids.message}`, { status: 'canceled' });
    assert.equal(coverage.answered('post', '/v1/messages/{sid}', 409, gone).body.error.code, 'wrong_state');
  });

  await t.test('413: a body past the limit', async () => {
    for (const { method, path, operation } of api.filter((one) => one.operation.responses[413])) {
      const answer = await client.post(filled(path), 'x'.repeat(1024 * 1024 + 1), { 'content-type': 'application/json' });
      assert.equal(coverage.answered(method, path, 413, answer).body.error.code, 'body_too_large');
    }
  });

  await t.test('415: a body of another type', async () => {
    for (const { method, path } of api.filter((one) => one.operation.responses[415])) {
      for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x']) {
        const answer = await client.post(filled(path), 'x', { 'content-type': type });
        assert.equal(coverage.answered(method, path, 415, answer).body.error.code, 'unsupported_media_type');
      }
    }
  });

  await t.test('409 and 422: what a message forbids while it waits, and under a legal hold', async () => {
    const path = '/v1/messages/{sid}';
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const waits = await client.make('/v1/messages', {
      ...bodies['/v1/messages'], send_at: soon, validity_period: 60, tags: ['a', 'b'], content_retention: 'discard', address_retention: 'obfuscate',
    });
    assert.equal(waits.status, 'scheduled');
    for (const method of ['post', 'delete']) {
      const answer = await client.ask(method.toUpperCase(), filled(path, waits.sid), method === 'post' ? { body: '' } : undefined);
      assert.equal(coverage.answered(method, path, 409, answer).body.error.code, 'wrong_state');
    }
    const canceled = coverage.answered('post', path, 200, await client.post(filled(path, waits.sid), { status: 'canceled' }));
    assert.deepEqual([canceled.body.status, canceled.body.body], ['canceled', '']);
    const after = coverage.answered('get', path, 200, await client.get(filled(path, waits.sid)));
    assert.deepEqual([after.body.body, after.body.to], ['', '+1201555XXXX']);
    for (const query of ['status=scheduled', 'status=canceled']) {
      coverage.answered('get', '/v1/messages', 200, await client.get(`/v1/messages?${query}`));
    }
    const { sid } = await client.make('/v1/messages', bodies['/v1/messages']);
    await client.message(sid, 'delivered');
    server.command('hold', 'add', '--account', waits.account_sid, '--resource', sid, '--reason', 'case 7');
    for (const method of ['post', 'delete']) {
      const answer = await client.ask(method.toUpperCase(), filled(path, sid), method === 'post' ? { body: '' } : undefined);
      assert.equal(coverage.answered(method, path, 422, answer).body.error.code, 'legal_hold');
    }
  });

  await t.test('422: a sender that is not the account\'s', async () => {
    const answer = await client.post('/v1/messages', { ...bodies['/v1/messages'], from: '+441614960150' });
    assert.equal(coverage.answered('post', '/v1/messages', 422, answer).body.error.code, 'from_number_not_owned');
  });

  await t.test('422: opt-outs and pools of numbers that are not the account\'s', async () => {
    const stranger = '+441614960150';
    for (const method of ['get', 'post', 'delete']) {
      const pair = { ...bodies['/v1/opt_outs'], from: stranger };
      const answer = await client.ask(method.toUpperCase(), `/v1/opt_outs?${new URLSearchParams(pair)}`, method === 'post' ? pair : undefined);
      assert.equal(coverage.answered(method, '/v1/opt_outs', 422, answer).body.error.code, 'from_number_not_owned');
    }
    for (const [path, body] of [['/v1/sender_pools', { name: 'x', senders: [stranger] }],
      ['/v1/sender_pools/{sid}', { senders: [line, stranger] }], ['/v1/sender_pools/{sid}/senders', { sender: stranger }]]) {
      const answer = await client.post(filled(path), body);
      assert.equal(coverage.answered('post', path, 422, answer).body.error.code, 'from_number_not_owned');
    }
    const empty = await client.make('/v1/sender_pools', { name: 'Empty' });
    const sent = await client.post('/v1/messages', { ...bodies['/v1/messages'], from: empty.sid });
    assert.equal(coverage.answered('post', '/v1/messages', 422, sent).body.error.code, 'no_sender');
  });

  await t.test('422: a number that somebody holds', async () => {
    const answer = await client.post('/v1/incoming_phone_numbers', { phone_number: line });
    assert.equal(coverage.answered('post', '/v1/incoming_phone_numbers', 422, answer).body.error.code, 'number_not_available');
  });

  await t.test('429: more requests than the window allows', async () => {
    for (const { method, path, operation } of api) {
      const hasty = server.client(server.key(limited).key);
      const body = method === 'post' ? bodies[path] : undefined;
      const limit = operation.tags.includes('Numbers') ? 10 : 100; // of messages; of calls 20
      const refused = await (async () => {
        for (let round = 0; round < 10; ++round) {
          const answers = await Promise.all(Array.from({ length: limit + 20 }, () =>
            hasty.ask(method.toUpperCase(), filled(path), body)));
          const found = answers.find((one) => one.status === 429 && one.body.error.code === 'rate_limit_exceeded');
          if (found) return found;
        }
        return null;
      })();
      assert.ok(refused, `${method} ${path}: nothing was refused`);
      const { error } = coverage.answered(method, path, 429, refused).body;
      assert.equal(error.code, 'rate_limit_exceeded');
      assert.equal(refused.headers.get('retry-after'), String(error.retry_after));
      assert.equal(refused.headers.get('x-ratelimit-remaining'), '0');
    }
  });

  await t.test('the pages of the site', async () => {
    const anybody = server.client(null);
    for (const path of ['/healthz', '/readyz', '/metrics', '/docs/errors', '/docs/openapi.yaml']) {
      coverage.answered('get', path, 200, await anybody.get(path));
    }
  });

  // /metrics hides itself from other machines only, and these tests have one.
  assert.deepEqual(coverage.missing(), ['get /metrics 404'], 'documented answers that were not produced');
  assert.ok(server.isAlive());
});

test('every error that is answered leads to its entry on the page of errors', async (t) => {
  const server = await Server.start(t);
  const account = server.account();
  const client = server.client(account.test_key);
  const answers = [await client.get('/v1/nowhere'), await client.get('/v1/messages?limit=0'),
    await server.client('cvno_test_x').get('/v1/messages')];
  for (const { body: { error } } of answers) {
    const url = new URL(error.doc_url);
    assert.equal(url.hash, `#${error.code}`);
    const page = await (await fetch(url)).text();
    assert.ok(page.includes(`id="${error.code}"`));
  }
});
