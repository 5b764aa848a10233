// Kannel: bearerbox, bound to an SMSC, and smsbox in front of it. As an aggregator that is reached over HTTP, or as a
// customer that binds to us.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './server.mjs';
import { until, within } from './wait.mjs';

const bearerbox = '/usr/sbin/bearerbox';
const smsbox = '/usr/sbin/smsbox';
export const isHere = existsSync(bearerbox) && existsSync(smsbox);

export class Kannel {
  // `inboundUrl`: where inbound messages go, with Kannel's own escapes.
  static async start(t, { smscPort, sendPort, inboundUrl, username = 'kannel', password = 'secret08' }) {
    const folder = mkdtempSync(join(tmpdir(), 'cloudvno-kannel-'));
    const children = [];
    t.after(async () => {
      for (const child of children.reverse()) {
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
        await within(child.exited, 'the end of Kannel');
      }
      rmSync(folder, { recursive: true, force: true });
    });
    const [adminPort, boxPort] = [await freePort(), await freePort()];
    const config = join(folder, 'kannel.conf');
    writeFileSync(config, `
group = core
admin-port = ${adminPort}
admin-interface = 127.0.0.1
admin-password = unused
smsbox-port = ${boxPort}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
dlr-storage = internal
log-level = 1

group = smsc
smsc = smpp
smsc-id = up
host = 127.0.0.1
port = ${smscPort}
smsc-username = ${username}
smsc-password = ${password}
system-type = VMA
transceiver-mode = true
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${sendPort}
sendsms-interface = 127.0.0.1
mo-recode = true
log-level = 1

group = sendsms-user
username = cloudvno
password = kannel-password
max-messages = 10
concatenation = true

group = sms-service
keyword = default
catch-all = true
get-url = "${inboundUrl}"
max-messages = 0
`);
    let log = '';
    const run = (program) => {
      const child = spawn(program, [config], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      child.exited = once(child, 'exit');
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { log += data; });
      children.push(child);
      return child;
    };
    const answers = (port) => () => fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text().then(() => true), () => false);
    run(bearerbox);
    await until(answers(adminPort), 'bearerbox answers');
    run(smsbox);
    await until(answers(sendPort), 'smsbox answers').catch((error) => {
      throw new Error(`${error.message}\n${log.slice(-3000)}`);
    });
  }
}
