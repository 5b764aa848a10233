// Ten times the top rate: what still gets through, how soon the rest is refused, and how soon all is well again.
// ./dev bench overload [--seconds=60] [--connections=64,1000]
// First the top rate, as bench messages measures it (64 connections, receipts and callbacks). Then for a minute ten times
// that rate is asked for, over each number of connections in turn. A connection has one request at a time, so what it is
// not asked while it waits, the load holds back; with a thousand connections most of the ten times arrives. Goodput is what
// is complete, callbacks and all, within the minute. Ten seconds later the top rate is measured again. A store that grows
// becomes slower, so the goodput is compared with the mean of the top rates before and after it. The program and its load share the machine, and so does what the load's own requests cost.
import { fsyncs } from './disk.mjs';

process.env.CLOUDVNO ??= new URL('../build/release/cloudvno', import.meta.url).pathname;
const { Cloudvno, senders } = await import('./messages/cloudvno.mjs');
const { Generator } = await import('./messages/generator.mjs');

const option = (name, otherwise) => process.argv.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
const seconds = Number(option('seconds', 60));
const counts = option('connections', '64,1000').split(',').map(Number);
const ends = [];
process.on('exit', () => ends.forEach((end) => end().catch(() => {})));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
const t = { after: (end) => ends.unshift(end) };

const generator = await Generator.start(t);
const gateway = await Cloudvno.start(t, { smscPort: generator.smscPort, sinkPort: generator.sinkPort });
await generator.bound();
const run = (options) => generator.run(gateway, { receipts: true, senders, ...options });
const closed = { connections: 64, seconds: 8 };
const cell = (value, digits = 0) => value.toFixed(digits);
const row = (name, one, time) => console.log(`| ${name} | ${cell(one.goodput)} | ${cell(one.accepted / time)} | ${cell(one.refused / time)} `
  + `| ${cell(one.accept_p99_ms, 1)} | ${cell(one.refusal_p99_ms, 1)} | ${cell(one.peak_mib)} |`);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

console.log(`| | complete/s | accepted/s | refused/s | accept p99 (ms) | refusal p99 (ms) | peak MiB |
|---|---:|---:|---:|---:|---:|---:|`);
await run(closed); // an empty store is faster than one with rows
let top = await run(closed);
row('top rate', top, closed.seconds);
const values = [];
let incomplete = 0, twice = 0;
for (const connections of counts) {
  const begun = Date.now();
  const over = await run({ connections, rate: top.rate * 10, seconds });
  const drained = (Date.now() - begun) / 1000 - seconds;
  row(`ten times that, ${connections} connections`, over, seconds);
  await sleep((10 - drained) * 1000);
  const after = await run(closed);
  row('ten seconds later', after, closed.seconds);
  incomplete += over.accepted - over.complete;
  twice += over.twice;
  values.push(`goodput_ratio_${connections}=${cell(over.goodput * 2 / (top.goodput + after.goodput), 2)} refusal_p99_ms_${connections}=${cell(over.refusal_p99_ms, 1)} `
    + `drained_s_${connections}=${cell(drained, 1)} after_ratio_${connections}=${cell(after.goodput / top.goodput, 2)} peak_mib_${connections}=${cell(over.peak_mib)}`);
  top = after;
}
console.log(`\n${incomplete} incomplete, ${twice} steps twice\n`);
console.log(`${values.join(' ')} top_s=${cell(top.goodput)} incomplete=${incomplete} twice=${twice} fsyncs_s=${fsyncs()}`);
while (ends.length > 0) await ends.shift()();
process.exit(0);
