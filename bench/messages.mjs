// Messages a second from the HTTP request to the carrier and back, beside Kannel with each of its stores.
// ./dev bench messages [--rounds=3] [--seconds=4] [--systems=cloudvno,spool,file,none] [--threads]
// A round starts each gateway anew and loads it over plain HTTP on loopback, with and without receipts and callbacks,
// over 16 and 64 connections; the gateways take turns. A message counts when all of it has happened:
//   receipts  request accepted, submit_sm answered, both callbacks (sent, delivered) at the sink
//   plain     request accepted, submit_sm answered
// The rate is that until 99 of 100 are complete; the others are waited for and counted.
// CloudVNO writes every step to the disk, sealed, with fsync, before it answers; Kannel never calls fsync.
import { fsyncs } from './disk.mjs';

process.env.CLOUDVNO ??= new URL('../build/release/cloudvno', import.meta.url).pathname;
const { Cloudvno, senders } = await import('./messages/cloudvno.mjs');
const { Generator } = await import('./messages/generator.mjs');
const { Kannel } = await import('./messages/kannel.mjs');

const argument = (name, otherwise) =>
  process.argv.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
const rounds = Number(argument('rounds', 3));
const seconds = Number(argument('seconds', 4));
const systems = argument('systems', 'cloudvno,spool,file,none').split(',');
const showThreads = process.argv.includes('--threads');
const names = { cloudvno: 'CloudVNO', spool: 'Kannel, spool store', file: 'Kannel, file store', none: 'Kannel, no store' };
const window = 100;

// What runs now, to be ended even when this program is: each begins its end at once and then waits for it.
const ends = [];
process.on('exit', () => ends.forEach((end) => end().catch(() => {})));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

// Runs `work`; then ends what it started, the last first.
async function scope(work) {
  try {
    return await work({ after: (end) => ends.unshift(end) });
  } finally {
    while (ends.length > 0) await ends.shift()();
  }
}

async function startGateway(t, system) {
  const generator = await Generator.start(t);
  const ports = { smscPort: generator.smscPort, sinkPort: generator.sinkPort };
  const gateway = system === 'cloudvno' ? await Cloudvno.start(t, ports) : await Kannel.start(t, { store: system, ...ports });
  await generator.bound();
  await generator.run(gateway, { receipts: true, connections: 16, seconds: 0.5, senders });
  return { generator, gateway };
}

const results = new Map();  // by "system mode connections"
const of = (system, receipts, connections) => {
  const name = `${system} ${receipts ? 'receipts' : 'plain'} ${connections}`;
  if (!results.has(name)) results.set(name, []);
  return results.get(name);
};

async function round(system) {
  await scope(async (t) => {
    const { generator, gateway } = await startGateway(t, system);
    for (const receipts of [true, false]) {
      for (const connections of [16, 64]) {
        const result = await generator.run(gateway, { receipts, connections, seconds, senders });
        of(system, receipts, connections).push(result);
        console.error(`${names[system].padEnd(20)} ${receipts ? 'receipts' : 'plain   '} ${connections}: ${Math.round(result.rate)}/s`
          + `, slowest ${Math.round(result.slowest_ms)} ms` + (result.complete < result.accepted ? `, ${result.accepted - result.complete} incomplete` : '')
          + (result.first_refusal ? ` (${result.refused} refused: ${result.first_refusal})` : ''));
      }
    }
  });
}

