// Verifications a second: a code asked for, sent by SMPP, and given back, each step durable before it is answered.
// ./dev bench verify [--rounds=3] [--seconds=5] [--threads]
// The SMSC and the one who asks are one process, beside the program; there is no peer to measure beside, so the disk's
// fsyncs a second stand beside the figure.
import { fsyncs } from './disk.mjs';

process.env.CLOUDVNO ??= new URL('../build/release/cloudvno', import.meta.url).pathname;
const { Cloudvno } = await import('./messages/cloudvno.mjs');
const { Generator } = await import('./messages/generator.mjs');

const argument = (name, otherwise) =>
  Number(process.argv.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise);
const [rounds, seconds] = [argument('rounds', 3), argument('seconds', 5)];
const ends = [];
process.on('exit', () => ends.forEach((end) => end().catch(() => {})));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
const t = { after: (end) => ends.unshift(end) };
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

const results = new Map();
let first = 0;
for (let round = 1; round <= rounds; round += 1) {
  const generator = await Generator.start(t, 'bench_verify');
  const gateway = await Cloudvno.start(t, { smscPort: generator.smscPort, sinkPort: generator.sinkPort });
  await generator.bound();
  for (const connections of [16, 64]) {
    const ran = await generator.ask({
      do: 'run', port: gateway.port, key: gateway.key, connections, seconds, first, processes: gateway.processes,
    }, (seconds + 60) * 1000);
    first += ran.begun;
    results.set(connections, [...results.get(connections) ?? [], ran]);
    console.log(`${String(connections).padStart(2)} connections: ${ran.rate.toFixed(0)} pairs/s, ${ran.refused} refused${ran.first_refusal && `: ${ran.first_refusal}`}`);
    if (process.argv.includes('--threads')) {
      const threads = Object.entries(ran.threads_us).filter(([, us]) => us >= 5).sort(([, a], [, b]) => b - a);
      console.log(`CPU µs a pair by thread: ${threads.map(([name, us]) => `${name} ${us.toFixed(1)}`).join(', ')}`);
    }
  }
  while (ends.length > 0) await ends.shift()();
}

const of = (connections, name) => median(results.get(connections).map((one) => one[name]));
console.log(`\nMedian of ${rounds} rounds of ${seconds} s; loopback, plain HTTP, one SMPP bind\n`);
console.log('| connections | pairs/s | send p50, p99 (ms) | check p50, p99 (ms) | server CPU µs | generator CPU µs | peak MiB |');
console.log('|---:|---:|---:|---:|---:|---:|---:|');
for (const connections of results.keys()) {
  const cell = (name, digits = 1) => of(connections, name).toFixed(digits);
  console.log(`| ${connections} | ${cell('rate', 0)} | ${cell('send_p50_ms')}, ${cell('send_p99_ms')} | ${cell('check_p50_ms')}, `
    + `${cell('check_p99_ms')} | ${cell('server_cpu_us', 0)} | ${cell('generator_cpu_us', 0)} | ${cell('peak_mib', 0)} |`);
}
const all = [...results.values()].flat();
const sum = (name) => all.reduce((total, one) => total + one[name], 0);
console.log(`\npairs_s=${of(64, 'rate').toFixed(0)} pairs_16_s=${of(16, 'rate').toFixed(0)} send_p99_ms=${of(64, 'send_p99_ms').toFixed(1)} `
  + `check_p99_ms=${of(64, 'check_p99_ms').toFixed(1)} cpu_us=${of(64, 'server_cpu_us').toFixed(0)} peak_mib=${of(64, 'peak_mib').toFixed(0)} `
  + `incomplete=${sum('begun') - sum('approved') - sum('refused')} refused=${sum('refused')} fsyncs_s=${fsyncs()}`);
process.exit(0);
