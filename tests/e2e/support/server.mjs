// The real program (env CLOUDVNO) in a temporary folder on free ports, and a client of its API.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until, within } from './wait.mjs';

export const program = process.env.CLOUDVNO;

// Below the ports that the kernel gives to who asks for any (32768 and up), so that no other socket takes it
// between this look and the program's bind, or while the program is down between two starts.
export async function freePort() {
  for (let attempt = 0; attempt < 100; ++attempt) {
    const port = 10_100 + Math.floor(Math.random() * 22_000);
    const server = createServer();
    const datagrams = createSocket('udp4'); // SIP has both
    const free = await Promise.all([
      new Promise((resolve) => { server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)); }),
      new Promise((resolve) => { datagrams.once('error', () => resolve(false)).bind(port, '127.0.0.1', () => resolve(true)); }),
    ]);
    await Promise.all([server, datagrams].filter((_, i) => free[i]).map((one) => new Promise((resolve) => { one.close(resolve); })));
    if (free.includes(false)) continue;
    return port;
  }
  throw new Error('no free port between 10100 and 32100');
}

// What `account create` prints, by name; numbers as a list.
function readAccount(text) {
  const account = { numbers: [] };
  for (const line of text.trim().split('\n')) {
    const [name, value] = line.split(/\s+/);
    if (name === 'number') account.numbers.push(value);
    else account[name] = value;
  }
  return account;
}

export class Server {
  // `carriers`: texts of [[carrier]] tables; `sections`: text of further sections; `sandbox`: lines of that one. `t`: the test whose end ends the server.
  static async make(t, { carriers = [], logLevel = 'info', sections = '', sandbox = '' } = {}) {
    const server = new Server();
    server.folder = mkdtempSync(join(tmpdir(), 'cloudvno-e2e-'));
    server.data = join(server.folder, 'data');
    server.config = join(server.folder, 'cloudvno.toml');
    server.port = await freePort();
    server.url = `http://127.0.0.1:${server.port}`;
    server.log = '';
    server.prefix = []; // what the program is run under
    server.environment = {}; // beside that of the test
    writeFileSync(server.config, `
[node]
name = "${server.port}"
data_dir = "${server.data}"
[http]
address = "127.0.0.1"
port = 0
plain_port = ${server.port}
[log]
level = "${logLevel}"
[webhooks]
allow_http = true
allowed_ranges = ["127.0.0.0/8"]
[sandbox]
port = 0
${sandbox}
${sections}
${carriers.join('\n')}
`);
    t.after(async () => {
      await server.kill('SIGKILL');
      rmSync(server.folder, { recursive: true, force: true });
    });
    return server;
  }

  static async start(t, options) {
    const server = await Server.make(t, options);
    await server.start();
    return server;
  }

  #spawned(args) {
    const [file, ...rest] = [...this.prefix, program, '-c', this.config, ...args];
    return [file, rest, { env: { ...process.env, ...this.environment } }];
  }

  async start() {
    const [file, args, options] = this.#spawned(['serve']);
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    this.exited = once(child, 'exit');
    child.stdout.on('data', (data) => { this.log += data; });
    child.stderr.on('data', (data) => { this.log += data; });
    await until(async () => {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`the program ended at its start:\n${this.log.slice(-2000)}`);
      }
      return fetch(`${this.url}/readyz`).then(async (answer) => {
        await answer.text();
        return true;
      }, () => false);
    }, 'the program answers');
  }

  // Ends it by its own pid and answers the exit code, or the signal's name.
  async kill(signal = 'SIGTERM') {
    if (!this.child) return null;
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    const [code, by] = await within(this.exited, `the end after ${signal}`, 40_000);
    this.child = null;
    return code ?? by;
  }

  isAlive() {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  // Runs a command of the program beside the server.
  command(...args) {
    const [file, all, options] = this.#spawned(args);
    const ran = spawnSync(file, all, { ...options, encoding: 'utf8', timeout: 30_000 });
    assert.equal(ran.status, 0, `cloudvno ${args.join(' ')}: ${ran.stderr}`);
    return ran.stdout;
  }

  // Of several processes on one database all have the key of the first.
  takeRootKeyOf(other) {
    mkdirSync(this.data, { mode: 0o700, recursive: true });
    copyFileSync(join(other.data, 'root.key'), join(this.data, 'root.key'));
  }

  account(...flags) {
    const name = flags.includes('--name') ? [] : ['--name', 'Test'];
    return readAccount(this.command('account', 'create', ...name, ...flags));
  }

  // A further key of the account: {key_sid, key}.
  key(account, ...flags) {
    return readAccount(this.command('key', 'create', '--account', account.account_sid, ...flags));
  }

  client(key) {
    return new Client(this.url, key);
  }
}

export class Client {
  constructor(url, key) {
    this.base = url;
    this.key = key;
  }

  // Answers {status, headers, body, text}; an object as body goes as JSON, URLSearchParams as form.
  async ask(method, path, body, headers = {}) {
    const sent = { ...headers };
    if (this.key && sent.authorization === undefined) sent.authorization = `Bearer ${this.key}`;
    let payload = body;
    if (body instanceof URLSearchParams) {
      payload = body.toString();
      sent['content-type'] ??= 'application/x-www-form-urlencoded';
    } else if (body !== undefined && typeof body === 'object' && !Buffer.isBuffer(body)) {
      payload = JSON.stringify(body);
      sent['content-type'] ??= 'application/json';
    }
    const answer = await fetch(this.base + path, {
      method, headers: sent, body: payload, redirect: 'manual', signal: AbortSignal.timeout(30_000),
    });
    const text = await answer.text();
    const isJson = (answer.headers.get('content-type') ?? '').startsWith('application/json');
    return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : null };
  }

  get(path, headers) {
    return this.ask('GET', path, undefined, headers);
  }

  post(path, body, headers) {
    return this.ask('POST', path, body, headers);
  }

  // Posts and expects 2xx; answers the body.
  async make(path, body, headers) {
    const answer = await this.post(path, body, headers);
    assert.ok(answer.status < 300, `POST ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  // The message once it has this status.
  async message(sid, status) {
    return until(async () => {
      const { body } = await this.get(`/v1/messages/${sid}`);
      return body.status === status && body;
    }, `${sid} is ${status}`);
  }

  // The messages on a handset once `fits` finds one; answers that one.
  async onHandset(handset, fits) {
    return until(async () => {
      const { body } = await this.get(`/v1/sandbox/handsets/${handset}/messages`);
      return body.data.find(fits);
    }, `a message on the handset`);
  }
}
