// A platform under trial: one process on SQLite or several on PostgreSQL, a carrier that lives on beside them and tells
// of every delivery, and a customer whose endpoints take every event.
import { Postgres } from '../postgres.mjs';
import { freePort, Server } from '../server.mjs';
import { Sink } from '../sink.mjs';
import { Smsc, textOf } from '../smsc.mjs';

const sender = '+14155552671';

export class World {
  // `engine`: sqlite or postgres. `prepare(server)` runs before a server's first start. Without `carrierIsUp` the
  // carrier comes with raiseCarrier(), or is another at `carrierPort` (`carrierLines`: more of its table); without
  // `events` nobody takes events. `senders`: the account's numbers.
  static async make(t, {
    engine = 'sqlite', processes = 1, prepare, carrierIsUp = true, carrierPort, carrierLines = '', window = 10, events = true,
    senders = [sender],
  } = {}) {
    const world = new World();
    world.t = t;
    world.senders = senders;
    world.from = senders[0];
    world.times = new Map(); // text → how often the carrier took it
    world.carrierPort = carrierPort ?? await freePort();
    world.window = window;
    t.after(() => { world.over = true; });
    if (carrierIsUp) await world.raiseCarrier();
    const options = { logLevel: 'warn', carriers: [Smsc.table(world.carrierPort, window) + carrierLines] };
    if (engine === 'postgres') {
      world.postgres = await Postgres.start(t);
      options.sections = `[store]\ndatabase = "${world.postgres.database('soak')}"\n`;
    }
    world.servers = [];
    for (let i = 0; i < processes; ++i) {
      const server = await Server.make(t, options);
      await prepare?.(server);
      world.servers.push(server);
    }
    await world.openAccount(events);
    return world;
  }

  // Starts the processes and makes the customer.
  async openAccount(events) {
    const [first, ...others] = this.servers;
    await first.start();
    for (const other of others) {
      other.takeRootKeyOf(first);
      await other.start();
    }
    this.account = first.account('--no-rate-limits');
    for (const number of this.senders) {
      first.command('number', 'add', '--account', this.account.account_sid, '--carrier', 'acme', number);
    }
    this.keys = { live: first.key(this.account, '--live').key, test: this.account.test_key };
    if (!events) return;
    this.sink = await Sink.start(this.t);
    for (const key of Object.values(this.keys)) {
      await first.client(key).make('/v1/webhook_endpoints', { url: this.sink.url });
    }
  }

  // Messages go in live mode, numbers are bought in test mode.
  client(mode = 'live', server = this.servers[0]) {
    return server.client(this.keys[mode]);
  }

  // The carrier takes every message, says so, and tells of its delivery until somebody has kept that.
  async raiseCarrier() {
    this.smsc = await Smsc.start(this.t, this.carrierPort);
    this.smsc.answer = (pdu) => {
      const text = textOf(pdu);
      this.times.set(text, (this.times.get(text) ?? 0) + 1);
      const fields = { message_id: `c${++this.smsc.lastId}` };
      this.#tell({ pdu, ...fields });
      return fields;
    };
  }

  async #tell(submit) {
    while (!this.over) {
      const links = [...this.smsc.sessions];
      this.smsc.session = links[Math.floor(Math.random() * links.length)];
      if (links.length > 0 && await this.smsc.receipt(submit).catch(() => -1) === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
