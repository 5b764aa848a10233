// A customer's ESME, made of npm's smpp: binds, submits, keeps what is delivered to it.
import { once } from 'node:events';
import { smpp } from './smsc.mjs';
import { Inbox, within } from './wait.mjs';

export class Esme {
  // Connects; bind() follows. `url`: smpp://host:port or ssmpp://.
  static async connect(t, url) {
    const esme = new Esme();
    esme.delivered = new Inbox();
    esme.answer = () => smpp.ESME_ROK; // of deliver_sm
    const session = smpp.connect({ url, rejectUnauthorized: false });
    esme.session = session;
    esme.closed = new Promise((resolve) => session.on('close', resolve));
    session.on('error', () => {});
    session.on('enquire_link', (pdu) => session.send(pdu.response()));
    session.on('unbind', (pdu) => session.send(pdu.response()));
    session.on('deliver_sm', (pdu) => {
      session.send(pdu.response({ command_status: esme.answer(pdu) }));
      esme.delivered.put(pdu);
    });
    t.after(() => session.destroy());
    await within(once(session, 'connect'), `a connection to ${url}`);
    return esme;
  }

  // Sends a request and answers the response; {command_status: -1} when the link goes first.
  ask(kind, fields) {
    return within(new Promise((resolve) => {
      this.closed.then(() => resolve({ command_status: -1 }));
      this.session[kind](fields, resolve);
    }), `${kind}_resp`);
  }

  bind({ system_id, password }, kind = 'bind_transceiver') {
    return this.ask(kind, { system_id, password, interface_version: 0x34 });
  }

  submit(from, to, text, fields = {}) {
    return this.ask('submit_sm', {
      source_addr_ton: 1, source_addr_npi: 1, source_addr: from.slice(1),
      dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: to.slice(1),
      short_message: text, ...fields,
    });
  }

  async unbind() {
    await this.ask('unbind', {});
    this.session.destroy();
    await within(this.closed, 'the end of the session');
  }
}
