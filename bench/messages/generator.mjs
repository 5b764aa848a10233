// The measuring process: an SMSC, the load and a sink of callbacks in one thread (main.cpp), or that of a trial.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort, program } from '../../tests/e2e/support/server.mjs';
import { until, within } from '../../tests/e2e/support/wait.mjs';

const built = (name) => join(dirname(program), name);  // beside the program under measurement

export class Generator {
  static async start(t, name = 'bench_messages') {
    const generator = new Generator();
    generator.smscPort = await freePort();
    generator.sinkPort = await freePort();
    const child = spawn(built(name), [generator.smscPort, generator.sinkPort], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    generator.child = child;
    generator.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    t.after(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    return generator;
  }

  async ask(command, patience = 30_000) {
    this.child.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await within(this.lines.next(), 'the measurement ends', patience);
    if (done) throw new Error('the measuring process ended');
    return JSON.parse(value);
  }

  async bound() {
    // Longer than a gateway waits between two tries.
    await until(async () => (await this.ask({ do: 'state' })).bound > 0, 'the gateway binds', 90_000);
  }

  // One measurement of the gateway: load for so many seconds, then until all has arrived.
  run(gateway, options) {
    return this.ask({ do: 'run', port: gateway.port, processes: gateway.processes, request: gateway.request(options.receipts), ...options },
      (options.seconds + 300) * 1000);
  }

  cpuMicros() {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').replace(/.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  }

  // submit_sm a second through the carrier connector alone, one bind, as the SMSC counts them.
  async smppAlone(window, seconds) {
    const [cpu, { submits }] = [this.cpuMicros(), await this.ask({ do: 'state' })];
    const ran = spawnSync(built('bench_smpp_alone'), [this.smscPort, window, seconds], { encoding: 'utf8', timeout: (seconds + 30) * 1000 });
    if (ran.status !== 0) throw new Error(`bench_smpp_alone: ${ran.error ?? ran.stderr}`);
    const result = JSON.parse(ran.stdout);
    const taken = (await this.ask({ do: 'state' })).submits - submits;
    if (taken < result.accepted) throw new Error(`the SMSC took ${taken} submit_sm, but ${result.accepted} were answered`);
    return { ...result, smsc_cpu_us: (this.cpuMicros() - cpu) / taken };
  }
}
