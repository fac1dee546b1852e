// Shows chats as a phone would. What is shown arrives as custom messages and never enters the model's state.
const MOST = 200; // of chats, and of messages in a chat: as many as the kernel tells
const MOST_WHILE_READING = 3 * MOST;
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const DATE = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "2-digit", year: "numeric" });
const NUMBER = new Intl.NumberFormat("en-US");
const OWN_KEYS = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", " ", "Enter"]);

export default () => {
  const phone = { epoch: null, running: true, of: null, total: 0, chats: new Map(), opened: new Set() };
  return {
    initialize({ model }) {
      model.on("msg:custom", (news) => take(phone, news));
      model.send({ want: "overview" });
    },

    render({ model, el }) {
      const root = make("section", { className: "greenapi-form greenapi-phone" });
      let asked = false;
      let open = null;
      let screen = null;
      let frame = 0;

      const ask = () => {
        asked = true;
        model.send({ want: "chat", to: open });
      };
      const go = (to, from) => {
        open = to;
        phone.opened.add(to);
        screen = null;
        if (to !== null) ask(); // even for a chat that is all here: the kernel does not leave out what was asked for
        show();
        screen.focus(from);
      };
      const show = () => {
        const to = phone.of?.to ?? open;
        const back = !phone.of && (() => go(null, to));
        screen ??= to === null ? listScreen(phone, go) : chatScreen(phone, to, back);
        root.ariaLabel = to === null ? "Chats in the sandbox" : `Phone of ${to}`;
        screen.show(); // before it is on the page: what was there already is not read out
        if (screen.element.parentElement !== root) root.replaceChildren(screen.element);
        const chat = phone.chats.get(open);
        if (!chat || isWhole(chat)) asked = false;
        else if (!asked) ask();
      };
      // Many updates may come between two frames; and a page that nobody sees has no frames.
      const later = () => {
        if (phone.of && screen?.of !== phone.of.to) screen = null;
        frame ||= requestAnimationFrame(() => {
          frame = 0;
          show();
        });
      };
      // JupyterLab takes these keys for the notebook unless the element that has the focus says no.
      const keep = (event) => {
        if (!root.contains(event.target)) return;
        const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
        event.target.toggleAttribute("data-lm-suppress-shortcuts", plain && OWN_KEYS.has(event.key));
      };

      el.append(root);
      show();
      model.on("msg:custom", later);
      window.addEventListener("keydown", keep, true);
      return () => {
        cancelAnimationFrame(frame);
        model.off("msg:custom", later);
        window.removeEventListener("keydown", keep, true);
      };
    },
  };
};

const isWhole = ({ items }) => items.length >= MOST || items[0].index === 0;

// The items of a chat are always its last ones, without a gap: where news do not join them, the news stay alone.
function take(phone, { epoch, running, of, total, chats }) {
  if (epoch !== phone.epoch) phone.chats.clear();
  Object.assign(phone, { epoch, running, of, total });
  for (const chat of chats) {
    const known = phone.chats.get(chat.to)?.items ?? [];
    const [first] = chat.items;
    const joined = known.length && first.index <= known.at(-1).index + 1;
    const before = joined ? known.filter(({ index }) => index < first.index) : [];
    phone.chats.set(chat.to, { ...chat, items: [...before, ...chat.items].slice(-MOST) });
  }
  const surplus = latestFirst(phone).slice(MOST);
  for (const { to } of surplus) if (!phone.opened.has(to)) phone.chats.delete(to);
}

const latestFirst = (phone) => [...phone.chats.values()].sort((one, other) => other.number - one.number);

