// The handset page: keeps what the server knows of the handsets, and lets a person act on them.
import { Api, ApiError } from './api.js';
import { NetworkPanel } from './network.js';
import { PhonePanel } from './phone.js';
import { $, bubble, curlLine, dayLine, dayOf, fillFace, make, nameOf, pick, show, sync } from './view.js';

const waitSeconds = 25;
const longestRetryMs = 10_000;
const mostAttached = 700_000; // bytes, which fit a request in base64
const leastPollMs = 250; // from one question for news to the next, however busy the handsets are

const state = {
  api: null,
  lines: [],
  handsets: new Map(), // by number, in the server's order
  behaviors: [],
  chosen: null,        // number
  opened: new Set(),   // numbers typed in by hand
  seen: new Map(),     // number → id of the last message that was on the screen
  messages: new Map(), // of the chosen handset, by id
  cursor: 0,           // of those messages
  shown: new Set(),    // ids of bubbles that were drawn before
  lineByHand: false,   // the person chose whom this handset writes to
  stop: null,          // ends the poll
};

const networkPanel = new NetworkPanel();
const phonePanel = new PhonePanel();

const sleep = (ms, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
});

// ---- the key ----

function keyFromAddress() {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (!key) return null;
  // Out of the address bar, so that it is neither shown nor bookmarked.
  history.replaceState(null, '', location.pathname);
  return key.trim();
}

function askForKey(problem = '') {
  state.stop?.abort();
  state.api = null;
  networkPanel.use(null);
  phonePanel.use(null);
  $('desk').hidden = true;
  $('door').hidden = false;
  setLink('idle', '');
  $('key-error').textContent = problem;
  $('key').focus();
}

async function enter(key) {
  if (key.startsWith('cvno_live_')) {
    return askForKey('That is a live key. Handsets belong to the sandbox: use a key that begins with cvno_test_.');
  }
  state.stop?.abort();
  const api = new Api(key);
  try {
    const [lines, list] = await Promise.all([api.lines(), api.handsets(0, 0)]);
    state.api = api;
    state.lines = lines;
    state.stop = new AbortController();
    takeList(list);
    $('key').value = '';
    $('door').hidden = true;
    $('desk').hidden = false;
    fillLines();
    for (const handset of state.handsets.values()) markSeen(handset);
    await networkPanel.use(api);
    await choose(freshest());
    followList(list.cursor, state.stop.signal);
  } catch (error) {
    askForKey(error instanceof ApiError ? error.message : 'The server cannot be reached.');
  }
}

// ---- the list of handsets ----

function takeList(list) {
  state.behaviors = list.behaviors;
  state.handsets = new Map(list.data.map((handset) => [handset.phone_number, handset]));
  // The server forgets handsets that were idle long, and all of them when it starts anew.
  for (const number of [...state.opened, state.chosen]) {
    if (number && !state.handsets.has(number)) state.handsets.set(number, blank(number));
  }
}

function blank(number) {
  const behavior = state.behaviors[0];
  return { phone_number: number, name: null, last_message: null, ...behavior };
}

// The handset that talked last, else the first.
function freshest() {
  let best = null;
  for (const handset of state.handsets.values()) {
    if (!best || (handset.last_message?.id ?? 0) > (best.last_message?.id ?? 0)) best = handset;
  }
  return best.phone_number;
}

const markSeen = (handset) => state.seen.set(handset.phone_number, handset.last_message?.id ?? 0);

const hasNews = (handset) => handset.phone_number !== state.chosen &&
  handset.last_message?.direction === 'to_handset' &&
  handset.last_message.id > (state.seen.get(handset.phone_number) ?? 0);

async function followList(cursor, signal) {
  let retryMs = 500;
  while (!signal.aborted) {
    if (document.hidden) await shown(signal);
    try {
      const started = Date.now();
      setLink('live', 'Live');
      const list = await state.api.handsets(cursor, waitSeconds, signal);
      retryMs = 500;
      cursor = list.cursor;
      takeList(list);
      drawList();
      drawHead();
      await fetchMessages(signal);
      await sleep(Math.max(0, leastPollMs - (Date.now() - started)), signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error.status === 401 || error.status === 403 || error.status === 404) return askForKey(error.message);
      setLink('lost', 'Reconnecting…');
      await sleep(error.retryAfter ? error.retryAfter * 1000 : retryMs, signal);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    }
  }
}

// A page that nobody sees holds no connection.
const shown = (signal) => new Promise((resolve) => {
  const look = () => { if (!document.hidden || signal.aborted) resolve(); };
  document.addEventListener('visibilitychange', look, { signal });
  signal.addEventListener('abort', resolve, { once: true });
});

