// write and fsync of the embedded store's files fail at the n-th call, for n from 1: while it starts, and
// under load.
import { until } from '../wait.mjs';
import { audit } from './audit.mjs';
import { FailingCalls } from './failing_calls.mjs';
import { killServer } from './kills.mjs';
import { Workload } from './workload.mjs';
import { World } from './world.mjs';

const faults = [['write', 'EIO'], ['write', 'ENOSPC'], ['sync', 'EIO']];

// `calls`: n goes up to this for each kind of fault; `starts`: the same for starts.
export async function failingDisk(t, { calls, starts, senders = 4 }) {
  const failing = new FailingCalls(t);
  const prepare = (server) => { server.environment = failing.environment(server.data); };
  const world = await World.make(t, { prepare });
  const [server] = world.servers;
  const load = new Workload(world, { senders });
  await load.isServedBy();
  const figures = { faults: 0, kills: 0, failedStarts: 0, back: 0 };
  for (let n = 1; n <= starts; ++n) {
    for (const [kind, error] of faults) {
      await server.kill('SIGKILL');
      ++figures.kills;
      failing.failAt(n, kind, error);
      // It refuses to start, or serves; and the next start is well.
      await server.start().catch(() => { ++figures.failedStarts; });
      if (failing.hasFailed()) ++figures.faults;
      failing.heal();
      if (!server.isAlive()) await server.start();
      await load.isServedBy();
    }
  }
  // No kill comes after the last of these: what a failed commit left must not need a start to go on.
  for (let n = 1; n <= calls; ++n) {
    for (const [kind, error] of faults) {
      failing.failAt(n, kind, error);
      await until(() => failing.hasFailed(), `call ${n} of ${kind}`, 60_000);
      ++figures.faults;
      const began = performance.now();
      await load.isServedBy();
      figures.back = Math.max(figures.back, performance.now() - began);
    }
    if (n % 4 !== 1) continue;
    await killServer(server, load);
    ++figures.kills;
  }
  await load.end();
  return { ...figures, load, found: await audit(world, load) };
}
