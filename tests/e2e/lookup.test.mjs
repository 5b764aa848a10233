// Number intelligence: what a number is, without its leaving the host; what a source of the operator's says; and the
// rules of the fraud guard.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const secret = '+447400987654';

test('a number is told from local tables, and stands in no log', async (t) => {
  const server = await Server.start(t);
  const client = server.client(server.account().test_key);
  const { status, body } = await client.get(`/v1/lookups/${encodeURIComponent(secret)}`);
  assert.equal(status, 200);
  assert.equal(body.valid, true);
  assert.equal(body.country, 'GB');
  assert.equal(body.line_type, 'mobile');
  assert.equal(body.national_format, '07400 987654');
  assert.equal(body.carrier.name, 'Three');
  assert.deepEqual(body.time_zones.includes('Europe/London'), true);
  assert.match(body.data_date, /^\d{4}-\d{2}-\d{2}$/);
  const logged = await until(async () => {
    const { body: log } = await client.get('/v1/request_logs');
    return log.data.find((one) => one.route === '/v1/lookups/{number}');
  }, 'the request is logged');
  assert.ok(!JSON.stringify(logged).includes('7400987654'));
  assert.ok(!server.log.includes('7400987654'));
});

test('hostile numbers get the documented error', async (t) => {
  const server = await Server.start(t);
  const client = server.client(server.account().test_key);
  for (const number of ['%00', '%2B', 'a', '..%2F..', '%F0%9F%93%9E', '%D9%A4%D9%A4', '%ff', '1'.repeat(500), '+1;ext=9', '%25', "'--"]) {
    const answer = await client.get(`/v1/lookups/${number}`);
    assert.equal(answer.status, 400, number);
    assert.equal(answer.body.error.code, 'invalid_phone_number');
    assert.ok(!answer.body.error.message.includes(number) || number === 'a');
  }
  const many = await client.post('/v1/lookups', { numbers: Array.from({ length: 1000 }, (_, i) => `+1201555${String(i).padStart(4, '0')}`) });
  assert.equal(many.body.data.length, 1000);
});

test('a source of the operator is asked for live keys, within its deadline', async (t) => {
  const seen = [];
  const source = createServer((request, response) => {
    seen.push([request.url, request.headers.authorization]);
    if (request.url.startsWith('/slow')) return;
    response.end(JSON.stringify({ ported: true, carrier: 'Acme', mobile_country_code: '234', mobile_network_code: '10', extra: [1] }));
  }).listen(0, '127.0.0.1');
  t.after(() => source.close());
  t.after(() => source.closeAllConnections());
  await new Promise((resolve) => source.once('listening', resolve));
  const at = `http://127.0.0.1:${source.address().port}`;
  const server = await Server.start(t, { sections: `[lookup]
portability_url = "${at}/ported/{number}"
sim_swap_url = "${at}/slow/{number}"
header = "Authorization: Bearer ours"
timeout_ms = 300
` });
  const account = server.account();
  const live = server.client(server.key(account, '--live').key);
  const path = `/v1/lookups/${encodeURIComponent(secret)}?fields=portability,sim_swap,caller_name`;
  const { body } = await live.get(path);
  assert.deepEqual(body.portability, { status: 'ok', ported: true, carrier: 'Acme', mobile_country_code: '234', mobile_network_code: '10' });
  assert.equal(body.sim_swap.status, 'unavailable');
  assert.equal(body.caller_name.status, 'unavailable');
  assert.deepEqual(seen[0], ['/ported/447400987654', 'Bearer ours']);
  assert.ok(!server.log.includes('7400987654'), 'not in a log either');
  const before = seen.length;
  const { body: test } = await server.client(account.test_key).get(path);
  assert.equal(test.portability.status, 'unavailable');
  assert.equal(seen.length, before);
});

test('rules of the guard outlive a kill of the program', async (t) => {
  const server = await Server.start(t);
  const client = server.client(server.account().test_key);
  await client.make('/v1/fraud/blocks', { prefix: '+1900', hours: 2 });
  await client.make('/v1/fraud/safe_numbers', { phone_number: secret });
  assert.equal((await client.post('/v1/fraud/settings', { countries: ['US', 'GB'] })).status, 200);
  await server.kill('SIGKILL');
  await server.start();
  assert.deepEqual((await client.get('/v1/fraud/settings')).body.countries, ['GB', 'US']);
  assert.equal((await client.get('/v1/fraud/safe_numbers')).body.data[0].phone_number, secret);
  const [block] = (await client.get('/v1/fraud/blocks')).body.data;
  assert.equal(block.prefix, '+1900');
  assert.equal(block.active, true);
});

test('the tables have a date, and a folder of newer ones is checked', async (t) => {
  const server = await Server.make(t);
  const lines = server.command('lookup-data').trim().split('\n');
  assert.equal(lines.length, 5);
  for (const line of lines) assert.match(line, /^[a-z_]+\.txt +\d{4}-\d{2}-\d{2} .* built in$/);
  assert.throws(() => server.command('lookup-data', '/nowhere'));
});