function drawList() {
  const focused = document.activeElement?.dataset?.handset;
  const named = [];
  const recent = [];
  for (const handset of state.handsets.values()) {
    const chosen = handset.phone_number === state.chosen;
    const news = hasNews(handset);
    (handset.name ? named : recent).push({
      key: JSON.stringify([handset, chosen, news]),
      build: () => pick(handset, chosen, news),
    });
  }
  sync($('named'), named);
  sync($('recent'), recent);
  $('recent-title').hidden = recent.length === 0;
  if (focused) document.querySelector(`[data-handset="${CSS.escape(focused)}"]`)?.focus();
}

// ---- one handset ----

async function choose(number) {
  state.chosen = number;
  state.messages = new Map();
  state.shown = new Set();
  state.cursor = 0;
  state.lineByHand = false;
  say('');
  $('behavior-error').textContent = '';
  $('first-status').textContent = '';
  drawList();
  drawHead();
  drawMessages();
  phonePanel.use(state.api, number, () => $('line').value);
  await fetchMessages(state.stop.signal).catch(() => {}); // the poll says what is wrong
}

async function fetchMessages(signal) {
  const number = state.chosen;
  const answer = await state.api.messages(number, state.cursor, signal);
  if (number !== state.chosen) return;
  const first = state.cursor === 0;
  state.cursor = answer.cursor;
  if (answer.data.length === 0 && !first) return;
  for (const message of answer.data) state.messages.set(message.id, message);
  const handset = state.handsets.get(number);
  if (handset) markSeen(handset);
  if (first) {
    for (const id of state.messages.keys()) state.shown.add(id);
  }
  if (!state.lineByHand) chooseLine();
  drawMessages();
  tellFate(answer.data);
}

function drawHead() {
  const handset = state.handsets.get(state.chosen);
  fillFace($('handset-face'), handset);
  $('handset-name').textContent = nameOf(handset);
  $('handset-number').textContent = handset.name ? show(handset.phone_number) : 'Any number is a handset';
  const select = $('behavior');
  if (select.options.length !== state.behaviors.length) {
    select.replaceChildren(...state.behaviors.map(({ behavior, description }) =>
      make('option', { value: behavior, textContent: description })));
  }
  if (document.activeElement !== select) select.value = handset.behavior;
}

function drawMessages() {
  const log = $('log');
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  const messages = [...state.messages.values()].sort((a, b) => a.id - b.id);
  const wanted = [];
  let day = '';
  for (const message of messages) {
    const its = dayOf(message);
    if (its !== day) wanted.push({ key: `day ${its}`, build: () => dayLine(its) });
    day = its;
    wanted.push({
      key: `${state.chosen} ${message.id} ${message.status}`,
      build: () => bubble(message, state.lines.length > 1, !state.shown.has(message.id), (url) => state.api.file(url)),
    });
  }
  sync($('messages'), wanted);
  for (const id of state.messages.keys()) state.shown.add(id);
  $('empty').hidden = messages.length > 0;
  if (messages.length === 0) drawCurl();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function drawCurl() {
  const from = state.lines[0]?.phone_number;
  $('curl').textContent = from ? curlLine(location.origin, state.api.key, from, state.chosen)
    : 'This account has no sandbox number yet.';
  $('copy').disabled = $('send-first').disabled = !from;
}

// ---- writing ----

function fillLines() {
  $('line').replaceChildren(...state.lines.map((line) =>
    make('option', { value: line.phone_number, textContent: show(line.phone_number) })));
  $('send').disabled = state.lines.length === 0;
}

// Whom this handset talked with last.
function chooseLine() {
  const last = [...state.messages.values()].sort((a, b) => b.id - a.id)[0];
  if (last) $('line').value = last.direction === 'from_handset' ? last.to : last.from;
  if (!$('line').value && state.lines.length) $('line').value = state.lines[0].phone_number;
  drawLineHint();
}

function drawLineHint() {
  const line = state.lines.find(({ phone_number: number }) => number === $('line').value);
  const hint = $('line-hint');
  hint.textContent = !line ? '' : line.sms_url ? `calls ${line.sms_url}` : 'has no sms_url: your app is not called';
  hint.title = hint.textContent;
}

function say(text, kind = '') {
  $('compose-status').textContent = text;
  $('compose-status').dataset.kind = kind;
}

let lastWritten = 0;

function tellFate(changed) {
  const message = changed.find(({ id }) => id === lastWritten);
  if (!message || message.status === 'pending') return;
  lastWritten = 0;
  if (message.status === 'delivered') say('Delivered to your account.', 'good');
  else say(`Not delivered. ${message.reason ?? ''}`, 'bad');
}

// The chosen files as the API takes them.
async function attached() {
  return Promise.all([...$('attach').files].map(async (file) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return { content_type: file.type, content: btoa(binary) };
  }));
}

