// What the platform keeps while everything under it breaks: nothing that was accepted is lost or doubled, and every
// change of state has its event and its delivery. ./dev soak platform [KILLS] [PHASE…]: KILLS on each engine (50); phases
// are named below. Each prints a line; the last line has figures as name=value. Exit status 1 where an invariant broke.
import { backlog } from '../tests/e2e/support/soak/backlog.mjs';
import { failingDisk } from '../tests/e2e/support/soak/failing_disk.mjs';
import { fullDisk } from '../tests/e2e/support/soak/full_disk.mjs';
import { kills } from '../tests/e2e/support/soak/kills.mjs';
import { outages } from '../tests/e2e/support/soak/outages.mjs';
import { whyNoSmallDisk } from '../tests/e2e/support/soak/small_disk.mjs';
import { broken, describe } from '../tests/e2e/support/soak/verdict.mjs';

const [count = '50', ...wanted] = process.argv.slice(2);
const noDisk = whyNoSmallDisk();
const ms = (value) => `${Math.round(value)} ms`;

const total = { kills: 0, faults: 0, accepted: 0, lost: 0, doubled: 0, ledger_missing: 0, wrong: 0, hung: 0 };
const worst = { slowest_503_ms: 0, back_ms: 0, start_with_100k_ms: 0 };
const note = (name, value) => { worst[name] = Math.max(worst[name], Math.round(value)); };

const killPhase = (engine) => async (t) => {
  const trial = await kills(t, { engine, kills: Number(count) });
  total.kills += trial.kills;
  note('back_ms', trial.slowest_back_ms);
  return [trial, `${trial.kills} kills, serving again within ${ms(trial.slowest_back_ms)}`];
};

const outagePhase = async (t) => {
  const trial = await outages(t, { frozen: 30_000, away: 60_000 });
  const say = (name) => {
    const { refused, slowest, slowest503, accepted, delivered } = trial[name];
    note('slowest_503_ms', slowest503);
    note('back_ms', delivered);
    return `${name}: ${refused} times 503 within ${ms(slowest503)}, any answer within ${ms(slowest)}, accepting after ${ms(accepted)}, delivering after ${ms(delivered)}`;
  };
  return [trial, `${say('frozen')}; ${say('away')}`];
};

const diskPhase = async (t) => {
  const trial = await fullDisk(t, { full: 10_000, rounds: 4 });
  note('slowest_503_ms', trial.slowest503);
  note('back_ms', trial.back);
  return [trial, `full 4 times, ${trial.refused} times 503 within ${ms(trial.slowest503)}, back within ${ms(trial.back)}`];
};

const faultPhase = async (t) => {
  const trial = await failingDisk(t, { calls: 60, starts: 20 });
  total.kills += trial.kills;
  total.faults += trial.faults;
  note('back_ms', trial.back);
  return [trial, `${trial.faults} calls failed, ${trial.failedStarts} starts refused, ${trial.kills} kills, back within ${ms(trial.back)}`];
};

const backlogPhase = (engine) => async (t) => {
  const trial = await backlog(t, { engine, messages: 100_000 });
  total.kills += 1;
  note('start_with_100k_ms', trial.start);
  return [trial, `serving again with 100,000 queued after ${ms(trial.start)}`];
};

const phases = {
  'sqlite-kills': killPhase('sqlite'),
  'postgres-kills': killPhase('postgres'),
  outages: outagePhase,
  'full-disk': diskPhase,
  'failing-disk': faultPhase,
  'sqlite-backlog': backlogPhase('sqlite'),
  'postgres-backlog': backlogPhase('postgres'),
};

const strange = wanted.filter((name) => !phases[name]);
if (strange.length > 0 || !(Number(count) > 0)) {
  console.error(`./dev soak platform [KILLS] [PHASE…]; phases: ${Object.keys(phases).join(' ')}`);
  process.exit(2);
}

for (const [name, phase] of Object.entries(phases)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (name === 'full-disk' && noDisk) {
    console.log(`${name}: left out: ${noDisk}`);
    continue;
  }
  const ends = [];
  try {
    const [trial, line] = await phase({ after: (end) => ends.unshift(end) });
    console.log(`${name}: ${line}; ${describe(trial)}`);
    total.accepted += trial.load.messages.size + trial.load.numbers.size;
    for (const [what, list] of Object.entries(broken(trial))) {
      total[what] += list.length;
      for (const one of list.slice(0, 10)) console.log(`  ${what}: ${one}`);
    }
  } finally {
    for (const end of ends) await end();
  }
}
console.log(Object.entries({ ...total, ...worst }).map(([name, value]) => `${name}=${value}`).join(' '));
if (total.lost + total.doubled + total.ledger_missing + total.wrong + total.hung > 0) process.exit(1);
