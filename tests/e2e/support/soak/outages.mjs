// PostgreSQL frozen and away under two processes: they refuse at once, nobody hangs, and all is well soon after.
import { until } from '../wait.mjs';
import { audit } from './audit.mjs';
import { Workload } from './workload.mjs';
import { World } from './world.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The ms until every process accepts again, and what was accepted then is told of as delivered.
async function backAfter(world, load) {
  const began = performance.now();
  await load.isServedBy();
  const accepted = performance.now() - began;
  const newest = [...load.messages.keys()].at(-1);
  const isTold = ({ raw }) => raw.includes(newest) && JSON.parse(raw).type === 'message.delivered';
  let seen = 0;
  await until(() => {
    const from = seen;
    seen = world.sink.all.length;
    return world.sink.all.slice(Math.max(0, from - 200)).some(isTold);
  }, `${newest} is delivered`, 120_000);
  return { accepted, delivered: performance.now() - began };
}

// `frozen` and `away`: for how many ms.
export async function outages(t, { frozen, away, senders = 6 }) {
  const world = await World.make(t, { engine: 'postgres', processes: 2 });
  const load = new Workload(world, { senders });
  await load.isServedBy();
  const figures = {};
  const during = async (name, ms, begin, end) => {
    load.resetTimes();
    const refused = load.refused;
    await begin();
    await pause(ms);
    const { slowest, slowest503 } = load;
    if (load.refused === refused) load.wrong.push(`nothing was refused while PostgreSQL was ${name}`);
    await end();
    figures[name] = { refused: load.refused - refused, slowest, slowest503, ...await backAfter(world, load) };
  };
  await during('frozen', frozen, () => world.postgres.freeze(), () => world.postgres.thaw());
  await during('away', away, () => world.postgres.stop('SIGQUIT'), () => world.postgres.serve());
  await load.end();
  return { ...figures, load, found: await audit(world, load) };
}
