// Everything that the simulated network can do wrong, at once and by seed: the engine loses nothing, keeps the order of
// each pair, tells each state once, and is fooled by no receipt.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { until } from './support/wait.mjs';

const patience = 90_000; // a message that is refused for now waits for 5 s, 10 s, ...
const unknownDestination = 30005;
const each = Array.from({ length: 10 }, (_, i) => i);

async function begin(t) {
  const server = await Server.start(t, { sandbox: 'link_faults = true', logLevel: 'error' });
  const account = server.account('--no-rate-limits');
  return { server, account, client: server.client(account.test_key), from: account.numbers[0] };
}

// Sends them one after the other, to all handsets at once; answers {sid, to, body} in the order of each handset.
async function sendAll(client, from, handsets, callback, bodies) {
  const sent = await Promise.all(handsets.map(async (to) => {
    const all = [];
    for (const body of bodies) {
      const { sid } = await client.make('/v1/messages', { from, to, body, ...(callback && { status_callback: callback }) });
      all.push({ sid, to, body });
    }
    return all;
  }));
  return sent.flat();
}

const read = (client, sent) => Promise.all(sent.map(async ({ sid }) => (await client.get(`/v1/messages/${sid}`)).body));

// As they are when none waits to be sent any more. One in doubt may still have its receipt.
async function settled(client, sent, what) {
  let open = [];
  return until(async () => {
    const now = await read(client, sent);
    open = now.filter((one) => !['delivered', 'undelivered', 'failed'].includes(one.status)
      && !(one.status === 'sent' && one.possible_duplicate));
    return open.length === 0 && now;
  }, what, patience).catch((error) => {
    throw new Error(`${error.message}; still open: ${JSON.stringify(open)}`);
  });
}

for (const seed of [1, 2, 3]) {
  test(`with every fault at once nothing is lost, seed ${seed}`, async (t) => {
    const { client, from } = await begin(t);
    const sink = await Sink.start(t);
    const handsets = Array.from({ length: 8 }, (_, i) => `+1201555${seed}${String(200 + i)}`);
    const ported = `+1201555${seed}300`;
    await client.make('/v1/sandbox/network', {
      seed, throttle: 0.05, queue_full: 0.05, temporary_error: 0.02, refuse: 0.05, drop_link: 0.02, early_receipts: 0.3,
      duplicate_receipts: 0.3, wrong_id_receipts: 0.3, duplicate_inbound: 0.5, answer_delay_ms: 5, receipt_delay_ms: 30,
      drop_link_after: 40, ported_numbers: [ported],
    });
    const bodies = [...each.map((i) => `Number ${i}`), `A long one ${'x'.repeat(200)}`];
    const sent = await sendAll(client, from, [...handsets, ported], `${sink.url}/status`, bodies);
    const now = await settled(client, sent, `all have their end, seed ${seed}`);

    // The right end.
    now.forEach((message, i) => {
      if (message.status === 'failed') assert.equal(message.error_code, unknownDestination, JSON.stringify(message));
      else if (sent[i].to === ported) assert.ok(message.status === 'sent' || message.error_code === unknownDestination, JSON.stringify(message));
      else assert.notEqual(message.status, 'undelivered', `a receipt with a wrong id was believed: ${JSON.stringify(message)}`);
    });
    const count = (status) => now.filter((one) => one.status === status).length;
    t.diagnostic(`delivered ${count('delivered')}, undelivered ${count('undelivered')}, failed ${count('failed')}, `
      + `sent in doubt ${count('sent')}, possible duplicates ${now.filter((one) => one.possible_duplicate).length} of ${now.length}`);
    assert.ok(count('delivered') > now.length / 2);
    assert.ok(now.some((one) => one.possible_duplicate), 'the link was lost');

    // What was delivered is on the handset, in order, and twice only where it says so.
    for (const to of handsets) {
      const { body: { data } } = await client.get(`/v1/sandbox/handsets/${to}/messages`);
      const shown = data.map((text) => text.body).filter((body) => bodies.includes(body));
      const mine = now.filter((one) => one.to === to);
      for (const message of mine) {
        const times = shown.filter((body) => body === message.body).length;
        if (message.status === 'delivered') assert.ok(times >= 1, `lost: ${JSON.stringify(message)}`);
        if (!message.possible_duplicate) assert.ok(times <= 1, `twice without a mark: ${JSON.stringify(message)}`);
      }
      const first = [...new Set(shown)];
      assert.deepEqual(first, bodies.filter((body) => first.includes(body)), `the order to ${to}`);
    }

    // Each state is told once, and none goes back.
    const told = (message) => sink.all.filter(({ fields }) => fields.MessageSid === message.sid).map(({ fields }) => fields.MessageStatus);
    const allowed = (message) => {
      const ends = message.status === 'sent' ? ['sent'] : message.status === 'failed' ? ['failed'] : ['sent', message.status];
      // Of two parts the first may be undelivered before the second is sent.
      const early = message.status === 'undelivered' && message.num_segments > 1 ? [message.status] : ends;
      return [ends.join(), early.join()];
    };
    const ended = await until(async () => {
      const last = await read(client, sent);
      return last.every((message) => told(message).at(-1) === message.status) && last;
    }, 'every end is told');
    for (const message of ended) assert.ok(allowed(message).includes(told(message).join()), `${message.sid} ${message.to} ${message.status}: ${told(message)}`);

    // What a handset writes comes, at most twice, in order.
    for (const i of each) await client.make(`/v1/sandbox/handsets/${handsets[0]}/messages`, { to: from, body: `Answer ${i}` });
    const inbound = await until(async () => {
      const { body } = await client.get(`/v1/messages?from=${encodeURIComponent(handsets[0])}&limit=100`);
      return body.data.some((one) => one.body === 'Answer 9') && body.data.map((one) => one.body).reverse();
    }, 'the answers came in');
    assert.deepEqual([...new Set(inbound)], each.map((i) => `Answer ${i}`));
  });
}

