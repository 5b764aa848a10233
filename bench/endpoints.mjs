// What one endpoint that never answers costs 1,000 healthy ones.
// ./dev bench endpoints [ROUNDS] [SECONDS]: each round sends the same paced messages twice, once while every endpoint
// answers and once while one of them, of the account that sends most, takes connections and says nothing. A latency is
// the time from the event (its `timestamp`) to its arrival at a healthy endpoint; medians of the rounds are compared.
import { createServer as createHttp } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { once } from 'node:events';

process.env.CLOUDVNO ??= new URL('../build/release/cloudvno', import.meta.url).pathname;
const { Server } = await import('../tests/e2e/support/server.mjs');
const rounds = Number(process.argv[2] ?? 3);
const seconds = Number(process.argv[3] ?? 20);
const accounts = 63;
const endpoints = 16; // of each account: the most it may have enabled
const pace = 25; // messages a second, each of two events to every endpoint of its account: 800 deliveries a second

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const rank = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

const ends = [];
const t = { after: (end) => ends.unshift(end) };
try {
  let latencies = [];
  let arrived = 0;
  const sink = createHttp((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      const now = Date.now();
      response.writeHead(204).end();
      ++arrived;
      latencies.push(now - Date.parse(JSON.parse(Buffer.concat(pieces)).timestamp));
    });
  });
  sink.keepAliveTimeout = 60_000;
  const port = await listen(sink);
  let connections = 0;
  const held = new Set();
  const silent = createTcp((socket) => {
    ++connections;
    held.add(socket);
    socket.on('close', () => held.delete(socket));
    socket.on('error', () => {});
    socket.resume();
  });
  const silentPort = await listen(silent);
  t.after(() => {
    sink.closeAllConnections();
    sink.close();
    for (const socket of held) socket.destroy();
    silent.close();
  });

  const server = await Server.start(t, { logLevel: 'error' });
  const customers = [];
  for (let i = 0; i < accounts; ++i) {
    const account = server.account('--no-rate-limits');
    const client = server.client(account.test_key);
    const sids = [];
    for (let j = 0; j < endpoints; ++j) {
      sids.push((await client.make('/v1/webhook_endpoints', { url: `http://127.0.0.1:${port}/${i}/${j}` })).sid);
    }
    customers.push({ client, from: account.numbers[0], sids });
  }
  const busy = customers[0];

  // Sends at the pace, every fourth message for the busy account, and gives the latencies in ms, ascending.
  async function measure() {
    latencies = [];
    arrived = 0;
    const started = performance.now();
    const sent = [];
    for (let i = 0; i < seconds * pace; ++i) {
      const wait = started + (i * 1000) / pace - performance.now();
      if (wait > 0) await pause(wait);
      const { client, from } = i % 4 === 0 ? busy : customers[1 + (i % (accounts - 1))];
      sent.push(client.make('/v1/messages', { from, to: '+12015550100', body: 'Hello' }));
    }
    await Promise.all(sent);
    for (let before = -1; before !== arrived;) {
      before = arrived;
      await pause(1000);
    }
    return latencies.sort((a, b) => a - b);
  }

  await measure(); // connections open, caches warm
  const all = [];
  console.log('round  endpoints        deliveries  p50 ms  p99 ms  silent connections');
  const line = (round, name, sorted) => console.log(
    `${String(round).padStart(5)}  ${name.padEnd(14)}  ${String(sorted.length).padStart(11)}  ${String(rank(sorted, 0.5)).padStart(6)}  ${String(rank(sorted, 0.99)).padStart(6)}  ${String(connections).padStart(18)}`);
  for (let round = 1; round <= rounds; ++round) {
    connections = 0;
    const healthy = await measure();
    line(round, 'all answer', healthy);
    // The silent one takes the place of a healthy one, and is new, so that nothing is known of it yet.
    await busy.client.ask('DELETE', `/v1/webhook_endpoints/${busy.sids.pop()}`);
    busy.sids.push((await busy.client.make('/v1/webhook_endpoints', { url: `http://127.0.0.1:${silentPort}/` })).sid);
    const beside = await measure();
    line(round, 'one is silent', beside);
    await busy.client.ask('DELETE', `/v1/webhook_endpoints/${busy.sids.pop()}`);
    busy.sids.push((await busy.client.make('/v1/webhook_endpoints', { url: `http://127.0.0.1:${port}/0/${round}` })).sid);
    all.push({ healthy: [rank(healthy, 0.5), rank(healthy, 0.99)], beside: [rank(beside, 0.5), rank(beside, 0.99)] });
  }
  const median = (of) => rank(all.map(of).sort((a, b) => a - b), 0.5);
  const p50 = [median((one) => one.healthy[0]), median((one) => one.beside[0])];
  const p99 = [median((one) => one.healthy[1]), median((one) => one.beside[1])];
  console.log(`p50_ratio=${(p50[1] / p50[0]).toFixed(2)} p99_ratio=${(p99[1] / p99[0]).toFixed(2)} p50_ms=${p50[0]} p50_beside_ms=${p50[1]} p99_ms=${p99[0]} p99_beside_ms=${p99[1]} endpoints=${accounts * endpoints}`);
} finally {
  for (const end of ends) await end();
}
