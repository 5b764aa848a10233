// Deliveries of events to a local sink, durable: each is recorded with its attempt before it counts as done.
// ./dev bench webhooks [ROUNDS] [MESSAGES]: median of the rounds. Each round sends messages over the simulated
// network while the sink is away, so that their events wait in the store; then the program starts with the sink back,
// and the time from the first to the last delivery counts. Beside it, what the disk allows: fsyncs a second.
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fsyncs } from './disk.mjs';

process.env.CLOUDVNO ??= new URL('../build/release/cloudvno', import.meta.url).pathname;
const { Server } = await import('../tests/e2e/support/server.mjs');
const rounds = Number(process.argv[2] ?? 3);
const messages = Number(process.argv[3] ?? 1500);
const endpoints = 8;

// Counts requests by their delivery; answers 204 at once.
async function startSink(port) {
  const seen = new Map();
  let first = 0;
  let last = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      last = performance.now();
      first ||= last;
      const id = request.headers['webhook-id'];
      seen.set(id, (seen.get(id) ?? 0) + 1);
      response.writeHead(204).end();
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { seen, seconds: () => (last - first) / 1000, stop: () => { server.closeAllConnections(); server.close(); } };
}

// The deliveries as they stood before the sink's absence cost them an attempt.
function rewind(database) {
  const script = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("DELETE FROM webhook_attempt")
db.execute("UPDATE webhook_delivery SET status = 'pending', attempts = 0, attempts_in_all = 0, next_attempt_at = 0")
db.commit()
print(db.execute("SELECT count(*) FROM webhook_delivery").fetchone()[0])`;
  return Number(spawnSync('python3', ['-c', script, database], { encoding: 'utf8' }).stdout);
}

async function round() {
  const ends = [];
  const t = { after: (end) => ends.unshift(end) };
  try {
    const server = await Server.start(t, { logLevel: 'warn' });
    const account = server.account('--no-rate-limits');
    const client = server.client(account.test_key);
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    for (let i = 0; i < endpoints; ++i) await client.make('/v1/webhook_endpoints', { url: `http://127.0.0.1:${port}/${i}` });
    const body = { from: account.numbers[0], to: '+12015550100', body: 'Hello' };
    for (let sent = 0; sent < messages; sent += 50) {
      await Promise.all(Array.from({ length: 50 }, () => client.make('/v1/messages', body)));
    }
    for (let i = 0; i < 600; ++i) {
      const { data } = (await client.get('/v1/messages?status=queued&limit=1')).body;
      const sent = (await client.get('/v1/messages?status=sent&limit=1')).body;
      if (data.length + sent.data.length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await server.kill();
    const all = rewind(join(server.data, 'cloudvno.db'));
    const sink = await startSink(port);
    await server.start();
    for (let i = 0; i < 600 && sink.seen.size < all; ++i) await new Promise((resolve) => setTimeout(resolve, 100));
    await server.kill();
    sink.stop();
    const twice = [...sink.seen.values()].filter((count) => count > 1).length;
    return { all, lost: all - sink.seen.size, twice, rate: Math.round(all / sink.seconds()) };
  } finally {
    for (const end of ends) await end();
  }
}

const results = [];
console.log('round  deliveries     lost    twice  deliveries/s');
for (let i = 1; i <= rounds; ++i) {
  const one = await round();
  results.push(one);
  console.log(`${String(i).padStart(5)}  ${String(one.all).padStart(10)}  ${String(one.lost).padStart(7)}  ${String(one.twice).padStart(7)}  ${String(one.rate).padStart(12)}`);
}
const rates = results.map((one) => one.rate).sort((a, b) => a - b);
const limit = fsyncs();
console.log(`fsyncs/s of the disk: ${limit}`);
const sum = (name) => results.reduce((total, one) => total + one[name], 0);
console.log(`deliveries_s=${rates[Math.floor(rates.length / 2)]} lost=${sum('lost')} twice=${sum('twice')} endpoints=${endpoints} fsyncs_s=${limit}`);
