// What 10,000,000 messages cost beside 100,000: lists, filters, reading one, purge, restart.
// ./dev bench rows [ROWS] [sqlite|postgres] [FOLDER]: two stores are filled (bench/fill_rows.cpp), one with ROWS messages
// and one with a hundredth, a tenth of it in each other table that grows with traffic. Each is served by the program and
// asked the same, so that each page has as many rows in one as in the other: there are 100 rare rows in both, and a span of
// time is a hundred times as long in the small one. Times are the client's, of one request after the other, warm: each kind of request is made before it is
// measured, of places that differ from request to request. Stores in FOLDER are kept, and taken again as they are.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';

process.env.CLOUDVNO ??= new URL('../build/release/cloudvno', import.meta.url).pathname;
const { Server } = await import('../tests/e2e/support/server.mjs');
const { Postgres } = await import('../tests/e2e/support/postgres.mjs');
const filler = new URL('../build/release/fill_rows', import.meta.url).pathname;
const most = Number(process.argv[2] ?? 10_000_000);
const engine = process.argv[3] ?? 'sqlite';
const folder = process.argv[4];
const expired = 10_000; // rows whose time is over, of each table, in both stores
const day = 86_400_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const rank = (values, share) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
};
const iso = (time) => new Date(time).toISOString();
// A moment in the time that the rows are spread over, away from its ends.
const moment = () => Date.now() - (2 + Math.random() * 86) * day;
const sid = (prefix, time) => prefix + Math.floor(time).toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
const number = (digits) => `+1${2_000_000_000 + digits}`;

class Asker {
  constructor(server, key) {
    this.port = server.port;
    this.headers = { authorization: `Bearer ${key}` };
    this.agent = new Agent({ keepAlive: true, maxSockets: 1 });
  }

  // {status, body, ms}
  ask(path, form) {
    const begun = performance.now();
    return new Promise((resolve, reject) => {
      const sent = request({
        port: this.port, host: '127.0.0.1', agent: this.agent, path, method: form ? 'POST' : 'GET',
        headers: form ? { ...this.headers, 'content-type': 'application/x-www-form-urlencoded' } : this.headers,
      }, (answer) => {
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.on('end', () => {
          const ms = performance.now() - begun;
          const text = Buffer.concat(pieces).toString();
          resolve({ status: answer.statusCode, body: text.startsWith('{') ? JSON.parse(text) : text, ms });
        });
        answer.on('error', reject);
      });
      sent.setTimeout(120_000, () => sent.destroy(new Error('no answer in two minutes')));
      sent.on('error', reject);
      sent.end(form ? new URLSearchParams(form).toString() : undefined);
    });
  }

  async list(path) {
    const answer = await this.ask(path);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }
}

