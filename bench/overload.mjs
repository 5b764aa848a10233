// Ten times the top rate: what still gets through, how soon the rest is refused, and how soon all is well again.
// ./dev bench overload [--seconds=60]
// First the top rate, as bench messages measures it (64 connections, receipts and callbacks). Then for a minute ten times
// that rate is asked for over a thousand connections. Goodput is what is complete, callbacks and all, within the minute.
// Ten seconds later the top rate is measured again. The program keeps one core and the load another, as if they were two
// machines: else what is measured is the load taking the program's time away.
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fsyncs } from './disk.mjs';

process.env.CLOUDVNO ??= new URL('../build/release/cloudvno', import.meta.url).pathname;
const { Cloudvno, senders } = await import('./messages/cloudvno.mjs');
const { Generator } = await import('./messages/generator.mjs');

const seconds = Number(process.argv.find((one) => one.startsWith('--seconds='))?.slice(10) ?? 60);
const ends = [];
process.on('exit', () => ends.forEach((end) => end().catch(() => {})));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
const t = { after: (end) => ends.unshift(end) };

const generator = await Generator.start(t);
const gateway = await Cloudvno.start(t, { smscPort: generator.smscPort, sinkPort: generator.sinkPort });
await generator.bound();
const pin = (pid, core) => spawnSync('taskset', ['-a', '-c', '-p', core, pid]).status === 0;
const apart = cpus().length > 1 && pin(gateway.server.child.pid, 0) && pin(generator.child.pid, 1);
const run = (options) => generator.run(gateway, { receipts: true, senders, ...options });
const closed = { connections: 64, seconds: 8 };
await run({ ...closed, seconds: 1 });
const top = await run(closed);
const begun = Date.now();
const over = await run({ connections: 1000, rate: top.rate * 10, seconds });
const drained = (Date.now() - begun) / 1000 - seconds;
await new Promise((resolve) => setTimeout(resolve, Math.max(0, 10 - drained) * 1000));
const after = await run(closed);

const cell = (value, digits = 0) => value.toFixed(digits);
console.log(`| | complete/s | accepted/s | refused/s | accept p99 (ms) | refusal p99 (ms) | peak MiB |
|---|---:|---:|---:|---:|---:|---:|`);
for (const [name, one, time] of [['top rate', top, closed.seconds], ['ten times that', over, seconds], ['ten seconds later', after, closed.seconds]]) {
  console.log(`| ${name} | ${cell(one.goodput)} | ${cell(one.accepted / time)} | ${cell(one.refused / time)} | ${cell(one.accept_p99_ms, 1)} `
    + `| ${cell(one.refusal_p99_ms, 1)} | ${cell(one.peak_mib)} |`);
}
console.log(`all that was accepted was complete ${cell(drained, 1)} s after the minute; `
  + `${over.accepted - over.complete} incomplete, ${over.twice} steps twice; first refusal: ${over.first_refusal || 'none'}\n`);
console.log(`goodput_ratio=${cell(over.goodput / top.goodput, 2)} refusal_p99_ms=${cell(over.refusal_p99_ms, 1)} drained_s=${cell(drained, 1)} `
  + `after_ratio=${cell(after.goodput / top.goodput, 2)} top_s=${cell(top.goodput)} over_s=${cell(over.goodput)} peak_mib=${cell(over.peak_mib)} apart=${Number(apart)} `
  + `incomplete=${over.accepted - over.complete} twice=${over.twice} fsyncs_s=${fsyncs()}`);
while (ends.length > 0) await ends.shift()();
process.exit(0);
