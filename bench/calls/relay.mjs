// N calls whose sound is relayed, by CloudVNO (a Dial between two SIP calls) and by rtpengine in user space.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePort } from '../../tests/e2e/support/server.mjs';
import { until, within } from '../../tests/e2e/support/wait.mjs';
import { cloudvno, folder, number } from './signalling.mjs';
import { cpu_us, resident_kib, start, threads_us } from './processes.mjs';
import { Telephone } from './telephone.mjs';

const bencode = (value) => (typeof value === 'string' ? `${Buffer.byteLength(value)}:${value}`
  : Array.isArray(value) ? `l${value.map(bencode).join('')}e`
    : `d${Object.keys(value).sort().map((key) => bencode(key) + bencode(value[key])).join('')}e`);

async function phones(t, seconds) {
  const child = start(t, new URL('../../build/release/bench_rtp', import.meta.url).pathname, [`${seconds}`],
    { stdio: ['pipe', 'pipe', 'pipe'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => (await within(lines.next(), 'a line of the phones', 60_000)).value;
  return { child, next, port: Number(await next()) };
}

async function measure(generator, pid, ports, calls, empty_kib) {
  generator.child.stdin.write(`${ports.join(' ')}\n`);
  await generator.next(); // it measures now
  const before = { cpu: cpu_us(pid), threads: threads_us(pid), at: performance.now() };
  const heard = JSON.parse(await generator.next());
  const lasted = (performance.now() - before.at) / 1e3;
  const after = threads_us(pid);
  return {
    // Less than 1 where the phones themselves had too little of the machine.
    calls, ...heard, spoken: heard.sent / (calls * 2 * 50 * lasted), cpu_ms_a_second: (cpu_us(pid) - before.cpu) / 1e3 / lasted / calls,
    media_ms_a_second: ((after['media-0'] ?? 0) - (before.threads['media-0'] ?? 0)) / 1e3 / lasted / calls,
    kib_a_call: (resident_kib(pid) - empty_kib) / calls,
  };
}

export async function cloudvnoRelay(t, calls, seconds) {
  const generator = await phones(t, seconds);
  const [caller, callee] = [await Telephone.open(t), await Telephone.open(t)];
  callee.media = generator.port;
  const server = await cloudvno(t, '<Response><Dial>+442079460151</Dial></Response>', callee.port);
  const empty = resident_kib(server.pid);
  const ports = [];
  for (let i = 0; i < calls; i += 10) {
    const answers = await Promise.all(Array.from({ length: Math.min(10, calls - i) }, () => caller.call(server.port, number.slice(1), generator.port)));
    ports.push(...answers.map((one) => one.port));
  }
  await until(() => callee.called.length >= calls, 'all are connected', 60_000);
  ports.push(...callee.called);
  const result = await measure(generator, server.pid, ports, calls, empty);
  caller.hangUpAll();
  return result;
}

export async function rtpengineRelay(t, calls, seconds) {
  const generator = await phones(t, seconds);
  const port = await freePort();
  const child = start(t, 'rtpengine', ['--foreground', '--log-stderr', '--log-level=3', '--table=-1', '--interface=127.0.0.1',
    `--listen-ng=127.0.0.1:${port}`, '--port-min=33000', '--port-max=60000', '--num-threads=2', `--pidfile=${folder(t)}/pid`]);
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  t.after(() => socket.close());
  let cookie = 0;
  const ask = async (order) => {
    const name = `c${++cookie}`;
    for (let attempt = 0; attempt < 20; ++attempt) {
      socket.send(`${name} ${bencode(order)}`, port, '127.0.0.1');
      const answer = await once(socket, 'message', { signal: AbortSignal.timeout(500) }).catch(() => null);
      if (answer) return answer[0].toString();
    }
    throw new Error(`rtpengine does not answer: ${child.said}`);
  };
  await ask({ command: 'ping' });
  const empty = resident_kib(child.pid);
  const sdp = `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${generator.port} RTP/AVP 0 101\r\n`
    + 'a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n';
  const ports = [];
  for (let i = 0; i < calls; ++i) {
    const tags = { 'call-id': `call${i}`, 'from-tag': 'a', ICE: 'remove', sdp };
    for (const order of [{ command: 'offer', ...tags }, { command: 'answer', ...tags, 'to-tag': 'b' }]) {
      const answer = await ask(order);
      const at = /m=audio (\d+)/.exec(answer);
      if (!at) throw new Error(`rtpengine: ${answer}`);
      ports.push(Number(at[1]));
    }
  }
  return measure(generator, child.pid, ports, calls, empty);
}
