// A carrier's SMSC, made of npm's smpp: takes binds and submits, answers as it is told, sends receipts and messages.
import { once } from 'node:events';
import { packages } from './packages.mjs';
import { Inbox, within } from './wait.mjs';

export const smpp = packages('smpp');

// npm's smpp gives a text as a string, as {message}, or as bytes, by the PDU and its data_coding.
export function textOf(pdu) {
  const field = pdu.short_message;
  if (Buffer.isBuffer(field)) return field.toString();
  return String(field?.message ?? field ?? '');
}

// {reference, total, number} of a part's header, or nothing.
export function jointOf(pdu) {
  for (const element of pdu.short_message?.udh ?? []) {
    if (element[0] === 0 && element[1] === 3) return { reference: element[2], total: element[3], number: element[4] };
    if (element[0] === 8 && element[1] === 4) return { reference: element.readUInt16BE(2), total: element[4], number: element[5] };
  }
  return null;
}

export class Smsc {
  // The [[carrier]] of one at that port.
  static table(port, window = 10) {
    return `
[[carrier]]
name = "acme"
host = "127.0.0.1"
port = ${port}
system_id = "cloudvno"
password = "secret08"
system_type = "VMS"
window = ${window}
price_per_part = "0.0079"
`;
  }

  // `answer(pdu)` gives the fields of submit_sm_resp, or `null` for no answer at all.
  static async start(t, port = 0) {
    const smsc = new Smsc();
    smsc.binds = new Inbox();
    smsc.submits = new Inbox();
    smsc.lastId = 0;
    smsc.answer = () => ({ message_id: `c${++smsc.lastId}` });
    smsc.sessions = new Set();
    const server = smpp.createServer((session) => {
      smsc.sessions.add(session);
      session.ended = new Promise((resolve) => session.on('close', resolve));
      session.on('close', () => smsc.sessions.delete(session));
      session.on('error', () => {});
      for (const kind of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) {
        session.on(kind, (pdu) => {
          session.kind = kind;
          session.send(pdu.response({ system_id: 'acme' }));
          if (kind !== 'bind_transmitter') smsc.session = session; // what deliver() goes out on
          smsc.binds.put(pdu);
        });
      }
      session.on('enquire_link', (pdu) => session.send(pdu.response()));
      session.on('unbind', (pdu) => session.send(pdu.response()));
      session.on('submit_sm', (pdu) => {
        const fields = smsc.answer(pdu);
        if (fields) session.send(pdu.response(fields));
        smsc.submits.put({ ...fields, pdu, session });
      });
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    smsc.port = server.address().port;
    t.after(() => {
      smsc.drop();
      server.close();
    });
    return smsc;
  }

  get table() {
    return Smsc.table(this.port);
  }

  // `more` are further lines of the [[carrier]], or others in place of the usual ones.
  tableWith(more = '') {
    const set = new Set(more.split('\n').map((line) => line.split(' = ')[0]));
    const usual = this.table.split('\n').filter((line) => !set.has(line.split(' = ')[0]));
    return `${usual.join('\n')}\n${more}\n`;
  }

  drop() {
    for (const session of this.sessions) session.destroy();
  }

  // Sends deliver_sm and answers the status of its response; -1 when the link goes first.
  async deliver(fields) {
    const { session } = this;
    const response = await within(new Promise((resolve) => {
      session.ended.then(() => resolve({ command_status: -1 }));
      session.deliver_sm({ source_addr_ton: 1, source_addr_npi: 1, dest_addr_ton: 1, dest_addr_npi: 1, ...fields }, resolve);
    }), 'deliver_sm_resp');
    return response.command_status;
  }

  receipt({ pdu, message_id: id }, state = 'DELIVRD', error = '000') {
    return this.deliver({
      source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, esm_class: 4,
      short_message: `id:${id} sub:001 dlvrd:001 submit date:2611232154 done date:2611232155 stat:${state} err:${error} text:`,
    });
  }
}