function tellAttached() {
  const files = [...$('attach').files];
  $('attach-label').dataset.count = files.length || '';
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const tooMuch = bytes > mostAttached ? ' More than 700 kB cannot be sent from here.' : '';
  say(files.length ? `${files.map((file) => file.name).join(', ')}.${tooMuch}` : '', tooMuch ? 'bad' : '');
}

async function write() {
  const text = $('body').value.trim();
  const handset = state.chosen;
  const files = [...$('attach').files];
  if ((!text && !files.length) || $('send').disabled) return;
  if (files.reduce((sum, file) => sum + file.size, 0) > mostAttached) return tellAttached();
  $('send').disabled = true;
  say('Sending…');
  try {
    const message = await state.api.write(handset, $('line').value, text, await attached());
    $('body').value = '';
    $('attach').value = '';
    $('attach-label').dataset.count = '';
    fitBody();
    lastWritten = message.id;
    // The poll may have told its fate before this answer came.
    if (state.messages.has(message.id)) tellFate([state.messages.get(message.id)]);
    if (handset === state.chosen && !state.messages.has(message.id)) {
      state.messages.set(message.id, message);
      drawMessages();
      $('log').scrollTop = $('log').scrollHeight;
    }
  } catch (error) {
    say(error instanceof ApiError ? error.message : 'The server cannot be reached. Nothing was sent.', 'bad');
  } finally {
    $('send').disabled = false;
    $('body').focus();
  }
}

function fitBody() {
  const body = $('body');
  body.style.height = 'auto';
  body.style.height = `${body.scrollHeight + 2}px`;
}

function setLink(kind, text) {
  const link = $('link');
  if (link.textContent === text) return;
  link.dataset.state = kind;
  link.textContent = text;
}

// ---- what a person does ----

$('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  enter($('key').value.trim());
});

document.querySelector('.phones').addEventListener('click', (event) => {
  const button = event.target.closest('.pick');
  if (button) choose(button.dataset.handset);
});

$('other-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const number = $('other').value.replace(/[\s().-]/g, '');
  const fits = /^\+[1-9]\d{6,14}$/.test(number);
  $('other-error').textContent = fits ? '' : 'Write the number with + and the country code.';
  if (!fits) return;
  $('other').value = '';
  state.opened.add(number);
  if (!state.handsets.has(number)) state.handsets.set(number, blank(number));
  choose(number);
});

$('behavior').addEventListener('change', async (event) => {
  const number = state.chosen;
  $('behavior-error').textContent = '';
  try {
    state.handsets.set(number, await state.api.setBehavior(number, event.target.value));
  } catch (error) {
    $('behavior-error').textContent = error.message;
    event.target.value = state.handsets.get(number).behavior;
  }
  drawList();
  drawHead();
});

$('line').addEventListener('change', () => {
  state.lineByHand = true;
  drawLineHint();
});
// An sms_url may have been set meanwhile.
$('line').addEventListener('focus', async () => {
  const lines = await state.api.lines().catch(() => state.lines);
  if (lines.length !== state.lines.length) return;
  state.lines = lines;
  drawLineHint();
});

$('compose').addEventListener('submit', (event) => {
  event.preventDefault();
  write();
});
$('body').addEventListener('input', fitBody);
$('attach').addEventListener('change', tellAttached);
$('body').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  write();
});

$('copy').addEventListener('click', async () => {
  try {
    await navigator.clipboard.writeText($('curl').textContent);
    $('first-status').textContent = 'Copied.';
  } catch {
    getSelection().selectAllChildren($('curl'));
    $('first-status').textContent = 'Selected: copy it with the keyboard.';
  }
});

$('send-first').addEventListener('click', async () => {
  $('first-status').textContent = 'Sending…';
  try {
    await state.api.send(state.lines[0].phone_number, state.chosen, 'Hello from CloudVNO');
  } catch (error) {
    $('first-status').textContent = error.message;
  }
});

function begin() {
  const key = keyFromAddress();
  if (key) enter(key);
  else if (!state.api) askForKey();
}

addEventListener('hashchange', () => { if (location.hash.includes('key=')) begin(); });
begin();
