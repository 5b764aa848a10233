// The telephone beside the messages, in a real browser: it rings, a person answers, presses keys, and sees and hears what the
// telephone heard.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from '../support/server.mjs';
import { Sink } from '../support/sink.mjs';
import { readWav, seconds, toneWav, tones } from '../support/sounds.mjs';
import { until } from '../support/wait.mjs';
import { keepScreenshot, openPage } from './browser.mjs';

const ada = '+12015550100';

async function begin(t) {
  const app = await Sink.start(t, ({ path }) => {
    if (path === '/tone.wav') return { status: 200, type: 'audio/wav', body: toneWav(600, 1.5) };
    const body = path === '/digits' ? '<Response><Play>/tone.wav</Play></Response>'
      : '<Response><Gather numDigits="3" action="/digits" timeout="30"/></Response>';
    return path === '/status' ? undefined : { status: 200, type: 'text/xml', body };
  });
  const server = await Server.start(t);
  const account = server.account('--no-rate-limits');
  const client = server.client(account.test_key);
  const { page, problems } = await openPage(t);
  await page.goto(`${server.url}/console/#key=${account.test_key}`);
  await page.locator('#telephone').waitFor();
  return { app, server, account, client, page, problems, button: (name) => page.getByRole('button', { name, exact: true }) };
}

const over = (client, sid) => until(async () => {
  const { body } = await client.get(`/v1/calls/${sid}`);
  return body.end_time && body;
}, 'the call is over');

test('it rings until a person answers, sends the keys, and shows and plays what it heard', { timeout: 90_000 }, async (t) => {
  const { app, server, account, client, page, problems, button } = await begin(t);
  await page.getByLabel('When a call comes').selectOption('manual');
  await until(async () => (await client.get(`/v1/sandbox/handsets/${encodeURIComponent(ada)}/phone`)).body.behavior === 'manual', 'it is set');
  const { sid } = await client.make('/v1/calls', { from: account.numbers[0], to: ada, url: `${app.url}/voice` });
  await page.locator('#telephone[data-state="ringing"]').waitFor();
  assert.match(await page.locator('#call-state').textContent(), /is calling$/);
  assert.equal(await page.locator('#keypad').isVisible(), false);
  await keepScreenshot(page, 'telephone-rings');

  await button('Answer').click();
  await page.locator('#telephone[data-state="talking"]').waitFor();
  for (const key of ['4', 'star', '2']) await button(key).click();
  const digits = await until(() => app.all.find((one) => one.path === '/digits'), 'the keys reach the application');
  assert.equal(digits.fields.Digits, '4*2');
  assert.equal((await over(client, sid)).status, 'completed');

  const wave = page.getByRole('img', { name: /^The wave of what the handset heard/ });
  await wave.waitFor();
  const bars = (await wave.locator('path').getAttribute('d')).split('M').slice(1);
  const heights = bars.map((bar) => { const [, top, bottom] = /^\S+ (\S+)V(\S+)$/.exec(bar); return bottom - top; });
  assert.equal(heights.length, 120);
  assert.ok(Math.max(...heights) > 15 && Math.min(...heights) < 3, 'the tone and the silence before it are seen');
  const player = page.getByLabel(/^What the handset heard/);
  // The page's rules let nobody fetch the sound from its player, so the same file is fetched beside it.
  const phone = `/v1/sandbox/handsets/${encodeURIComponent(ada)}/calls`;
  const [{ id }] = (await client.get(phone)).body.data;
  const file = await fetch(`${server.url}${phone}/${id}/heard.wav`, { headers: { authorization: `Bearer ${account.test_key}` } });
  const [heard] = readWav(Buffer.from(await file.arrayBuffer())).channels;
  const found = tones(heard, [600]);
  assert.ok(seconds(found, 600) >= 0.5, `it heard the tone: ${found}`);
  const lasts = await until(() => player.evaluate((audio) => audio.duration), 'the browser can read the sound');
  assert.ok(Math.abs(lasts - heard.length / 8_000) < 0.05, `${lasts} s`);
  await keepScreenshot(page, 'telephone-heard');
  assert.deepEqual(problems, []);
});

test('a person declines a call, and calls the account\'s number', { timeout: 90_000 }, async (t) => {
  const { app, account, client, page, problems, button } = await begin(t);
  await client.make(`/v1/incoming_phone_numbers/${encodeURIComponent(account.numbers[0])}`, { voice_url: `${app.url}/voice` });
  await client.post(`/v1/sandbox/handsets/${encodeURIComponent(ada)}/phone`, { behavior: 'manual' });
  const { sid } = await client.make('/v1/calls', { from: account.numbers[0], to: ada, url: `${app.url}/voice` });
  await button('Decline').click();
  assert.equal((await over(client, sid)).status, 'no-answer');
  await page.locator('#calls').getByText('Declined').waitFor();

  await button('Call your number').click();
  await page.locator('#telephone[data-state="talking"]').waitFor();
  for (const key of ['1', '2', 'hash']) await button(key).click();
  await button('Hang up').click();
  await page.locator('#telephone[data-state="idle"]').waitFor();
  const calls = (await client.get('/v1/calls')).body.data;
  assert.deepEqual(calls.map((one) => one.direction).sort(), ['inbound', 'outbound-api']);
  assert.deepEqual(problems, []);
});
