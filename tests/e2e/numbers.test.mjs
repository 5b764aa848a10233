// The operator's inventory at the real program: imported, searched, bought, and back after its account was erased.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { program, Server } from './support/server.mjs';

const carrier = `
[[carrier]]
name = "acme"
host = "127.0.0.1"
port = 1
system_id = "x"
password = "secret08"
`;

function importFile(server, text, ...flags) {
  const path = join(server.folder, 'inventory.csv');
  writeFileSync(path, text);
  return spawnSync(program, ['-c', server.config, 'number', 'import', '--carrier', 'acme', ...flags, path], { encoding: 'utf8', timeout: 60_000 });
}

const available = async (client, query) => (await client.get(`/v1/available_phone_numbers?${query}`)).body.data.map((one) => one.phone_number);

test('an imported number is found, bought once, and rests when its account is erased', async (t) => {
  const server = await Server.start(t, { carriers: [carrier] });
  const account = server.account('--no-rate-limits');
  const client = server.client(server.key(account, '--live').key);
  const imported = importFile(server, 'number,country,voice\r\n+12127770001,US,yes\r\n+12127770002,US,yes\r\n');
  assert.equal(imported.status, 0, imported.stderr);
  assert.match(imported.stdout, /^on offer {3}2$/m);
  assert.deepEqual((await available(client, 'area_code=212')).sort(), ['+12127770001', '+12127770002']);
  await client.make('/v1/incoming_phone_numbers', { phone_number: '+12127770001' });
  assert.equal((await client.post('/v1/incoming_phone_numbers', { phone_number: '+12127770001' })).status, 422);

  const other = server.account('--no-rate-limits');
  const buyer = server.client(server.key(other, '--live').key);
  server.command('account', 'erase', '--yes', account.account_sid);
  assert.equal((await client.get('/v1/messages')).status, 401, 'hidden when the command ends');
  const again = importFile(server, 'number,country,voice\n+12127770001,US,yes\n+12127770002,US,yes\n');
  assert.match(again.stdout, /^resting {4}1$/m);
  assert.deepEqual(await available(buyer, 'area_code=212'), ['+12127770002']);
  assert.equal((await buyer.post('/v1/incoming_phone_numbers', { phone_number: '+12127770001' })).status, 422);
});

test('bad lines are named with their numbers, and the good ones are taken', async (t) => {
  const server = await Server.start(t, { carriers: [carrier] });
  const imported = importFile(server, 'number,country,monthly_price\n+12127770001,US,1\n+12127770002,XX,1\n"+1212,US,1\n+12127770003,US,free\n');
  assert.equal(imported.status, 1);
  assert.match(imported.stderr, /^line 3: country must be/m);
  assert.match(imported.stderr, /^line 4: has a quote/m);
  assert.match(imported.stderr, /^line 5: monthly_price must be/m);
  assert.match(imported.stdout, /^on offer {3}1$/m);
  assert.match(imported.stdout, /^bad lines {2}3$/m);
  for (const [text, why] of [['', /empty/], ['+12127770001,US\n', /no column/], ['number;country\n', /no column/], ['number\n', /country is missing/]]) {
    const refused = importFile(server, text);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, why);
  }
  const unknown = spawnSync(program, ['-c', server.config, 'number', 'import', '--carrier', 'globex', server.config], { encoding: 'utf8' });
  assert.match(unknown.stderr, /no \[\[carrier\]\], \[\[http_carrier\]\] or \[\[trunk\]\] named "globex"/);
});
