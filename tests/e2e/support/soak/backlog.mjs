// A start with a long queue: messages wait for a carrier that is away, the process is killed and starts again.
import { performance } from 'node:perf_hooks';
import { audit } from './audit.mjs';
import { World } from './world.mjs';

// `messages`: how many wait. Answers the ms from the start to the first 201.
export async function backlog(t, { engine, messages, senders = 32 }) {
  const world = await World.make(t, { engine, carrierIsUp: false, window: 500, events: false });
  const [server] = world.servers;
  const client = world.client();
  const load = { messages: new Map(), numbers: new Map(), doubled: [], wrong: [], hung: 0 };
  let asked = 0;
  const send = async (body) => {
    const to = `+4479111${String(asked++ % 1_000).padStart(5, '0')}`; // of one pair one message goes at a time
    const answer = await client.post('/v1/messages', { from: world.from, to, body });
    if (answer.status === 201) load.messages.set(answer.body.sid, body);
    return answer.status;
  };
  await Promise.all(Array.from({ length: senders }, async (_, sender) => {
    for (let i = sender; i < messages; i += senders) {
      const status = await send(`message ${i}`);
      if (status !== 201) load.wrong.push(`a message for a carrier that is away: ${status}`);
    }
  }));
  await server.kill('SIGKILL');
  const began = performance.now();
  await server.start();
  while (await send('after the start') !== 201) if (performance.now() - began > 60_000) break;
  const start = performance.now() - began;
  await world.raiseCarrier();
  return { start, load, found: await audit(world, load, 600_000) };
}
