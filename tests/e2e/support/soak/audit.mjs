// What was promised against what is there: every answer 201, every state change, every event and its deliveries.
import { until } from '../wait.mjs';

async function readAll(client, path) {
  const all = [];
  for (let next = path; next;) {
    const { status, text, body } = await client.get(next);
    if (status !== 200) throw new Error(`${next}: ${status} ${text}`);
    for (const one of body.data) all.push(one);
    next = body.next;
  }
  return all;
}

const countBy = (list, of) => {
  const counts = new Map();
  for (const one of list) counts.set(of(one), (counts.get(of(one)) ?? 0) + 1);
  return counts;
};

const group = (list, of) => {
  const groups = new Map();
  for (const one of list) groups.has(of(one)) ? groups.get(of(one)).push(one) : groups.set(of(one), [one]);
  return groups;
};

// Waits until nothing is under way any more; what still is then is found by the ledger.
export async function comeToRest(world, patience) {
  const none = async (mode, path) => (await world.client(mode).get(path)).body?.data?.length === 0;
  await until(async () => await none('live', '/v1/messages?status=queued&limit=1') &&
    await none('live', '/v1/messages?status=sent&limit=1') &&
    await none('live', '/v1/webhook_deliveries?status=pending&limit=1') &&
    await none('test', '/v1/webhook_deliveries?status=pending&limit=1'), 'all at rest', patience).catch(() => {});
}

function compareMessages(world, load, stored, found) {
  const bySid = new Map(stored.map((message) => [message.sid, message]));
  for (const [sid, text] of load.messages) {
    if (bySid.get(sid)?.body !== text) found.lost.push(`message ${sid} "${text}"`);
  }
  for (const [text, times] of countBy(stored, (message) => message.body)) {
    if (times > 1) found.doubled.push(`${times} messages "${text}"`);
  }
  for (const { sid, body, possible_duplicate: marked } of stored) {
    if (!load.messages.has(sid)) found.doubled.push(`message ${sid} "${body}" that nobody was promised`);
    const times = world.times.get(body) ?? 0;
    if (times > 1 && !marked) found.doubled.push(`"${body}" sent ${times} times and not marked`);
    if (times === 0) found.lost.push(`message ${sid} "${body}" never sent`);
  }
}

function compareNumbers(load, stored, given, found) {
  const bySid = new Map(stored.map((number) => [number.sid, number]));
  for (const [sid, number] of load.numbers) {
    if (bySid.get(sid)?.phone_number !== number) found.lost.push(`number ${sid} ${number}`);
  }
  for (const { sid, phone_number: number } of stored) {
    if (!load.numbers.has(sid) && !given.has(number)) found.doubled.push(`number ${number} that nobody was promised`);
  }
}

// Each change of a resource's state has one event, numbered from 1 without a gap; the last says the state it is in.
function compareEvents(states, events, found) {
  const byResource = group(events, (event) => event.resource_sid);
  for (const [sid, { last, atLeast }] of states) {
    const own = (byResource.get(sid) ?? []).sort((a, b) => a.sequence - b.sequence);
    byResource.delete(sid);
    const numbered = own.every((event, i) => event.sequence === i + 1);
    if (!numbered || own.length < atLeast || own.at(-1)?.type !== last) {
      found.missing.push(`${sid} is ${last}, its events ${own.map((event) => `${event.sequence} ${event.type}`).join(', ')}`);
    }
  }
  for (const sid of byResource.keys()) found.missing.push(`events of ${sid}, which is not there`);
}

// Each event has one delivery, which succeeded and has its attempts, and whose body arrived; and nothing else arrived.
function compareDeliveries(events, deliveries, arrived, found) {
  const byEvent = group(deliveries, (delivery) => delivery.event_sid);
  const known = new Set();
  for (const { sid, type } of events) {
    known.add(sid);
    const own = byEvent.get(sid) ?? [];
    if (own.length !== 1) found.missing.push(`${own.length} deliveries of ${sid} ${type}`);
    for (const one of own) {
      if (one.status !== 'succeeded' || one.attempts < 1) found.missing.push(`${sid} ${type}: ${one.status}, ${one.attempts} attempts, ${one.failure}`);
    }
    if (!arrived.has(sid)) found.missing.push(`${sid} ${type} did not arrive`);
  }
  for (const sid of arrived.keys()) if (!known.has(sid)) found.missing.push(`${sid} arrived, and is not there`);
}

// After load.end(). Answers lists of what is wrong, and counts for the report.
export async function audit(world, load, patience = 150_000) {
  await comeToRest(world, patience);
  const found = { lost: [], doubled: [...load.doubled], missing: [], wrong: load.wrong };
  const messages = await readAll(world.client('live'), '/v1/messages?limit=1000');
  const numbers = await readAll(world.client('test'), '/v1/incoming_phone_numbers?limit=1000');
  compareMessages(world, load, messages, found);
  compareNumbers(load, numbers, new Set(world.account.numbers), found);
  const states = new Map();
  for (const { sid, status } of messages) states.set(sid, { last: `message.${status}`, atLeast: 2 });
  for (const { sid, phone_number: number } of numbers) {
    if (!world.account.numbers.includes(number)) states.set(sid, { last: 'number.provisioned', atLeast: 1 });
  }
  const both = async (path) => [...await readAll(world.client('live'), path), ...await readAll(world.client('test'), path)];
  const events = await both('/v1/events?limit=1000');
  compareEvents(states, events, found);
  if (world.sink) {
    const arrived = countBy(world.sink.all, ({ raw }) => JSON.parse(raw).id);
    const deliveries = await both('/v1/webhook_deliveries?limit=1000');
    compareDeliveries(events, deliveries, arrived, found);
    found.retried = deliveries.filter((delivery) => delivery.attempts > 1).length;
    found.again = [...arrived.values()].filter((times) => times > 1).length;
  }
  return Object.assign(found, {
    stored: messages, messages: messages.length, numbers: load.numbers.size, events: events.length,
    marked: messages.filter((message) => message.possible_duplicate).length,
  });
}
