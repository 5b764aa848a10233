// CloudVNO's release build with one SMPP carrier, as a gateway under measurement.
import { Server } from '../../tests/e2e/support/server.mjs';

// Outside the sandbox's ranges, of which each account is given five numbers.
export const senders = Array.from({ length: 8 }, (_, i) => `1206555010${i}`);

export class Cloudvno {
  static async start(t, { smscPort, sinkPort }) {
    const gateway = new Cloudvno();
    const carrier = `
[[carrier]]
name = "acme"
host = "127.0.0.1"
port = ${smscPort}
system_id = "bench"
password = "bench"
window = 100
price_per_part = "0.0079"
`;
    const server = await Server.make(t, { carriers: [carrier], logLevel: 'warn' });
    const account = server.account('--no-rate-limits');
    for (const sender of senders) {
      server.command('number', 'add', '--account', account.account_sid, '--carrier', 'acme', `+${sender}`);
    }
    gateway.key = server.key(account, '--live').key;
    await server.start();
    gateway.server = server;
    gateway.port = server.port;
    gateway.sinkPort = sinkPort;
    gateway.processes = [server.child.pid];
    return gateway;
  }

  request(receipts) {
    const callback = `&status_callback=${encodeURIComponent(`http://127.0.0.1:${this.sinkPort}/status`)}`;
    const body = `from=%2B{from}&to=%2B{to}&body=Your+parcel+arrives+today+between+10+and+12.${receipts ? callback : ''}`;
    const length = body.replace('{from}', senders[0]).replace('{to}', '447000000000').length;
    return `POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${this.key}\r\n`
      + `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${length}\r\n\r\n${body}`;
  }
}