// The latency of accepting at a fixed rate, and what SMPP alone carries.
function openLoop(rate) {
  return scope(async (t) => {
    const { generator, gateway } = await startGateway(t, 'cloudvno');
    return generator.run(gateway, { receipts: true, connections: 64, seconds: 2 * seconds, rate, senders });
  });
}
function smppAlone() {
  return scope(async (t) => (await Generator.start(t)).smppAlone(window, seconds));
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const middle = (list, field) => median(list.map((one) => one[field]));
const total = (field) => [...results.values()].flat().reduce((sum, one) => sum + one[field], 0);

for (let i = 0; i < rounds; ++i) for (const system of systems) await round(system);
const best = (system, receipts) => (systems.includes(system)
  ? Math.max(...[16, 64].map((connections) => Math.round(middle(of(system, receipts, connections), 'rate')))) : 0);

const cell = (value, digits = 1) => value.toFixed(digits);
console.log(`Median of ${rounds} rounds of ${seconds} s; loopback, plain HTTP, one SMPP bind, window ${window}; two callbacks a message\n`);
console.log('| | connections | messages/s | accept p50, p99 (ms) | to the last callback p50, p99 (ms) | server CPU µs | generator CPU µs | peak MiB |');
console.log('|---|---:|---:|---:|---:|---:|---:|---:|');
for (const receipts of [true, false]) {
  for (const system of systems) {
    for (const connections of [16, 64]) {
      const list = of(system, receipts, connections);
      const get = (field, digits) => cell(middle(list, field), digits);
      const whole = receipts ? `${get('whole_p50_ms', 0)}, ${get('whole_p99_ms', 0)}` : '–';
      console.log(`| ${names[system]}, ${receipts ? 'receipts and callbacks' : 'without'} | ${connections} | ${get('rate', 0)} `
        + `| ${get('accept_p50_ms')}, ${get('accept_p99_ms')} | ${whole} | ${get('server_cpu_us', 0)} `
        + `| ${get('generator_cpu_us', 0)} | ${get('peak_mib', 0)} |`);
    }
  }
}
if (showThreads) {
  for (const [name, list] of results) {
    const threads = Object.entries(list.at(-1).threads_us).filter(([, us]) => us >= 0.5).sort((a, b) => b[1] - a[1]);
    console.log(`\n${name}, CPU µs a message by thread: ${threads.map(([thread, us]) => `${thread} ${us.toFixed(1)}`).join(', ')}`);
  }
}

const line = [];
const tell = (name, value) => line.push(`${name}=${value}`);
const ratio = (a, b) => (b > 0 ? (a / b).toFixed(2) : 0);
const ours = { receipts: best('cloudvno', true), plain: best('cloudvno', false) };
tell('ratio_receipts', ratio(ours.receipts, best('spool', true)));
tell('ratio_plain', ratio(ours.plain, best('file', false)));
if (systems.includes('cloudvno')) {
  const open = await openLoop(ours.receipts / 2);
  const alone = await smppAlone();
  console.log(`\nCloudVNO at half its rate with receipts (${Math.round(ours.receipts / 2)}/s, 64 connections, open loop): `
    + `accept p50 ${cell(open.accept_p50_ms)} ms, p99 ${cell(open.accept_p99_ms)} ms; to the last callback p99 ${cell(open.whole_p99_ms)} ms`);
  console.log(`SMPP alone, one bind, window ${window}: ${alone.rate} submit_sm/s, ${cell(alone.cpu_us)} µs CPU each `
    + `(the SMSC: ${cell(alone.smsc_cpu_us)} µs)`);
  tell('ours_receipts_s', ours.receipts);
  tell('ours_plain_s', ours.plain);
  tell('accept_p99_ms', cell(open.accept_p99_ms));
  tell('smpp_alone_s', alone.rate);
  tell('cpu_us', cell(middle(of('cloudvno', true, 64), 'server_cpu_us'), 0));
  tell('plain_cpu_us', cell(middle(of('cloudvno', false, 64), 'server_cpu_us'), 0));
  tell('peak_mib', cell(Math.max(...of('cloudvno', true, 64).map((one) => one.peak_mib)), 0));
}
for (const store of ['spool', 'file', 'none']) {
  if (!systems.includes(store)) continue;
  tell(`kannel_${store}_receipts_s`, best(store, true));
  tell(`kannel_${store}_plain_s`, best(store, false));
}
const limit = fsyncs();
console.log(`fsyncs/s of the disk: ${limit}`);
console.log(`Messages: ${total('accepted')} accepted, ${total('accepted') - total('complete')} incomplete, ${total('refused')} refused, `
  + `${total('twice')} steps twice, ${total('strays')} strays, ${total('receipts_refused')} receipts refused at first\n`);
tell('incomplete', total('accepted') - total('complete'));
tell('twice', total('twice'));
tell('fsyncs_s', limit);
console.log(line.join(' '));
