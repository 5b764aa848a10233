// Bytes to the server's port as they are, with no HTTP client between.
import { connect } from 'node:net';
import { within } from './wait.mjs';

// Sends bytes and answers all that comes back until the server ends the connection, or says no more for `ms`.
export function raw(server, pieces, { ms = 1_000, half = false } = {}) {
  return within(new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1');
    let text = '';
    socket.setTimeout(ms);
    socket.on('connect', () => {
      for (const piece of [pieces].flat()) socket.write(piece);
      if (half) socket.end();
    });
    socket.on('data', (data) => { text += data.toString('latin1'); });
    socket.on('timeout', () => { socket.destroy(); resolve({ text, ended: false }); });
    socket.on('close', () => resolve({ text, ended: true }));
    socket.on('error', (error) => (error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve({ text, ended: true }) : reject(error)));
  }), 'the answer to raw bytes');
}

// Of the answers in what came back.
export const statuses = ({ text }) => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
