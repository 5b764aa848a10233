// How long after an inbound call's answer its first sound comes: from the 200 in our hands, whose ACK goes out at once, to the
// first RTP packet that is not silence. One call after the other; the prompt is in the cache but for the first.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { within } from '../../tests/e2e/support/wait.mjs';
import { cloudvno, number } from './signalling.mjs';
import { Telephone } from './telephone.mjs';

const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))];

export async function firstAudio(t, calls) {
  const phone = await Telephone.open(t);
  const server = await cloudvno(t, '<Response><Say>Good morning, and welcome to this call.</Say></Response>');
  const waits = [];
  for (let i = 0; i <= calls; ++i) {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const sounded = new Promise((resolve) => {
      socket.on('message', (bytes) => {
        // Of G.711 µ-law 0xff and 0x7f are silence.
        if (bytes.length === 172 && bytes.subarray(12).some((one) => one !== 0xff && one !== 0x7f)) resolve(performance.now());
      });
    });
    const { answered_at } = await phone.call(server.port, number.slice(1), socket.address().port);
    const first = await within(sounded, 'the first sound', 10_000);
    if (i > 0) waits.push(Math.max(0, first - answered_at));
    phone.hangUpAll();
    socket.close();
  }
  return { calls, p50_ms: quantile(waits, 0.5), p95_ms: quantile(waits, 0.95), most_ms: Math.max(...waits) };
}
