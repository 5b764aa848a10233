// What a developer does first: send a message, see it on the phone, answer from the phone, get it by webhook.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { Server } from '../support/server.mjs';
import { Sink } from '../support/sink.mjs';
import { until } from '../support/wait.mjs';
import { keepScreenshot, openPage } from './browser.mjs';

const ada = '+12015550100';
const off = '+12015550104';
const refuses = '+12015550103';
// A picture of 24 by 16 points.
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAABgAAAAQCAIAAACDRijCAAACtUlEQVR42g3MocquMACA4XM5fzQajUajLAkWw4JlYBo2jYvaZEmwGAyWgWm8bc' +
  'ZFdyfney7g+fcnyAS5oBCUgkpQCxpBJ+gFg2AUzAIjWASbYBecglvwCBC8gij4BP/+WrKWvKVoKVuqlrqlaela+pahZWyZW0zL0rK17C1ny93y' +
  'tNDytsSWr/1FkkySSwpJKakktaSRdJJeMkhGySwxkkWySXbJKbkljwTJK4mST/4iRabIFYWiVFSKWtEoOkWvGBSjYlYYxaLYFLviVNyKR4HiVU' +
  'TFp36RJtPkmkJTaipNrWk0nabXDJpRM2uMZtFsml1zam7No0HzaqLm079oIpvIJ4qJcqKaqCeaiW6inxgmxol5wkwsE9vEPnFO3BPPBBPvRJz4' +
  'pl9kyAy5oTCUhspQGxpDZ+gNg2E0zAZjWAybYTechtvwGDC8hmj4zC9ayVbylWKlXKlW6pVmpVvpV4aVcWVeMSvLyrayr5wr98qzwsq7Ele+9R' +
  'dZMktuKSylpbLUlsbSWXrLYBkts8VYFstm2S2n5bY8FiyvJVo++4sOsoP8oDgoD6qD+qA56A76g+FgPJgPzMFysB3sB+fBffAccPAexIPv+EUX' +
  '2UV+UVyUF9VFfdFcdBf9xXAxXswX5mK52C72i/PivnguuHgv4sV3/SJH5sgdhaN0VI7a0Tg6R+8YHKNjdhjH4tgcu+N03I7HgeN1RMfnfpEn8+' +
  'SewlN6Kk/taTydp/cMntEze4xn8Wye3XN6bs/jwfN6oufzvyiQBfJAESgDVaAONIEu0AeGwBiYAyawBLbAHjgDd+AJEHgDMfCFXxTJInmkiJSR' +
  'KlJHmkgX6SNDZIzMERNZIltkj5yRO/JEiLyRGPniL0pkiTxRJMpElagTTaJL9IkhMSbmhEksiS2xJ87EnXgSJN5ETHyJ/3Ke3l9M1KcWAAAAAE' +
  'lFTkSuQmCC', 'base64');

async function begin(t, options) {
  const server = await Server.start(t, { sandbox: options?.sandbox });
  const account = server.account('--no-rate-limits');
  const { page, problems } = await openPage(t, options);
  return { server, account, client: server.client(account.test_key), page, problems };
}

const open = (page, server, key) => page.goto(`${server.url}/console/#key=${key}`);
const bubbles = (page) => page.locator('#messages .bubble');
const bubble = (page, text) => bubbles(page).getByText(text, { exact: true });
const choose = (page, handset) => page.locator(`[data-handset="${handset}"]`).click();

test('a message appears on the phone by itself, and the answer reaches the webhook', async (t) => {
  const { server, account, client, page, problems } = await begin(t);
  const [line] = account.numbers;
  const sink = await Sink.start(t);
  await client.make(`/v1/incoming_phone_numbers/${line}`, { sms_url: `${sink.url}/sms` });

  await open(page, server, account.test_key);
  await page.getByText('No messages yet').waitFor();
  assert.ok(!page.url().includes('key'), 'the key is taken out of the address bar');
  await keepScreenshot(page, 'empty');

  const before = Date.now();
  await client.make('/v1/messages', { from: line, to: ada, body: 'Your parcel is on its way 📦' });
  await bubble(page, 'Your parcel is on its way 📦').waitFor();
  t.diagnostic(`on the phone after ${Date.now() - before} ms`);
  assert.equal(await page.getByText('No messages yet').isVisible(), false);

  await page.getByLabel('Message', { exact: true }).fill('Great, leave it at the door');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const inbound = await sink.next('the answer');
  assert.deepEqual([inbound.fields.From, inbound.fields.To, inbound.fields.Body],
    [ada, line, 'Great, leave it at the door']);
  await page.getByText('Delivered to your account.').waitFor();
  await page.locator('.mine[data-status="delivered"]').waitFor();
  await keepScreenshot(page, 'conversation');
  assert.deepEqual(problems, []);
});

