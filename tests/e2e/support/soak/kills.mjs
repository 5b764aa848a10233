// SIGKILL of any process at random moments under load.
import { audit } from './audit.mjs';
import { Workload } from './workload.mjs';
import { World } from './world.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const one = (list) => list[Math.floor(Math.random() * list.length)];

// Kills it, and brings it back; answers the ms from its start to what it accepted next.
export async function killServer(server, load) {
  await server.kill('SIGKILL');
  const began = performance.now();
  await server.start();
  await load.isServedBy([server]);
  return performance.now() - began;
}

async function killPostgres(postgres, load) {
  await postgres.stop('SIGKILL');
  const began = performance.now();
  await postgres.serve();
  await load.isServedBy();
  return performance.now() - began;
}

// On PostgreSQL two processes serve, and each third kill is one of PostgreSQL itself.
export async function kills(t, { engine, kills: count, senders = 8 }) {
  const world = await World.make(t, { engine, processes: engine === 'postgres' ? 2 : 1 });
  const load = new Workload(world, { senders });
  const figures = { kills: count, slowest_back_ms: 0 };
  for (let kill = 1; kill <= count; ++kill) {
    await load.isServedBy();
    await pause(Math.random() * 400);
    const back = world.postgres && kill % 3 === 0
      ? await killPostgres(world.postgres, load)
      : await killServer(one(world.servers), load);
    figures.slowest_back_ms = Math.max(figures.slowest_back_ms, back);
  }
  await load.isServedBy();
  await load.end();
  return { ...figures, load, found: await audit(world, load) };
}
