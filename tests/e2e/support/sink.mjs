// A customer's server: takes callbacks, keeps them as they came, and answers as it is told.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Inbox } from './wait.mjs';

export class Sink {
  // `answer(request)` gives {status, type, body}, or nothing for 204. A request is kept as {method, path, url,
  // headers, raw, fields}: `url` as the customer gave it to us plus what came behind, `raw` the body's text.
  static async start(t, answer = () => undefined) {
    const sink = new Sink();
    sink.inbox = new Inbox();
    sink.answer = answer;
    sink.all = [];
    const server = createServer((request, response) => {
      const pieces = [];
      request.on('data', (piece) => pieces.push(piece));
      request.on('end', () => {
        const raw = Buffer.concat(pieces).toString();
        const url = new URL(request.url, sink.url);
        const form = request.method === 'GET' ? url.searchParams : new URLSearchParams(raw);
        const callback = {
          method: request.method, path: url.pathname, url: sink.url + request.url, headers: request.headers, raw,
          fields: Object.fromEntries(form),
        };
        sink.all.push(callback);
        const { status = 204, type, body } = sink.answer(callback) ?? {};
        response.writeHead(status, type ? { 'content-type': type } : {});
        response.end(body);
        sink.inbox.put(callback);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    sink.url = `http://127.0.0.1:${server.address().port}`;
    t.after(() => {
      server.close();
      server.closeAllConnections?.();
    });
    return sink;
  }

  next(what = 'a callback', ms) {
    return this.inbox.take(what, ms);
  }
}
