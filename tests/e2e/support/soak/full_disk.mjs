// The disk of the embedded store fills up under load, and is freed.
import { until } from '../wait.mjs';
import { audit } from './audit.mjs';
import { SmallDisk } from './small_disk.mjs';
import { Workload } from './workload.mjs';
import { World } from './world.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// `full`: for how many ms; `rounds`: how often, each other time with a SIGKILL while it is full.
export async function fullDisk(t, { full, rounds, senders = 6 }) {
  const disks = [];
  const onDisk = async (server) => {
    const disk = await SmallDisk.mount(t, server.data, 256);
    disks.push(disk);
    server.prefix = disk.prefix;
  };
  const world = await World.make(t, { prepare: onDisk });
  const [server] = world.servers;
  const [disk] = disks;
  const load = new Workload(world, { senders });
  const figures = { back: 0, refused: 0 };
  for (let round = 1; round <= rounds; ++round) {
    await load.isServedBy();
    const [sid] = load.messages.keys();
    const refused = load.refused;
    load.resetTimes();
    // What the log had room for goes first.
    await until(() => {
      disk.fill();
      return load.refused > refused + 20;
    }, 'refusals on a full disk', 60_000);
    await pause(full);
    const read = await world.client().get(`/v1/messages/${sid}`);
    if (read.status !== 200) load.wrong.push(`a read on a full disk: ${read.status} ${read.text}`);
    figures.slowest503 = load.slowest503;
    figures.refused += load.refused - refused;
    const killed = round % 2 === 0;
    if (killed) await server.kill('SIGKILL');
    disk.free();
    const began = performance.now();
    if (killed) await server.start();
    await load.isServedBy();
    figures.back = Math.max(figures.back, performance.now() - began);
  }
  await load.end();
  return { ...figures, load, found: await audit(world, load) };
}