test('the command line that the page shows sends the first message, and so does its button', async (t) => {
  const { server, account, page, problems } = await begin(t);
  await open(page, server, account.test_key);
  const line = await page.locator('#curl').filter({ hasText: 'curl' }).textContent();
  const ran = spawnSync('sh', ['-c', line], { encoding: 'utf8', timeout: 20_000 });
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(JSON.parse(ran.stdout).from, account.numbers[0]);
  await bubble(page, 'Hello from CloudVNO').waitFor();

  await choose(page, '+12015550102');
  await page.getByRole('button', { name: 'Send it from here' }).click();
  await bubble(page, 'Hello from CloudVNO').waitFor();
  assert.deepEqual(problems, []);
});

test('the page says why a message did not arrive, and a handset can be told to behave', async (t) => {
  const { server, account, client, page, problems } = await begin(t);
  const [from] = account.numbers;
  await open(page, server, account.test_key);

  await choose(page, off);
  await client.make('/v1/messages', { from, to: off, body: 'Are you there?' });
  await page.getByText('On its way…').waitFor();
  await page.getByText('Not delivered. The handset is switched off.').waitFor();

  await page.getByLabel('When a message comes').selectOption('at_once');
  await until(async () => (await client.get('/v1/sandbox/handsets')).body.data
    .some((one) => one.phone_number === off && one.behavior === 'at_once'), 'the behavior is set');
  await client.make('/v1/messages', { from, to: off, body: 'And now?' });
  await page.locator('.message[data-status="delivered"]', { hasText: 'And now?' }).waitFor();

  await client.make('/v1/messages', { from, to: refuses, body: 'Hello?' });
  await page.locator(`[data-handset="${refuses}"].news`).waitFor();
  await choose(page, refuses);
  await page.getByText('Not delivered. The network refused it').waitFor();
  await keepScreenshot(page, 'undelivered');
  assert.deepEqual(problems, []);
});

test('a picture is shown, another file offered, and a picture is sent from the phone', async (t) => {
  const { server, account, client, page, problems } = await begin(t);
  const [from] = account.numbers;
  const sink = await Sink.start(t, ({ path }) => (path === '/a.png' ? { status: 200, type: 'image/png', body: png }
    : path === '/b.vcf' ? { status: 200, type: 'text/vcard', body: 'BEGIN:VCARD' } : undefined));
  await client.make(`/v1/incoming_phone_numbers/${from}`, { sms_url: `${sink.url}/sms` });
  await open(page, server, account.test_key);
  await client.make('/v1/messages', { from, to: ada, body: 'Your table', media_url: [`${sink.url}/a.png`, `${sink.url}/b.vcf`] });
  await bubble(page, 'Your table').waitFor();
  const image = page.getByRole('img', { name: /^Picture, image\/png/ });
  await image.waitFor();
  await until(() => image.evaluate((one) => one.naturalWidth === 24 && one.naturalHeight === 16), 'the picture is drawn');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: /^Document, text\/vcard/ }).click();
  assert.equal((await download).suggestedFilename(), 'text.vcard');

  await page.getByLabel('Attach pictures').setInputFiles({ name: 'mine.png', mimeType: 'image/png', buffer: png });
  await page.getByText('mine.png.').waitFor();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const inbound = await until(() => sink.all.find(({ path }) => path === '/sms'), 'the picture at the webhook');
  assert.deepEqual([inbound.fields.NumMedia, inbound.fields.MediaContentType0], ['1', 'image/png']);
  await page.getByText('Delivered to your account.').waitFor();
  await page.locator('.mine .picture').waitFor();
  await keepScreenshot(page, 'pictures');
  assert.deepEqual(problems, []);
});

