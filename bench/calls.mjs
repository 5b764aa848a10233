// What calls cost, beside Kamailio and rtpengine on the same machine in the same run.
// ./dev bench calls [--rounds=3] [--seconds=5] [--rates=500,1000,1500,2000] [--bridged=200,500,1000]
//   signalling   SIPp calls and hangs up as soon as it is answered, at each rate:
//                SIPp itself; Kamailio as a stateful proxy before SIPp; CloudVNO, which keeps a durable, sealed row,
//                fetches the document by HTTP, answers, follows it and prices the call
//   media        both ends of N calls speak G.711: relayed by rtpengine in user space, by CloudVNO's Dial
//   first audio  from the 200 to the first sound of a cached Say
// CPU is that of the server's processes, kernel included. All share the machine with their generators.
process.env.CLOUDVNO ??= new URL('../build/release/cloudvno', import.meta.url).pathname;
const { spawnSync } = await import('node:child_process');
const { loadavg } = await import('node:os');
const { callee, cloudvno, kamailio, load } = await import('./calls/signalling.mjs');
const { cloudvnoRelay, rtpengineRelay } = await import('./calls/relay.mjs');
const { firstAudio } = await import('./calls/first_audio.mjs');

const argument = (name, otherwise) =>
  process.argv.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
const numbers = (name, otherwise) => argument(name, otherwise).split(',').map(Number);
const rounds = Number(argument('rounds', 3));
const seconds = Number(argument('seconds', 5));
const rates = numbers('rates', '500,1000,1500,2000');
const bridged = numbers('bridged', '200,500,1000');

const ends = [];
process.on('exit', () => ends.forEach((end) => end().catch(() => {})));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

// Runs `work`; then ends what it started, the last first.
async function scope(work) {
  try {
    return await work({ after: (end) => ends.unshift(async () => end()) });
  } finally {
    while (ends.length > 0) await ends.shift()();
  }
}

const results = new Map();
function keep(name, result) {
  if (!results.has(name)) results.set(name, []);
  results.get(name).push(result);
  console.error(name, JSON.stringify(result, (key, value) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value)));
}
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const middle = (name, field) => median(results.get(name).map((one) => one[field]));
const sum = (name, field) => results.get(name).reduce((all, one) => all + one[field], 0);

const answers = '<Response><Play digits="w"/><Pause length="60"/></Response>';
const systems = {
  'SIPp alone': callee,
  'Kamailio, stateful proxy': async (t) => kamailio(t, (await callee(t)).port),
  'CloudVNO, TwiML': (t) => cloudvno(t, answers),
};
const relays = { rtpengine: rtpengineRelay, CloudVNO: cloudvnoRelay };

for (let i = 0; i < rounds; ++i) {
  for (const [name, make] of Object.entries(systems)) {
    await scope(async (t) => {
      const target = await make(t);
      await load(t, target, { rate: 200, seconds: 1 }); // warms it
      for (const rate of rates) keep(`${name} ${rate}`, await load(t, target, { rate, seconds }));
    });
  }
  for (const calls of bridged) {
    for (const [name, relay] of Object.entries(relays)) {
      keep(`${name} ${calls}`, await scope((t) => relay(t, calls, seconds)));
    }
  }
  keep('first audio', await scope((t) => firstAudio(t, 40)));
}
const bare = spawnSync('build/release/bench_media', ['200', '2'], { encoding: 'utf8' }).stdout;
const forward_us = Number(/bare_us_per_stream_tick=([\d.]+)/.exec(bare)[1]);
const packets = Math.round(1e6 / forward_us);

const line = [];
const tell = (name, value) => line.push(`${name}=${value}`);
const slug = (name) => name.toLowerCase().replace(/[^a-z0-9]+.*/, '');

console.log(`Median of ${rounds} rounds of ${seconds} s; UDP on loopback; load of the machine ${loadavg()[0].toFixed(1)}.\n`);
console.log('| Calls answered and ended | calls/s asked | failed, all rounds | CPU µs a call | calls/s a core |');
console.log('|---|---:|---:|---:|---:|');
for (const name of Object.keys(systems)) {
  for (const rate of rates) {
    const key = `${name} ${rate}`;
    const cpu = middle(key, 'cpu_us');
    console.log(`| ${name} | ${rate} | ${sum(key, 'failed')} of ${rounds * rate * seconds} | ${cpu.toFixed(0)} | ${(1e6 / cpu).toFixed(0)} |`);
    tell(`${slug(name)}_cpu_us_${rate}`, cpu.toFixed(0));
    tell(`${slug(name)}_failed_${rate}`, sum(key, 'failed'));
  }
}
console.log('\n| Bridged calls | at once | spoken, % | CPU ms/s a call | lost of a million | gap p99.9 (ms) | delay p50, p99 (ms) | KiB a call |');
console.log('|---|---:|---:|---:|---:|---:|---:|---:|');
for (const calls of bridged) {
  for (const name of Object.keys(relays)) {
    const key = `${name} ${calls}`;
    const lost = (1e6 * sum(key, 'lost')) / sum(key, 'sent');
    console.log(`| ${name} | ${calls} | ${(100 * middle(key, 'spoken')).toFixed(0)} | ${middle(key, 'cpu_ms_a_second').toFixed(2)} | ${lost.toFixed(0)} | ${middle(key, 'gap_p999_ms').toFixed(0)} `
      + `| ${middle(key, 'delay_p50_ms').toFixed(1)}, ${middle(key, 'delay_p99_ms').toFixed(1)} | ${middle(key, 'kib_a_call').toFixed(0)} |`);
    tell(`${slug(name)}_bridged_cpu_ms_${calls}`, middle(key, 'cpu_ms_a_second').toFixed(2));
    tell(`${slug(name)}_bridged_spoken_percent_${calls}`, (100 * middle(key, 'spoken')).toFixed(0));
    tell(`${slug(name)}_bridged_lost_ppm_${calls}`, lost.toFixed(0));
    tell(`${slug(name)}_bridged_gap_p999_ms_${calls}`, middle(key, 'gap_p999_ms').toFixed(0));
    tell(`${slug(name)}_kib_a_call_${calls}`, middle(key, 'kib_a_call').toFixed(0));
  }
}
console.log(`\nFirst sound of a cached Say after the 200: p50 ${middle('first audio', 'p50_ms').toFixed(1)} ms, `
  + `p95 ${middle('first audio', 'p95_ms').toFixed(1)} ms.`);
console.log(`The machine's limit: ${packets} packets/s a core, each received and sent on (bare forwarder, batched).`);
tell('first_audio_p95_ms', middle('first audio', 'p95_ms').toFixed(1));
tell('machine_packets_s', packets);
console.log(line.join(' '));
process.exit(0);
