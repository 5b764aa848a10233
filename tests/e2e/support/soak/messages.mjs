// A message gateway under trial: customers that insist on their messages at a rate, and a carrier that keeps books and
// can misbehave (soak_messages), while the server is killed, its disk is full, or the carrier fails.
import { Generator } from '../../../../bench/messages/generator.mjs';
import { until } from '../wait.mjs';
import { audit, comeToRest } from './audit.mjs';
import { SmallDisk } from './small_disk.mjs';
import { World } from './world.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const senders = Array.from({ length: 8 }, (_, i) => `+1415555260${i}`);
const price = '0.0079';
export const window = 20; // of the carrier's one bind

class Trial {
  static async begin(t, { rate, ...options }) {
    const trial = new Trial();
    trial.peers = await Generator.start(t, 'soak_messages');
    const { smscPort, sinkPort } = trial.peers;
    trial.world = await World.make(t, { carrierIsUp: false, carrierPort: smscPort, window, events: false, senders, ...options });
    [trial.server] = trial.world.servers;
    await trial.peers.bound();
    trial.began = performance.now();
    await trial.peers.ask({
      do: 'load', port: trial.server.port, key: trial.world.keys.live, senders, rate, status_callback: `http://127.0.0.1:${sinkPort}/status`,
    });
    return trial;
  }

  state() {
    return this.peers.ask({ do: 'state' });
  }

  async hasAccepted(count) {
    await until(async () => (await this.state()).accepted >= count, `${count} messages are accepted`, 600_000);
  }

  async accepts(more) {
    await this.hasAccepted((await this.state()).accepted + more);
  }

  // Ends the load and holds everything against everything.
  async judge(figures = {}) {
    await this.peers.ask({ do: 'stop' });
    const seconds = (performance.now() - this.began) / 1000;
    await until(async () => (await this.state()).under_way === 0, 'every message has its 201', 120_000);
    const { world } = this;
    await comeToRest(world, 600_000);
    const { sids, submits, unreported } = await this.peers.ask({ do: 'messages' }, 60_000);
    const text = (index) => `message ${index}`;
    world.times = new Map(submits.map((times, index) => [text(index), times]));
    const state = await this.state();
    const load = {
      messages: new Map(sids.map((sid, index) => [sid, text(index)])), numbers: new Map(), doubled: [], wrong: [], hung: state.hung,
      requests: state.asked, refused: state.refused, broken: state.cut_off, replayed: state.replayed,
    };
    const found = await audit(world, load);
    return { ...figures, ...verdict({ ...await this.state(), unreported }, found, load, seconds), found, load };
  }
}

// The invariants of messages, as lists of what breaks them, and the figures.
function verdict(state, found, load, seconds) {
  const charges = found.stored.filter((message) => message.price !== null).length;
  const wrongly = found.stored.filter((message) => message.price !== null && message.price !== price);
  if (state.wrong > 0) found.wrong.push(`${state.wrong} answers, the first ${state.first_wrong}`);
  if (wrongly.length > 0) found.wrong.push(`${wrongly.length} prices, the first ${wrongly[0].price}`);
  if (state.promised_twice > 0) found.doubled.push(`${state.promised_twice} keys with two messages`);
  if (charges > load.messages.size) found.doubled.push(`${charges} charges of ${load.messages.size} messages`);
  if (state.reported_twice > 0) found.doubled.push(`${state.reported_twice} states reported by two callbacks`);
  if (state.again_in_bind > 0) found.doubled.push(`${state.again_in_bind} sent again within one bind`);
  if (state.most_again_of_a_bind > window) found.doubled.push(`${state.most_again_of_a_bind} of one bind sent again, the window is ${window}`);
  if (state.unreported > 0) found.missing.push(`${state.unreported} messages whose delivery was not called back`);
  if (state.reported_back > 0) found.wrong.push(`${state.reported_back} callbacks of a state that was left`);
  if (state.out_of_order > 0) found.wrong.push(`${state.out_of_order} out of their order`);
  if (state.strange > 0) found.wrong.push(`${state.strange} submissions or callbacks that nobody expects`);
  return {
    accepted: state.accepted, rate: state.accepted / seconds, duplicates: state.duplicates, again: state.callbacks_again,
    most: state.most_again_of_a_bind, throttled: state.throttled,
    unmarked: found.doubled.filter((one) => one.endsWith('not marked')).length, reportedTwice: state.reported_twice,
    outOfOrder: state.out_of_order, chargedTwice: Math.max(0, charges - load.messages.size) + state.promised_twice,
  };
}

// SIGKILL at random moments: `kills` of them while `messages` are accepted.
export async function messageKills(t, { engine, kills, messages, rate }) {
  const trial = await Trial.begin(t, { engine, rate });
  for (let kill = 1; kill <= kills; ++kill) {
    await trial.hasAccepted((kill - Math.random()) * messages / kills);
    await trial.server.kill('SIGKILL');
    await trial.server.start();
    await trial.accepts(1);
  }
  await trial.hasAccepted(messages);
  return trial.judge({ kills });
}

// A full disk, for each of `full` ms; each other time with a SIGKILL while it is full.
export async function messagesOnFullDisk(t, { full, rate }) {
  const disks = [];
  const trial = await Trial.begin(t, {
    rate,
    prepare: async (server) => {
      disks.push(await SmallDisk.mount(t, server.data, 256));
      server.prefix = disks[0].prefix;
    },
  });
  let kills = 0;
  for (const [index, ms] of full.entries()) {
    const killed = index % 2 === 1;
    await trial.accepts(rate);
    const { refused } = await trial.state();
    await until(async () => {
      disks[0].fill();
      return (await trial.state()).refused > refused;
    }, 'refusals on a full disk', 60_000);
    await pause(ms);
    if (killed) {
      await trial.server.kill('SIGKILL');
      ++kills;
    }
    disks[0].free();
    if (killed) await trial.server.start();
    await trial.accepts(1);
  }
  await trial.accepts(rate);
  return trial.judge({ kills });
}

// A carrier that resets its connections (`resets` times in all), says nothing, and takes only a few, for `ms` each.
export async function messagesToABadCarrier(t, { engine, ms, resets, rate, carrierLines }) {
  const trial = await Trial.begin(t, { engine, rate, carrierLines });
  const carrier = (is, more) => trial.peers.ask({ do: 'carrier', is, ...more });
  for (let reset = 0; reset < resets; ++reset) {
    await pause((0.5 + Math.random()) * ms / resets);
    await trial.peers.ask({ do: 'reset' });
  }
  for (const [is, more] of [['silent'], ['throttling', { per_second: 20 }]]) {
    await trial.accepts(rate / 2);
    await carrier(is, more);
    await pause(ms);
    await carrier('well');
    await trial.peers.bound();
  }
  await trial.accepts(rate / 2);
  return trial.judge({ resets, kills: 0 });
}

export function describeMessages({ accepted, rate, kills, duplicates, most, throttled, again, load, found }) {
  return `${accepted} accepted at ${Math.round(rate)}/s through ${kills} kills (${load.refused} refused, ${load.broken} cut off, ` +
    `${load.replayed} answers replayed), ${throttled} times throttled; ${duplicates} sent again, at most ${most} of one bind, ` +
    `${found.marked} marked; ${again} callbacks again; lost ${found.lost.length}, doubled ${found.doubled.length}, ` +
    `missing in the ledger ${found.missing.length}, wrong ${found.wrong.length}, hung ${load.hung}`;
}