test('texts are shown as texts, whatever they hold', async (t) => {
  const { server, account, client, page, problems } = await begin(t);
  await open(page, server, account.test_key);
  const body = '<img src=x onerror="document.title=1"><script>document.title=2</script> & 日本 😀\nsecond line';
  await client.make('/v1/messages', { from: account.numbers[0], to: ada, body });
  await bubbles(page).first().waitFor();
  assert.equal(await bubbles(page).first().textContent(), body);
  assert.ok((await page.title()).startsWith('Handsets'));
  assert.deepEqual(problems, []);
});

test('of many messages each is shown once, in order, and the last is in sight', async (t) => {
  const { server, account, client, page, problems } = await begin(t);
  await open(page, server, account.test_key);
  const wanted = Array.from({ length: 40 }, (_, i) => `Message ${i + 1}`);
  for (const body of wanted) await client.make('/v1/messages', { from: account.numbers[0], to: ada, body });
  await page.getByText('Message 40', { exact: true }).last().waitFor();
  await until(async () => await bubbles(page).count() === 40, 'all are there');
  assert.deepEqual(await bubbles(page).allTextContents(), wanted);
  assert.ok(await bubbles(page).last().isVisible());
  const [log, last] = [await page.locator('#log').boundingBox(), await bubbles(page).last().boundingBox()];
  assert.ok(last.y + last.height <= log.y + log.height, 'the last lies in sight');
  assert.deepEqual(problems, []);
});

test('another handset is picked up by its number, and chooses whom it writes to', async (t) => {
  const { server, account, client, page, problems } = await begin(t, { colorScheme: 'dark' });
  const [first, second] = account.numbers;
  await open(page, server, account.test_key);
  await client.make('/v1/messages', { from: first, to: ada, body: 'Code 1234' });
  await page.getByLabel('Pick up another handset').fill('07700 900123');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByText('Write the number with + and the country code.').waitFor();
  await page.getByLabel('Pick up another handset').fill('+44 7700 900123');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('heading', { name: '+447700900123' }).waitFor();
  await page.getByLabel('To', { exact: true }).selectOption(second);
  await page.getByLabel('Message', { exact: true }).fill('Hi from Leeds');
  await page.keyboard.press('Enter');
  const { body } = await until(async () => {
    const answer = await client.get('/v1/messages?limit=50');
    return answer.body.data.length > 1 && answer;
  }, 'the message came in');
  const inbound = body.data.find((one) => one.direction === 'inbound');
  assert.deepEqual([inbound.from, inbound.to, inbound.body], ['+447700900123', second, 'Hi from Leeds']);
  await page.locator('.mine[data-status="delivered"]').waitFor();
  await keepScreenshot(page, 'dark');
  assert.deepEqual(problems, []);
});