// The kinds of requests: [name, path of the next request].
async function requests(asker, rows) {
  const own = number(5_550_000);
  const recipient = () => number(Math.floor(Math.random() * (rows / 10)));
  const query = (fields) => new URLSearchParams(fields);
  const messages = (fields) => () => `/v1/messages?${query(fields())}`;
  const of = (path, fields) => () => `${path}?${query(fields())}`;
  const range = (span) => {
    const length = (span * most) / rows;
    const from = 2 * day < length ? Date.now() - 89 * day : Date.now() - (2 + Math.random() * (86 - length / day)) * day;
    return { created_after: iso(from), created_before: iso(from + length) };
  };
  const some = [];
  for (let i = 0; i < 40; ++i) {
    some.push(...(await asker.list(messages(() => ({ after: sid('SM', moment()) }))())).body.data.map((row) => row.sid));
  }
  const delivery = (await asker.list('/v1/webhook_deliveries?limit=1')).body.data[0];
  const known = async (path, member) => {
    const values = [];
    for (let i = 0; i < 40; ++i) {
      values.push(...(await asker.list(path())).body.data.map((row) => row[member]));
    }
    return () => values[Math.floor(Math.random() * values.length)];
  };
  const eventResource = await known(of('/v1/events', () => ({ after: sid('EV', moment()) })), 'resource_sid');
  const deliveries = '/v1/webhook_deliveries';
  const logs = '/v1/request_logs';
  return [
    ['messages: first page', messages(() => ({}))],
    ['messages: a page in the middle', messages(() => ({ after: sid('SM', moment()) }))],
    ['messages: backwards from the middle', messages(() => ({ before: sid('SM', moment()) }))],
    ['messages: read one', () => `/v1/messages/${some[Math.floor(Math.random() * some.length)]}`],
    ['messages: to', messages(() => ({ to: recipient() }))],
    ['messages: to, of none', messages(() => ({ to: '+13105550100' }))],
    ['messages: from own number', messages(() => ({ from: own }))],
    ['messages: from, in the middle', messages(() => ({ from: own, after: sid('SM', moment()) }))],
    ['messages: from a handset', messages(() => ({ from: recipient() }))],
    ['messages: status of nearly all', messages(() => ({ status: 'delivered' }))],
    ['messages: status of 100', messages(() => ({ status: 'failed' }))],
    ['messages: status of none', messages(() => ({ status: 'queued' }))],
    ['messages: within an hour', messages(() => range(day / 24))],
    ['messages: within a minute', messages(() => range(day / 1440))],
    ['messages: within an hour, next page', () => {
      const { created_after, created_before } = range(day / 24);
      return `/v1/messages?${query({ created_after, created_before, after: sid('SM', (Date.parse(created_after) + Date.parse(created_before)) / 2) })}`;
    }],
    ['messages: rare status before a day', messages(() => ({ status: 'failed', created_before: iso(moment()) }))],
    ['messages: rare status within a day', messages(() => ({ status: 'failed', ...range(day) }))],
    ['messages: to and status', messages(() => ({ to: recipient(), status: 'delivered' }))],
    ['messages: to and rare status', messages(() => ({ to: recipient(), status: 'failed' }))],
    ['messages: from and to', messages(() => ({ from: own, to: recipient() }))],
    ['messages: to own number and from', messages(() => ({ to: own, from: recipient() }))],
    ['messages: from and rare status', messages(() => ({ from: own, status: 'failed' }))],
    ['messages: from and status of none', messages(() => ({ from: own, status: 'queued' }))],
    ['messages: from a handset and status', messages(() => ({ from: recipient(), status: 'received' }))],
    ['events: first page', of('/v1/events', () => ({}))],
    ['events: a page in the middle', of('/v1/events', () => ({ after: sid('EV', moment()) }))],
    ['events: rare type', of('/v1/events', () => ({ type: 'message.failed' }))],
    ['events: type of none', of('/v1/events', () => ({ type: 'number.released' }))],
    ['events: of one resource', of('/v1/events', () => ({ resource_sid: eventResource() }))],
    ['deliveries: first page', of(deliveries, () => ({}))],
    ['deliveries: a page in the middle', of(deliveries, () => ({ after: sid('WD', moment()) }))],
    ['deliveries: failed', of(deliveries, () => ({ status: 'failed' }))],
    ['deliveries: pending, of none', of(deliveries, () => ({ status: 'pending' }))],
    ['deliveries: to one endpoint', of(deliveries, () => ({ endpoint_sid: delivery.endpoint_sid }))],
    ['deliveries: to an endpoint of none', of(deliveries, () => ({ endpoint_sid: sid('WE', moment()) }))],
    ['deliveries: failed at one endpoint', of(deliveries, () => ({ endpoint_sid: delivery.endpoint_sid, status: 'failed' }))],
    ['deliveries: rare kind', of(deliveries, () => ({ kind: 'message.failed' }))],
    ['deliveries: of one resource', of(deliveries, () => ({ resource_sid: eventResource() }))],
    ['request log: first page', of(logs, () => ({}))],
    ['request log: a page in the middle', of(logs, () => ({ after: sid('RQ', moment()) }))],
    ['request log: rare status', of(logs, () => ({ status: 500 }))],
    ['request log: rare route', of(logs, () => ({ route: '/v1/available_phone_numbers' }))],
    ['request log: of a key of none', of(logs, () => ({ api_key_sid: sid('AK', moment()) }))],
    ['request log: within a minute', of(logs, () => range(day / 1440))],
  ];
}

// Medians and 99th percentiles in ms; a kind that is slow is asked less often.
async function time(asker, next) {
  for (let i = 0; i < 20 && (await asker.list(next())).ms < 100;) ++i;
  const all = [];
  const end = performance.now() + 4000;
  while (all.length < 300 && (performance.now() < end || all.length < 5)) all.push((await asker.list(next())).ms);
  return { p50: rank(all, 0.5), p99: rank(all, 0.99) };
}

function fill(server, account, ...words) {
  const ran = spawnSync(filler, [server.config, account.account_sid, ...words.map(String)],
    { stdio: ['ignore', 'ignore', 'inherit'] });
  if (ran.status !== 0) throw new Error(`fill_rows ${words.join(' ')} failed`);
}

async function expiredSoFar(server) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^cloudvno_rows_expired_total (\S+)/m.exec(text)?.[1] ?? 0);
}

// What customers see while `during` runs: times of a GET and a POST in turns.
async function besides(asker, account, during) {
  const gets = [];
  const posts = [];
  let running = true;
  const done = during().finally(() => { running = false; });
  while (running) {
    gets.push((await asker.list(`/v1/messages?after=${sid('SM', moment())}`)).ms);
    const made = await asker.ask('/v1/messages', { from: account.numbers[0], to: '+12015550100', body: 'Hello' });
    if (made.status !== 201) throw new Error(`POST /v1/messages: ${made.status}`);
    posts.push(made.ms);
    await pause(2);
  }
  return { value: await done, get: rank(gets, 0.99), post: rank(posts, 0.99), worst: rank(posts, 1) };
}

