// Customers that send messages, buy numbers against each other and read, whatever happens to the platform. Each asks
// under an Idempotency-Key of its own, again and again, at one process or another, until it has an answer; what was
// promised to them is remembered for the audit.
import { until } from '../wait.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
// Many, since of one sender and recipient one message goes at a time.
const recipientOf = (i) => `+4479111${String(i % 100_000).padStart(5, '0')}`;
const numberOf = (i) => `+3363998${String(i).padStart(4, '0')}`; // 10,000 that the sandbox offers

export class Workload {
  constructor(world, { senders = 8, buyers = 2, readers = 2 } = {}) {
    this.world = world;
    this.messages = new Map(); // sid → text, which is also the key
    this.texts = new Map(); // text → sid
    this.numbers = new Map(); // sid → number
    this.bought = new Map(); // number → sid
    this.wrong = []; // answers that must not be
    this.doubled = []; // second answers to one key, a number for two
    this.accepted = new Map(world.servers.map((server) => [server, 0]));
    this.requests = this.refused = this.replayed = this.broken = this.hung = 0;
    this.resetTimes();
    this.running = true;
    const run = (count, work) => Array.from({ length: count }, (_, i) => work(i));
    this.tasks = [
      ...run(senders, (i) => this.#send(i)),
      ...run(buyers, (i) => this.#buy(i)),
      ...run(readers, () => this.#read()),
    ];
  }

  // Of answers from now on.
  resetTimes() {
    this.slowest = 0; // ms
    this.slowest503 = 0; // ms
  }

  // Ends when every key has its answer.
  async end() {
    this.running = false;
    await Promise.all(this.tasks);
  }

  // Once each of these processes has accepted something that was asked of it from now on.
  async isServedBy(servers = this.world.servers) {
    const before = new Map(this.accepted);
    // Two more than before: one may have been under way.
    await until(() => servers.every((server) => this.accepted.get(server) > before.get(server) + 1), 'accepted again', 60_000);
  }

  // One request; nothing where the answer did not come.
  async #ask(mode, method, path, body, key) {
    const server = this.world.servers[this.requests++ % this.world.servers.length];
    const began = performance.now();
    try {
      const answer = await this.world.client(mode, server).ask(method, path, body, key ? { 'idempotency-key': key } : {});
      const took = performance.now() - began;
      this.slowest = Math.max(this.slowest, took);
      if (answer.status === 503) {
        ++this.refused;
        this.slowest503 = Math.max(this.slowest503, took);
        if (!answer.headers.get('retry-after')) this.wrong.push(`${method} ${path}: 503 without Retry-After`);
      }
      if (answer.status === 201) this.accepted.set(server, this.accepted.get(server) + 1);
      return answer;
    } catch (error) {
      if (error.name === 'TimeoutError') ++this.hung;
      ++this.broken;
      return null;
    }
  }

  // Asks until there is an answer that ends it: 201, or a refusal by a rule that `may` happen.
  async #insist(mode, path, body, key, may = []) {
    for (;;) {
      const answer = await this.#ask(mode, 'POST', path, body, key);
      if (answer?.status === 201) {
        if (answer.headers.get('idempotent-replayed')) ++this.replayed;
        return answer.body;
      }
      if (answer && may.includes(answer.status)) return null;
      // 409: the twin of a request that was cut off is still at work.
      if (answer && answer.status !== 503 && answer.status !== 409) {
        this.wrong.push(`POST ${path}: ${answer.status} ${answer.text}`);
        return null;
      }
      await pause(25);
    }
  }

  async #send(sender) {
    for (let i = 0; this.running; ++i) {
      const body = `sender ${sender} message ${i}`;
      const ask = () => this.#insist('live', '/v1/messages', { from: this.world.from, to: recipientOf(100 * sender + i % 100), body }, body);
      const made = await ask();
      if (!made) continue;
      this.messages.set(made.sid, body);
      this.texts.set(body, made.sid);
      if (i % 8 !== 0) continue;
      const again = await ask();
      if (again && again.sid !== made.sid) this.doubled.push(`${body}: ${made.sid} and ${again.sid}`);
    }
  }

  // Buyers want the same numbers at one time.
  async #buy(buyer) {
    for (let i = 0; this.running && i < 10_000; ++i) {
      const number = numberOf(i);
      // 4xx: the other has it.
      const made = await this.#insist('test', '/v1/incoming_phone_numbers', { phone_number: number }, `buyer ${buyer} ${number}`, [404, 409, 422]);
      if (!made) {
        await pause(10);
        continue;
      }
      if (this.bought.has(number)) this.doubled.push(`${number} sold as ${this.bought.get(number)} and ${made.sid}`);
      this.bought.set(number, made.sid);
      this.numbers.set(made.sid, number);
    }
  }

  // What was promised is there at any time.
  async #read() {
    while (this.running) {
      const sids = this.messages.size;
      const [sid, body] = [...this.messages][Math.floor(Math.random() * sids)] ?? [];
      const answer = sid && await this.#ask('live', 'GET', `/v1/messages/${sid}`);
      const right = !answer || answer.status === 503 || (answer.status === 200 && answer.body.body === body);
      if (!right) this.wrong.push(`GET ${sid}: ${answer.status} ${answer.text}`);
      await pause(answer?.status === 200 ? 5 : 25);
    }
  }
}
