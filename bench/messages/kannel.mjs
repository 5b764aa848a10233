// Kannel 1.4.5 (Debian's bearerbox and smsbox) with one SMPP carrier, as a gateway under measurement.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../tests/e2e/support/server.mjs';
import { until } from '../../tests/e2e/support/wait.mjs';

const text = 'Your+parcel+arrives+today+between+10+and+12.';
const encode = encodeURIComponent;

export class Kannel {
  // `store`: spool, file or none. Window and logging as at the other gateway: 100, and nothing but trouble.
  static async start(t, { store, smscPort, sinkPort }) {
    const kannel = new Kannel();
    const folder = mkdtempSync(join(tmpdir(), 'cloudvno-kannel-'));
    const [admin, box] = [await freePort(), await freePort()];
    kannel.port = await freePort();
    const location = join(folder, 'store');
    if (store === 'spool') mkdirSync(location);
    const config = join(folder, 'kannel.conf');
    writeFileSync(config, `
group = core
admin-port = ${admin}
admin-interface = 127.0.0.1
admin-password = bench
smsbox-port = ${box}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
box-deny-ip = *.*.*.*
log-file = ${folder}/bearerbox.log
log-level = 3
dlr-storage = internal
${store === 'none' ? '' : `store-type = ${store}\nstore-location = ${location}\n`}
group = smsc
smsc = smpp
smsc-id = acme
host = 127.0.0.1
port = ${smscPort}
transceiver-mode = true
smsc-username = bench
smsc-password = bench
system-type = VMA
max-pending-submits = 100
source-addr-ton = 1
source-addr-npi = 1
dest-addr-ton = 1
dest-addr-npi = 1
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${kannel.port}
sendsms-interface = 127.0.0.1
log-file = ${folder}/smsbox.log
log-level = 3

group = sendsms-user
username = bench
password = bench
`);
    const start = (program) => {
      const child = spawn(program, [config], { stdio: 'ignore' });
      child.ended = once(child, 'exit');
      return child;
    };
    const bearerbox = start('/usr/sbin/bearerbox');
    const answers = (port) => fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text().then(() => true), () => false);
    await until(() => answers(admin), 'bearerbox answers');
    const smsbox = start('/usr/sbin/smsbox');
    t.after(async () => {
      const children = [smsbox, bearerbox];
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(children.map((child) => child.ended));
      rmSync(folder, { recursive: true, force: true });
    });
    await until(() => answers(kannel.port), 'smsbox answers');
    kannel.processes = [bearerbox.pid, smsbox.pid];
    kannel.sinkPort = sinkPort;
    kannel.folder = folder;
    return kannel;
  }

  // dlr-mask 9: accepted by the SMSC (8) and delivered (1), two callbacks, as with CloudVNO's sent and delivered.
  request(receipts) {
    const url = `http://127.0.0.1:${this.sinkPort}/?To=+{to}&MessageStatus=%d`;
    const dlr = `&dlr-mask=9&dlr-url=${encode(url).replace(encode('{to}'), '{to}')}`;
    const query = `username=bench&password=bench&from=%2B{from}&to=%2B{to}&text=${text}${receipts ? dlr : ''}`;
    return `GET /cgi-bin/sendsms?${query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
  }
}