function chatScreen(phone, to, back) {
  const name = make("strong");
  const head = header(name, back && button("greenapi-phone-back", "←", back, "Back to the chats"));
  const earlier = make("p", { className: "greenapi-phone-line" });
  const empty = make("p", { className: "greenapi-phone-line" });
  const rows = make("div", { className: "greenapi-phone-rows" });
  const log = make("div", { className: "greenapi-phone-log", role: "log", tabIndex: 0 }, earlier, empty, rows);
  const newest = button("greenapi-phone-newest", "", () => {
    log.scrollTop = log.scrollHeight;
    log.focus();
  });
  const foot = footer();
  let group = phone.of?.kind === "group";
  let pinned = true;
  let read = -1; // the index of the last message that has been in sight
  log.ariaLabel = `Messages to ${to}`;

  const settle = () => {
    const last = Number(rows.lastElementChild?.dataset.index ?? -1);
    if (pinned) log.scrollTop = log.scrollHeight;
    if (pinned || last < read) read = last;
    newest.hidden = last === read;
    newest.textContent = `↓ ${counted(last - read, "new message")}`;
  };
  log.addEventListener("scroll", () => {
    pinned = log.scrollHeight - log.scrollTop - log.clientHeight < 24;
    if (pinned) settle();
  });
  new ResizeObserver(settle).observe(log);

  return {
    of: to,
    element: make("div", { className: "greenapi-phone-screen" }, head, log, newest, foot.element),
    focus: () => (back ? head.querySelector("button") : log).focus(),
    show() {
      const { kind, items = [] } = phone.chats.get(to) ?? {};
      group ||= kind === "group";
      const anchor = pinned ? null : firstVisible(rows, log);
      const top = anchor?.getBoundingClientRect().top;
      name.textContent = group ? `Group ${to}` : to;
      empty.textContent = items.length ? "" : emptyWords(phone, to);
      fill(rows, items, pinned ? MOST : MOST_WHILE_READING);
      const before = Number(rows.firstElementChild?.dataset.index ?? 0);
      earlier.textContent = before ? counted(before, "earlier message") : "";
      foot.show(phone);
      if (anchor?.isConnected) log.scrollTop += anchor.getBoundingClientRect().top - top;
      settle();
    },
  };
}

const firstVisible = (rows, log) => {
  const edge = log.getBoundingClientRect().top;
  return [...rows.children].find((row) => row.getBoundingClientRect().bottom > edge);
};

// Rows stay what they are while their message is shown, and with them the selection and what has been read out.
function fill(rows, items, most) {
  const present = [...rows.children];
  const last = present.at(-1);
  const joined = last && items.length && items[0].index <= Number(last.dataset.index) + 1 && !isOther(last, items);
  if (!joined) rows.replaceChildren();
  const next = joined ? Number(last.dataset.index) + 1 : 0;
  const first = joined ? Number(present[0].dataset.index) : 0;
  const older = joined ? items.filter(({ index }) => index < first) : [];
  rows.prepend(...older.map(row));
  rows.append(...items.filter(({ index }) => index >= next).map(row));
  while (rows.childElementCount > most) rows.firstElementChild.remove();
  separateDays(rows);
}

// After a reset the indices begin again; the IDs do not.
const isOther = (last, items) => {
  const same = items.find(({ index }) => index === Number(last.dataset.index));
  return same ? same.id !== last.dataset.id : items.at(-1).index < Number(last.dataset.index);
};

function row({ index, id, at, html }) {
  const text = make("div", { className: "greenapi-phone-text", dir: "auto" });
  text.innerHTML = html;
  const bubble = make("div", { className: "greenapi-bubble" }, text, time(at, CLOCK));
  const element = make("div", { className: "greenapi-phone-row" }, bubble);
  Object.assign(element.dataset, { index, id, day: DAY.format(new Date(at)) });
  return element;
}

function separateDays(rows) {
  const several = rows.firstElementChild?.dataset.day !== rows.lastElementChild?.dataset.day;
  let day = null;
  for (const element of rows.children) {
    const separator = element.querySelector(".greenapi-phone-day");
    const begins = several && element.dataset.day !== day;
    day = element.dataset.day;
    if (begins && !separator) element.prepend(make("p", { className: "greenapi-phone-day", textContent: day }));
    else if (!begins) separator?.remove();
  }
}