async function measure(rows, postgres) {
  const ends = [];
  const t = { after: (end) => ends.unshift(end) };
  try {
    const sections = postgres ? `[store]\ndatabase = "${postgres.database(`rows${rows}`)}"` : '';
    const server = await Server.make(t, { logLevel: 'warn', sections });
    const kept = folder && join(folder, String(rows));
    let account;
    if (kept && !postgres) {
      mkdirSync(kept, { recursive: true, mode: 0o700 });
      symlinkSync(kept, server.data);
      if (existsSync(`${kept}.json`)) account = JSON.parse(readFileSync(`${kept}.json`, 'utf8'));
    }
    if (!account) {
      account = server.account('--no-rate-limits');
      console.error(`filling ${rows} messages`);
      const begun = performance.now();
      fill(server, account, rows, rows / 10);
      console.error(`filled in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
      if (kept) writeFileSync(`${kept}.json`, JSON.stringify(account));
    }
    fill(server, account, 'expired', expired);
    // A store that lay still for long wants its clock to be vouched for.
    if (kept) server.command('clock', 'accept');
    const figures = new Map();
    const file = join(server.data, 'cloudvno.db');
    if (!postgres) figures.set('store, GB', { p50: statSync(file).size / 1e9 });

    // Messages, parts, events, deliveries, attempts, request log: a row each, but for parts of inbound messages.
    const all = expired * 6 - expired / 20;
    const started = performance.now();
    await server.start();
    const asker = new Asker(server, account.test_key);
    const during = await besides(asker, account, async () => {
      const end = performance.now() + 300_000;
      while ((await expiredSoFar(server)) < all && performance.now() < end) await pause(50);
      if ((await expiredSoFar(server)) < all) throw new Error('the purge does not end');
      return performance.now() - started;
    });
    figures.set(`purge of ${all} rows`, { p50: during.value });
    figures.set('GET during the purge', { p99: during.get });
    figures.set('POST during the purge', { p99: during.post, worst: during.worst });
    // A whole round of the purge in it, in which little expires.
    const idle = await besides(asker, account, () => pause(70_000));
    figures.set('GET beside a round of the purge', { p99: idle.get });
    figures.set('POST beside a round of the purge', { p99: idle.post, worst: idle.worst });

    for (const [name, next] of await requests(asker, rows)) figures.set(name, await time(asker, next));

    const restarts = { SIGKILL: [], SIGTERM: [] };
    for (let i = 0; i < 5; ++i) {
      for (const signal of ['SIGKILL', 'SIGTERM']) {
        for (let j = 0; j < 200; ++j) {
          await asker.ask('/v1/messages', { from: account.numbers[0], to: '+12015550100', body: 'Hello' });
        }
        asker.agent.destroy();
        await server.kill(signal);
        const begun = performance.now();
        await server.start();
        await asker.list('/v1/messages');
        restarts[signal].push(performance.now() - begun);
      }
    }
    figures.set('start after kill -9, to the first page', { p50: rank(restarts.SIGKILL, 0.5), p99: rank(restarts.SIGKILL, 1) });
    figures.set('start after an orderly end', { p50: rank(restarts.SIGTERM, 0.5), p99: rank(restarts.SIGTERM, 1) });
    return figures;
  } finally {
    for (const end of ends) await end();
  }
}

const ends = [];
try {
  const postgres = engine === 'postgres' ? await Postgres.start({ after: (end) => ends.unshift(end) }) : null;
  const small = await measure(most / 100, postgres);
  const large = await measure(most, postgres);
  const cell = (value) => (value === undefined ? '' : value.toFixed(2)).padStart(10);
  console.log(`${engine}, ms`.padEnd(42), `${most / 100} rows`.padStart(21), `${most} rows`.padStart(21), '   p50 x     p99 x');
  console.log(''.padEnd(42), '       p50        p99', '       p50        p99');
  let worst = { ratio: 0, name: '' };
  for (const [name, few] of small) {
    const many = large.get(name);
    const ratio = (of) => (few[of] === undefined ? undefined : many[of] / few[of]);
    console.log(name.padEnd(42), cell(few.p50), cell(few.p99), cell(many.p50), cell(many.p99), cell(ratio('p50')), cell(ratio('p99')));
    const judged = ratio('p50') ?? ratio('p99');
    if (!name.startsWith('store') && judged > worst.ratio) worst = { ratio: judged, name };
  }
  const of = (name) => ((large.get(name).p50 ?? large.get(name).p99) / (small.get(name).p50 ?? small.get(name).p99)).toFixed(2);
  console.log(`rows=${most} engine=${engine} worst_ratio=${worst.ratio.toFixed(2)} worst="${worst.name}" `
    + `first_page_ratio=${of('messages: first page')} middle_ratio=${of('messages: a page in the middle')} `
    + `to_ratio=${of('messages: to')} rare_status_ratio=${of('messages: status of 100')} `
    + `purge_ratio=${of([...small.keys()].find((name) => name.startsWith('purge')))} `
    + `restart_ratio=${of('start after kill -9, to the first page')}`);
} finally {
  for (const end of ends) await end();
}
