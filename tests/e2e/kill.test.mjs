// SIGKILL under load, again and again on the same data: what was answered 201 is there, and comes to its end.
// KILL_CYCLES sets how often (20; at a carrier half of that).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from './support/server.mjs';
import { Smsc, textOf } from './support/smsc.mjs';
import { until } from './support/wait.mjs';

const cycles = Number(process.env.KILL_CYCLES ?? 20);
const senders = 16;
const final = new Set(['delivered', 'undelivered', 'failed']);

test(`${cycles} kills lose no message that was answered 201`, { timeout: 230_000 }, async (t) => {
  const server = await Server.start(t);
  const account = server.account('--no-rate-limits');
  const client = server.client(account.test_key);
  const [from] = account.numbers;
  const answered = new Map(); // sid → body
  const keys = new Map(); // Idempotency-Key → sid
  let posted = 0;
  let broken = 0;
  let replayed = 0;

  for (let cycle = 0; cycle < cycles; ++cycle) {
    let running = true;
    const post = async (key, body) => {
      ++posted;
      const answer = await client.post('/v1/messages', { from, to: '+12015550100', body }, { 'idempotency-key': key });
      assert.equal(answer.status, 201, answer.text);
      answered.set(answer.body.sid, body);
      keys.set(key, answer.body.sid);
      return answer;
    };
    const inDoubt = [];
    const load = Array.from({ length: senders }, async (_, sender) => {
      for (let i = 0; running; ++i) {
        const body = `cycle ${cycle} sender ${sender} message ${i}`;
        try {
          await post(body, body);
        } catch (error) {
          if (error.code === 'ERR_ASSERTION') throw error;
          ++broken;
          inDoubt.push(body);
          return;
        }
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 450));
    assert.equal(await server.kill('SIGKILL'), 'SIGKILL');
    running = false;
    await Promise.all(load);
    await server.start();
    // A request whose answer was lost is sent again with its key: it makes one message, not two.
    for (const body of inDoubt) {
      const answer = await post(body, body);
      if (answer.headers.get('idempotent-replayed')) ++replayed;
    }
    // So is one that was answered: the same message.
    for (const [key, sid] of [...keys].slice(-5)) {
      const answer = await client.post('/v1/messages', { from, to: '+12015550100', body: key }, { 'idempotency-key': key });
      assert.equal(answer.body.sid, sid, 'the same key, the same message after a kill');
      assert.equal(answer.headers.get('idempotent-replayed'), 'true');
    }
  }

  const read = async () => {
    const found = new Map();
    for (let next = '/v1/messages?limit=1000'; next;) {
      const page = (await client.get(next)).body;
      for (const message of page.data) found.set(message.sid, message);
      next = page.next;
    }
    return found;
  };
  let stored = await read();
  const lost = [...answered.keys()].filter((sid) => !stored.has(sid));
  const counts = (messages) => {
    const by = {};
    for (const { status } of messages.values()) by[status] = (by[status] ?? 0) + 1;
    return JSON.stringify(by);
  };
  t.diagnostic(`${posted} POSTs, ${answered.size} answered 201, ${broken} cut off (${replayed} of them had been made), ${lost.length} lost; at the end of the kills ${counts(stored)}`);
  assert.deepEqual(lost, []);
  for (const [sid, body] of answered) assert.equal(stored.get(sid).body, body);
  assert.equal(stored.size, answered.size, 'no message that nobody sent');

  // The simulated network forgets with the process, so a receipt of a message that was sent before a kill may never
  // come: `sent` is where such a one ends. Nothing stays queued.
  await until(async () => {
    stored = await read();
    return ![...stored.values()].some((one) => one.status === 'queued');
  }, 'nothing is queued any more', 60_000);
  const marked = [...stored.values()].filter((one) => one.possible_duplicate).length;
  const ended = [...stored.values()].filter((one) => final.has(one.status)).length;
  t.diagnostic(`${ended} final, ${stored.size - ended} sent without a receipt, ${marked} marked possible_duplicate: ${counts(stored)}`);
  assert.ok(marked < answered.size / 4, 'only those in the window are marked');

  // And it goes on: a new message is delivered.
  const last = await client.make('/v1/messages', { from, to: '+12015550100', body: 'last' });
  await client.message(last.sid, 'delivered');
});

test('kills beside a carrier that lives on: all is delivered, and what went out twice is marked', { timeout: 230_000 }, async (t) => {
  const ours = '+14155552671';
  const smsc = await Smsc.start(t);
  const server = await Server.start(t, { carriers: [smsc.table] });
  const account = server.account('--no-rate-limits');
  server.command('number', 'add', '--account', account.account_sid, '--carrier', 'acme', ours);
  const client = server.client(server.key(account, '--live').key);

  const times = new Map(); // body → how often the carrier took it
  let running = true;
  t.after(() => { running = false; });
  // Tells of a delivery until the platform takes it.
  const tell = async (submit) => {
    while (running) {
      if (smsc.sessions.has(smsc.session) && await smsc.receipt(submit) === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  smsc.answer = (pdu) => {
    const body = textOf(pdu);
    times.set(body, (times.get(body) ?? 0) + 1);
    const fields = { message_id: `c${++smsc.lastId}` };
    tell({ pdu, ...fields }).catch(() => {});
    return fields;
  };

  const answered = new Map();
  let posted = 0;
  for (let cycle = 0; cycle < Math.ceil(cycles / 2); ++cycle) {
    let loading = true;
    const load = Array.from({ length: 4 }, async (_, sender) => {
      for (let i = 0; loading; ++i) {
        const body = `cycle ${cycle} sender ${sender} message ${i}`;
        ++posted;
        const answer = await client.post('/v1/messages', { from: ours, to: '+447911123456', body }).catch(() => null);
        if (!answer) return;
        assert.equal(answer.status, 201, answer.text);
        answered.set(answer.body.sid, body);
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 300));
    await server.kill('SIGKILL');
    loading = false;
    await Promise.all(load);
    await server.start();
  }

  let twice = 0;
  for (const [sid, body] of answered) {
    const message = await client.message(sid, 'delivered');
    assert.ok(times.get(body) >= 1, 'the carrier has it');
    if (times.get(body) === 1) continue;
    ++twice;
    assert.equal(message.possible_duplicate, true, 'what went out twice says so');
  }
  t.diagnostic(`${posted} POSTs, ${answered.size} answered 201, all delivered, ${twice} sent twice and marked`);
});