test('a page that lost the server finds it again', async (t) => {
  const { server, account, client, page, problems } = await begin(t);
  const stranger = '+447700900456';
  await client.make('/v1/messages', { from: account.numbers[0], to: stranger, body: 'Before' });
  await client.onHandset(stranger, (text) => text.body === 'Before');
  await open(page, server, account.test_key);
  await page.getByRole('heading', { name: stranger }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await server.kill();
  await page.getByText('Reconnecting…').waitFor();
  await server.start();
  await client.make('/v1/messages', { from: account.numbers[0], to: stranger, body: 'Back again' });
  await bubble(page, 'Back again').waitFor();
  assert.deepEqual(problems.filter((one) => !one.includes('ERR_CONNECTION')), []);
});

test('a wrong key, a live key and no key are asked for another', async (t) => {
  const { server, account, page } = await begin(t);
  await page.goto(`${server.url}/console/`);
  await page.getByRole('heading', { name: 'See your messages on a phone' }).waitFor();
  await keepScreenshot(page, 'door');
  await page.getByLabel('Test API key').fill('cvno_test_wrong');
  await page.getByRole('button', { name: 'Open the handsets' }).click();
  await page.getByRole('alert').getByText(/API key/).waitFor();
  const live = server.key(account, '--live').key;
  await page.getByLabel('Test API key').fill(live);
  await page.getByRole('button', { name: 'Open the handsets' }).click();
  await page.getByText('That is a live key').waitFor();
  await page.getByLabel('Test API key').fill(account.test_key);
  await page.getByRole('button', { name: 'Open the handsets' }).click();
  await page.getByText('No messages yet').waitFor();
});

test('a person lets things go wrong on the network, on a small screen, and makes them well again', async (t) => {
  const { server, account, client, page, problems } = await begin(t, { width: 360, height: 740, sandbox: 'link_faults = true' });
  const [from] = account.numbers;
  await open(page, server, account.test_key);
  await page.getByRole('button', { name: 'Network', exact: true }).click();
  const panel = page.getByRole('dialog', { name: 'What goes wrong on the network' });
  await panel.getByLabel('Seed').fill('42');
  await panel.getByLabel('Refused for good').fill('100');
  await panel.getByLabel('The receipt comes twice').fill('12.5');
  await panel.getByLabel('Answers wait').fill('50');
  await panel.getByLabel('Ported numbers').fill('+447700900123, +447700900124');
  for (const input of await panel.locator('input, button').all()) {
    const place = await input.boundingBox();
    assert.ok(place.x >= 0 && place.x + place.width <= 360, `${await input.getAttribute('id')} lies on the screen`);
    if (await input.evaluate((one) => one.tagName === 'INPUT')) {
      assert.equal(await input.evaluate((one) => one.labels.length), 1, 'each has its label');
    }
  }
  await keepScreenshot(page, 'network');
  await panel.getByRole('button', { name: 'Set', exact: true }).click();
  await panel.getByText('Set. It ends by itself').waitFor();
  const { body: set } = await client.get('/v1/sandbox/network');
  assert.deepEqual([set.seed, set.refuse, set.duplicate_receipts, set.answer_delay_ms, set.throttle, set.receipts],
    [42, 1, 0.125, 50, 0, true]);
  assert.deepEqual(set.ported_numbers, ['+447700900123', '+447700900124']);
  const refused = await client.make('/v1/messages', { from, to: ada, body: 'Into the void' });
  await client.message(refused.sid, 'failed');

  await panel.getByLabel('Ported numbers').fill('nobody');
  await panel.getByRole('button', { name: 'Set', exact: true }).click();
  await panel.getByText('must be phone numbers').waitFor();
  await panel.getByRole('button', { name: 'All well again' }).click();
  await panel.getByText('Nothing goes wrong any more.').waitFor();
  assert.equal(await panel.getByLabel('Refused for good').inputValue(), '0');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Network', exact: true }).waitFor();
  await client.make('/v1/messages', { from, to: ada, body: 'Back' });
  await bubble(page, 'Back').waitFor();
  assert.deepEqual(problems.filter((one) => !one.includes('400')), []);
});

test('what all accounts would feel is locked where the operator does not allow it', async (t) => {
  const { server, account, page, problems } = await begin(t);
  await open(page, server, account.test_key);
  await page.getByRole('button', { name: 'Network', exact: true }).click();
  const panel = page.getByRole('dialog');
  await panel.getByText('Greyed out is what all accounts').waitFor();
  assert.ok(await panel.getByLabel('Sent too fast').isDisabled());
  await panel.getByLabel('The receipt is lost').fill('30');
  await panel.getByRole('button', { name: 'Set', exact: true }).click();
  await panel.getByText('Set. It ends by itself').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Network: faults on' }).waitFor();
  assert.deepEqual(problems, []);
});

test('the page fits a small screen', async (t) => {
  const { server, account, client, page, problems } = await begin(t, { width: 390, height: 780 });
  await open(page, server, account.test_key);
  await client.make('/v1/messages', { from: account.numbers[0], to: ada, body: 'A word that is longer: ' + 'x'.repeat(90) });
  await bubbles(page).first().waitFor();
  for (const id of ['send', 'body', 'line', 'behavior']) {
    const place = await page.locator(`#${id}`).boundingBox();
    assert.ok(place.x >= 0 && place.x + place.width <= 390, `#${id} lies on the screen`);
  }
  await keepScreenshot(page, 'small');
  assert.deepEqual(problems, []);
});
