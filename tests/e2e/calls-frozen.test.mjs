// A store that hangs for 30 seconds while a call runs and is recorded: PostgreSQL, stopped and continued. The call goes on
// without a gap, a new one is refused soon, and afterwards all is on record.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packages } from './support/packages.mjs';
import { Postgres } from './support/postgres.mjs';
import { Server } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { readWav, seconds, toneWav, tones } from './support/sounds.mjs';
import { until } from './support/wait.mjs';

const { VoiceResponse } = packages('twilio').twiml;
const ada = '+12015550100';
const hertz = 500;
const frozen_s = 30;

test('a store that hangs for 30 s ends no call, and leaves nothing off the record', { timeout: 150_000 }, async (t) => {
  const app = await Sink.start(t, ({ path }) => {
    if (path === '/tone.wav') return { status: 200, type: 'audio/wav', body: toneWav(hertz, 20) };
    if (path === '/status') return undefined;
    const answer = new VoiceResponse();
    // Its documents come while the store is away.
    if (path === '/voice') answer.play('/tone.wav');
    if (path === '/voice') answer.redirect('/more');
    if (path === '/more') answer.play('/tone.wav');
    return { status: 200, type: 'text/xml', body: answer.toString() };
  });
  const postgres = await Postgres.start(t);
  const server = await Server.start(t, { sections: `[store]\ndatabase = "${postgres.database('calls')}"\n` });
  const account = server.account('--no-rate-limits');
  const client = server.client(account.test_key);
  const { sid } = await client.make('/v1/calls', {
    from: account.numbers[0], to: ada, url: `${app.url}/voice`, record: true, status_callback: `${app.url}/status`,
    status_callback_event: ['initiated', 'ringing', 'answered', 'completed'],
  });
  await until(async () => (await client.get(`/v1/calls/${sid}`)).body.status === 'in-progress', 'it is answered');

  postgres.freeze();
  const begun = Date.now();
  const refused = await client.post('/v1/calls', { from: account.numbers[0], to: ada, xml: '<Response/>' });
  assert.equal(refused.status, 503, refused.text);
  assert.ok(Date.now() - begun < 5_000, `refused after ${Date.now() - begun} ms`);
  await until(() => app.all.some((one) => one.path === '/more'), 'the call asks for its next document', 30_000);
  await new Promise((resolve) => { setTimeout(resolve, begun + frozen_s * 1_000 - Date.now()); });
  postgres.thaw();

  const call = await until(async () => {
    const { body } = await client.get(`/v1/calls/${sid}`);
    return body?.end_time && body;
  }, 'the call is over', 60_000);
  assert.equal(call.status, 'completed');
  assert.ok(call.duration >= 40, `${call.duration} s`);
  assert.ok(call.quality.lost <= 2, JSON.stringify(call.quality));
  // One whose outcome could not be written down while the store was away is told again.
  const told = () => [...new Set(app.all.filter((one) => one.path === '/status').map((one) => one.fields.CallStatus))];
  await until(() => told().length === 4, 'all steps are told', 60_000);
  assert.deepEqual(told(), ['initiated', 'ringing', 'in-progress', 'completed']);

  // What was heard, and what was recorded, has all of the tone.
  const bytes = async (path) => Buffer.from(await (await fetch(server.url + path, { headers: { authorization: `Bearer ${account.test_key}` } })).arrayBuffer());
  const [{ id }] = (await client.get(`/v1/sandbox/handsets/${encodeURIComponent(ada)}/calls`)).body.data;
  const heard = tones(readWav(await bytes(`/v1/sandbox/handsets/${encodeURIComponent(ada)}/calls/${id}/heard.wav`)).channels[0], [hertz]);
  const recording = await until(async () => {
    const [one] = (await client.get(`/v1/calls/${sid}/recordings`)).body.data;
    return one?.status === 'completed' && one;
  }, 'the recording is complete', 30_000);
  assert.ok(recording.duration >= 40, `${recording.duration} s`);
  const recorded = tones(readWav(await bytes(recording.media.wav)).channels[0], [hertz]);
  t.diagnostic(`of 40 s: heard ${seconds(heard, hertz)} s, recorded ${seconds(recorded, hertz)} s`);
  assert.ok(seconds(heard, hertz) >= 38, `heard ${heard}`);
  assert.ok(seconds(recorded, hertz) >= 38, `recorded ${recorded}`);
});
