// What a message gateway keeps while it is killed, its disk is full and its carrier fails, under load: every message that
// was accepted goes out and is told of once; what a crash left in doubt goes again, marked, and is at most a window.
//   ./dev soak messages [--kills=50] [--messages=100000] [--rate=300] [--seconds=60] [PHASE…]
// Kills and messages are those of each engine, seconds how long a carrier fails in each way. Each phase prints a line; the
// last line has figures as name=value. Exit status 1 where an invariant broke.
import { describeMessages, messageKills, messagesOnFullDisk, messagesToABadCarrier, window } from '../tests/e2e/support/soak/messages.mjs';
import { whyNoSmallDisk } from '../tests/e2e/support/soak/small_disk.mjs';
import { broken } from '../tests/e2e/support/soak/verdict.mjs';

const flags = new Map(process.argv.slice(2).filter((one) => one.startsWith('--')).map((one) => one.slice(2).split('=')));
const wanted = process.argv.slice(2).filter((one) => !one.startsWith('--'));
const flag = (name, otherwise) => {
  const value = Number(flags.get(name) ?? otherwise);
  flags.delete(name);
  return value;
};
const [kills, messages, rate, seconds] = [flag('kills', 50), flag('messages', 100_000), flag('rate', 300), flag('seconds', 60)];

const killPhase = (engine) => (t) => messageKills(t, { engine, kills, messages, rate });
const phases = {
  'sqlite-kills': killPhase('sqlite'),
  'postgres-kills': killPhase('postgres'),
  'full-disk': (t) => messagesOnFullDisk(t, { full: [10_000, 10_000, 10_000, 10_000], rate }),
  'bad-carrier': (t) => messagesToABadCarrier(t, { engine: 'sqlite', ms: 1000 * seconds, resets: 20, rate }),
};

const strange = wanted.filter((name) => !phases[name]);
if (strange.length > 0 || flags.size > 0 || !(kills > 0 && messages > 0 && rate > 0 && seconds > 0)) {
  console.error(`./dev soak messages [--kills=50] [--messages=100000] [--rate=300] [--seconds=60] [PHASE…]; phases: ${Object.keys(phases).join(' ')}`);
  process.exit(2);
}

const total = { kills: 0, accepted: 0, lost: 0, doubled: 0, ledger_missing: 0, wrong: 0, hung: 0, charged_twice: 0, reported_twice: 0, duplicates: 0, unmarked: 0, out_of_order: 0 };
let slowest = Infinity;
let most = 0;
const noDisk = whyNoSmallDisk();

for (const [name, phase] of Object.entries(phases)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (name === 'full-disk' && noDisk) {
    console.log(`${name}: left out: ${noDisk}`);
    continue;
  }
  const ends = [];
  try {
    const trial = await phase({ after: (end) => ends.unshift(end) });
    console.log(`${name}: ${describeMessages(trial)}`);
    total.kills += trial.kills;
    total.accepted += trial.accepted;
    total.charged_twice += trial.chargedTwice;
    total.reported_twice += trial.reportedTwice;
    total.duplicates += trial.duplicates;
    total.unmarked += trial.unmarked;
    total.out_of_order += trial.outOfOrder;
    most = Math.max(most, trial.most);
    if (name.endsWith('kills')) slowest = Math.min(slowest, trial.rate);
    for (const [what, list] of Object.entries(broken(trial))) {
      total[what] += list.length;
      for (const one of list.slice(0, 10)) console.log(`  ${what}: ${one}`);
    }
  } finally {
    for (const end of ends) await end();
  }
}
const figures = { ...total, most_duplicates_of_a_bind: most, window, least_rate_s: Number.isFinite(slowest) ? Math.round(slowest) : 0 };
console.log(Object.entries(figures).map(([name, value]) => `${name}=${value}`).join(' '));
if (total.lost + total.doubled + total.ledger_missing + total.wrong + total.hung > 0) process.exit(1);