test('the same seed and messages meet the same', async (t) => {
  const { client, from } = await begin(t);
  const round = async (seed) => {
    await client.make('/v1/sandbox/network', { seed, refuse: 0.5, duplicate_receipts: 0.5 });
    const sent = await sendAll(client, from, ['+12015550100', '+12015550188'], null, each.map((i) => `Number ${i}`));
    return (await settled(client, sent, 'all have their end')).map((one) => one.status);
  };
  const first = await round(11);
  assert.ok(first.includes('failed') && first.includes('delivered'));
  assert.deepEqual(await round(11), first);
  assert.notDeepEqual(await round(12), first);
});

test('without receipts messages stay sent; a restart makes all well again', async (t) => {
  const { server, client, from } = await begin(t);
  await client.make('/v1/sandbox/network', { lost_receipts: 1 });
  const lost = await client.make('/v1/messages', { from, to: '+12015550100', body: 'Lost receipt' });
  await client.onHandset('+12015550100', (text) => text.body === 'Lost receipt' && text.status === 'delivered');
  await client.message(lost.sid, 'sent');
  await server.kill();
  await server.start();
  assert.equal((await client.get('/v1/sandbox/network')).body.lost_receipts, 0);
  const next = await client.make('/v1/messages', { from, to: '+12015550100', body: 'Well again' });
  await client.message(next.sid, 'delivered');
  assert.equal((await client.get(`/v1/messages/${lost.sid}`)).body.status, 'sent');
});

test('what one account lets go wrong is nothing to another', async (t) => {
  const server = await Server.start(t);
  const [unlucky, other] = [server.account('--no-rate-limits'), server.account('--no-rate-limits')];
  const client = server.client(unlucky.test_key);
  assert.equal((await client.post('/v1/sandbox/network', { throttle: 1 })).status, 400, 'the link is everybody\'s');
  await client.make('/v1/sandbox/network', { refuse: 1, temporary_error: 0 });
  const to = '+12015550100';
  const refused = await client.make('/v1/messages', { from: unlucky.numbers[0], to, body: 'x' });
  await client.message(refused.sid, 'failed');
  const theirs = server.client(other.test_key);
  const sent = await theirs.make('/v1/messages', { from: other.numbers[0], to, body: 'x' });
  await theirs.message(sent.sid, 'delivered');
});
