// What the page shows: elements from values. Texts of others only ever become text nodes.

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

export const $ = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// "+1 201 555 0100"; numbers of other countries as they are.
export function show(number) {
  const us = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return us ? `+1 ${us[1]} ${us[2]} ${us[3]}` : number;
}

export const nameOf = (handset) => handset.name ?? show(handset.phone_number);

const faceText = (handset) => handset.name ? handset.name[0] : handset.phone_number.slice(-2);

export function fillFace(element, handset) {
  element.textContent = faceText(handset);
  element.dataset.behavior = handset.behavior;
}

function snippet(handset) {
  const last = handset.last_message;
  if (!last) return handset.description;
  return last.direction === 'from_handset' ? `You: ${last.body}` : last.body;
}

// Makes the children of `list` those that are wanted: [{key, build}], in this order. What is there with the same key
// stays as it is, so that nothing is read out twice and no click is lost.
export function sync(list, wanted) {
  let at = list.firstElementChild;
  const keys = new Set(wanted.map(({ key }) => key));
  for (const { key, build } of wanted) {
    while (at && at.dataset.key !== key && !keys.has(at.dataset.key)) {
      const gone = at;
      at = at.nextElementSibling;
      gone.remove();
    }
    if (at?.dataset.key === key) {
      at = at.nextElementSibling;
      continue;
    }
    const item = build();
    item.dataset.key = key;
    list.insertBefore(item, at);
  }
  while (at) {
    const gone = at;
    at = at.nextElementSibling;
    gone.remove();
  }
}

// One line of the list at the left.
export function pick(handset, chosen, hasNews) {
  const face = make('span', { className: 'face', ariaHidden: 'true' });
  fillFace(face, handset);
  const last = handset.last_message;
  const button = make('button', { type: 'button', className: 'pick' },
    face,
    make('span', { className: 'name', textContent: nameOf(handset) }),
    make('span', { className: 'when', textContent: last ? clock.format(new Date(last.date_created)) : '' }),
    make('span', { className: 'text', textContent: snippet(handset) }));
  button.dataset.handset = handset.phone_number;
  if (chosen) button.setAttribute('aria-current', 'true');
  if (hasNews) {
    button.classList.add('news');
    button.append(make('span', { className: 'hidden', textContent: 'New message' }));
  }
  return make('li', {}, button);
}

function fate(message) {
  const time = clock.format(new Date(message.date_created));
  if (message.status === 'undelivered') return `Not delivered. ${message.reason ?? ''}`;
  if (message.direction === 'from_handset') {
    return message.status === 'pending' ? 'Sending…' : `Delivered · ${time}`;
  }
  return message.status === 'pending' ? 'On its way…' : time;
}

// A bubble; of a handset that talks with several numbers, each says which.
export function bubble(message, showLine, fresh) {
  const mine = message.direction === 'from_handset';
  const line = mine ? `to ${show(message.to)}` : `from ${show(message.from)}`;
  const item = make('li', { className: 'message' },
    make('div', { className: 'bubble', textContent: message.body }),
    make('div', { className: 'fate', textContent: showLine ? `${fate(message)} · ${line}` : fate(message) }));
  item.dataset.status = message.status;
  item.dataset.id = message.id;
  item.classList.toggle('mine', mine);
  item.classList.toggle('fresh', fresh);
  return item;
}

export const dayOf = (message) => day.format(new Date(message.date_created));

export function dayLine(text) {
  return make('li', { className: 'day', textContent: text });
}

// The request that sends the first message, for a terminal.
export function curlLine(origin, key, from, to) {
  const body = JSON.stringify({ from, to, body: 'Hello from CloudVNO' });
  // The certificate that the server makes for itself is known to nobody.
  const local = origin.startsWith('https://localhost') || origin.startsWith('https://127.');
  return [`curl ${local ? '-k ' : ''}${origin}/v1/messages`,
    `-H 'Authorization: Bearer ${key}'`,
    `-H 'Content-Type: application/json'`,
    `-d '${body}'`].join(' \\\n  ');
}
