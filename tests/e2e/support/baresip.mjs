// baresip with a file for a microphone, that writes down what it hears; steered by its ctrl_tcp (JSON in netstrings).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav } from './sounds.mjs';
import { freePort } from './server.mjs';
import { until } from './wait.mjs';

const modules = ['/usr/lib/baresip/modules', '/usr/lib/x86_64-linux-gnu/baresip/modules', '/usr/lib/aarch64-linux-gnu/baresip/modules']
  .find((folder) => existsSync(folder));

export class Baresip {
  // `plays`: a WAV; `account`: parameters of its account; `transport`.
  static async start(t, { plays, codec = 'PCMU', account = '', name = 'phone' }) {
    const phone = new Baresip();
    phone.folder = mkdtempSync(join(tmpdir(), 'baresip-'));
    phone.events = [];
    phone.log = '';
    // Without a certificate it listens to TLS on the port behind.
    phone.port = await freePort();
    const [control, media] = [await freePort(), (await freePort()) & ~1];
    writeFileSync(join(phone.folder, 'plays.wav'), plays);
    writeFileSync(join(phone.folder, 'accounts'), `<sip:${name}@127.0.0.1>;regint=0;audio_codecs=${codec}${account}\n`);
    writeFileSync(join(phone.folder, 'config'), `
sip_listen 127.0.0.1:${phone.port}
net_interface 127.0.0.1
audio_source aufile,${phone.folder}/plays.wav
audio_player aubridge,nothing
jitter_buffer_delay 1-5
rtp_ports ${media}-${media + 20}
call_max_calls 4
module_path ${modules}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
snd_path ${phone.folder}
module_tmp uuid.so
module_tmp account.so
module_app ctrl_tcp.so
module_app menu.so
ctrl_tcp_listen 127.0.0.1:${control}
`);
    const child = spawn('baresip', ['-f', phone.folder], { stdio: ['pipe', 'pipe', 'pipe'] });
    phone.exited = once(child, 'exit');
    child.stdout.on('data', (data) => { phone.log = (phone.log + data).slice(-100_000); });
    child.stderr.on('data', (data) => { phone.log = (phone.log + data).slice(-100_000); });
    t.after(async () => {
      child.kill('SIGKILL');
      await phone.exited;
      rmSync(phone.folder, { recursive: true, force: true });
    });
    phone.socket = await until(() => new Promise((resolve, reject) => {
      if (child.exitCode !== null) reject(new Error(`baresip ended at its start:\n${phone.log}`));
      const socket = connect(control, '127.0.0.1');
      socket.once('connect', () => resolve(socket)).once('error', () => resolve(null));
    }), 'baresip is ready');
    t.after(() => phone.socket.destroy());
    let bytes = '';
    phone.socket.on('data', (data) => {
      for (bytes += data; ;) {
        const [size] = /^\d+/.exec(bytes) ?? [];
        if (size === undefined || bytes.length < size.length + Number(size) + 2) return;
        phone.events.push(JSON.parse(bytes.slice(size.length + 1, size.length + 1 + Number(size))));
        bytes = bytes.slice(size.length + Number(size) + 2);
      }
    });
    return phone;
  }

  command(command, params = '') {
    const text = JSON.stringify({ command, params, token: 't' });
    this.socket.write(`${text.length}:${text},`);
  }

  // The event once it has come, be it before: CALL_ESTABLISHED, CALL_CLOSED…
  event(type, ms) {
    return until(() => this.events.find((one) => one.type === type), `baresip's ${type}`, ms);
  }

  // What it heard, once the call is over.
  heard() {
    const file = readdirSync(this.folder).find((name) => name.endsWith('-dec.wav'));
    return readWav(readFileSync(join(this.folder, file)));
  }
}