function listScreen(phone, open) {
  const empty = make("p", { className: "greenapi-phone-line" });
  const more = make("p", { className: "greenapi-phone-line" });
  const list = make("ul", { className: "greenapi-phone-chats" });
  const scroll = make("div", { className: "greenapi-phone-list" }, empty, list, more);
  const foot = footer();
  const entries = new Map();

  return {
    of: null,
    element: make(
      "div",
      { className: "greenapi-phone-screen" },
      header(make("strong", { textContent: "Chats" })),
      scroll,
      foot.element,
    ),
    focus: (from) => (entries.get(from)?.button ?? list.querySelector("button"))?.focus(),
    show() {
      if (list.matches(":active")) return void requestAnimationFrame(() => this.show()); // nothing moves from under a finger
      const chats = latestFirst(phone).slice(0, MOST);
      const focused = document.activeElement;
      const listed = new Set(chats.map(({ to }) => to));
      for (const to of entries.keys()) if (!listed.has(to)) entries.delete(to);
      for (const { to } of chats) if (!entries.has(to)) entries.set(to, entry(to, open));
      for (const chat of chats) entries.get(chat.to).show(chat);
      const elements = chats.map(({ to }) => entries.get(to).element);
      if (elements.some((each, place) => each !== list.children[place]) || elements.length !== list.childElementCount) {
        list.replaceChildren(...elements);
      }
      if (list.contains(focused)) focused.focus({ preventScroll: true });
      empty.textContent = chats.length ? "" : emptyWords(phone, null);
      more.textContent = phone.total > chats.length ? counted(phone.total - chats.length, "earlier chat") : "";
      foot.show(phone);
    },
  };
}

function entry(to, open) {
  const name = make("strong", { className: "greenapi-phone-name" });
  const when = make("span");
  const snippet = make("span", { className: "greenapi-phone-snippet", dir: "auto" });
  const count = make("span", { className: "greenapi-phone-count" });
  const control = button("greenapi-phone-chat", "", () => open(to));
  control.append(name, when, snippet, count);
  let shown = null;
  return {
    element: make("li", {}, control),
    button: control,
    show(chat) {
      const { id, at, html } = chat.items.at(-1);
      if (id === shown) return;
      shown = id;
      name.textContent = chat.kind === "group" ? `Group ${to}` : to;
      const today = DATE.format(new Date()) === DATE.format(new Date(at));
      when.replaceChildren(time(at, today ? CLOCK : DATE));
      const parsed = make("template", { innerHTML: html.replaceAll("<br>", " ") });
      snippet.textContent = parsed.content.textContent.slice(0, 120);
      count.textContent = counted(chat.count, "message");
    },
  };
}

function header(name, ...before) {
  const note = make("span", { className: "greenapi-phone-sandbox", textContent: "Sandbox: nothing reaches WhatsApp" });
  const words = make("div", { className: "greenapi-phone-words" }, name, note);
  return make("div", { className: "greenapi-phone-head" }, ...before.filter(Boolean), words);
}

function footer() {
  const element = make("p", { className: "greenapi-phone-foot", role: "status" });
  return {
    element,
    show({ running }) {
      const words = running ? "" : "The sandbox has stopped: nothing new arrives.";
      if (element.textContent !== words) element.textContent = words;
    },
  };
}

const emptyWords = ({ epoch }, to) => {
  if (epoch === null) return "Waiting for the kernel.";
  return `No messages yet. What is sent to ${to ?? "anybody"} through this sandbox appears here.`;
};

const counted = (count, noun) => `${NUMBER.format(count)} ${noun}${count === 1 ? "" : "s"}`;

const time = (at, format) => make("time", { dateTime: at, textContent: format.format(new Date(at)) });

function button(className, textContent, onclick, ariaLabel = null) {
  return make("button", { type: "button", className, textContent, onclick, ariaLabel });
}

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
