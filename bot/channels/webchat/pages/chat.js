// The page's script: one conversation, kept on the server; what could not be sent yet is kept in the browser.
// Everything that people wrote is put in as text, never as markup.

const page = document.body.dataset;
const words = JSON.parse(page.words);
const find = (id) => document.getElementById(id);
const MOST_LETTERS = 5000;
const MOST_FILES = 10;
const PATIENCE = 30000;
const MONTH = 30 * 24 * 3600 * 1000;

function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// ---- what the browser keeps; a browser that keeps nothing works until the page is closed

const memory = new Map();
const prefix = `jiesu.${page.mode === "citizen" ? "citizen" : "staff"}.`;
const kept = {
  get(name) {
    try { return localStorage.getItem(prefix + name); } catch { return memory.get(name) ?? null; }
  },
  set(name, value) {
    try { localStorage.setItem(prefix + name, value); } catch { memory.set(name, value); }
  },
  remove(name) {
    try { localStorage.removeItem(prefix + name); } catch { memory.delete(name); }
  },
  names(start) {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix + start)).map((key) => key.slice(prefix.length));
    } catch {
      return [...memory.keys()].filter((key) => key.startsWith(start));
    }
  },
};

// ---- talking to the server

class NotNow extends Error {
  constructor(seconds = 0, reached = true) { super("not now"); Object.assign(this, { seconds, reached }); }
}
class Refused extends Error {
  constructor(status, tree) { super(tree.message || String(status)); this.status = status; }
}

async function call(path, body) {
  const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(path, { ...options, signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new NotNow(0, false);
  }
  const tree = await answer.json().catch(() => ({}));
  if (answer.ok) return tree;
  if (answer.status >= 500 || answer.status === 429) throw new NotNow(Number(answer.headers.get("Retry-After")) || 0);
  throw new Refused(answer.status, tree);
}

let opening = null;

function session() {
  const token = kept.get("sender");
  if (token) return Promise.resolve(token);
  opening ??= call("/chat/sessions", { language: page.language })
    .then((tree) => { kept.set("sender", tree.sender); return tree.sender; })
    .finally(() => { opening = null; });
  return opening;
}

// A session that is visited goes on; its token is made fresh once a month.
async function freshen() {
  const token = kept.get("sender");
  if (!token || Date.now() - Number(kept.get("freshened") || 0) < MONTH) return;
  const tree = await call("/chat/sessions", { language: page.language, sender: token }).catch(() => null);
  if (!tree) return;
  kept.set("sender", tree.sender);
  kept.set("freshened", String(Date.now()));
}

function withSender(path) {
  return `${path}${path.includes("?") ? "&" : "?"}sender=${encodeURIComponent(kept.get("sender") || "")}`;
}

function randomId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// ---- the conversation on the screen

const log = find("log");
const text = find("text");
const notice = find("notice");
const seen = new Set();
const mine = new Map();
let lastDay = "";
let unread = 0;
const title = document.title;
const locale = page.language === "zh" ? "zh-CN" : "en-GB";
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false });
const calendar = new Intl.DateTimeFormat(locale, { month: "long", day: "numeric", weekday: "long" });

function tell(sentence) {
  notice.textContent = sentence;
  notice.hidden = !sentence;
}

function fileSize(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function daySeparator(at) {
  const day = at.toDateString();
  if (day === lastDay) return;
  lastDay = day;
  const named = day === new Date().toDateString() ? say("today") : calendar.format(at);
  log.append(make("p", { className: "day", textContent: named }));
}

// Addresses become links; tracking numbers and query codes stay on one line.
const SPECIAL = /(https?:\/\/[^\s<>"'）。，]+|[A-Z]{1,6}\d{8}-\d+-\d|\b[A-Z0-9]{4}-[A-Z0-9]{4}\b)/;

function withLinks(sentence) {
  const paragraph = make("p", { className: "text" });
  sentence.split(SPECIAL).forEach((part, number) => {
    if (number % 2 === 0) paragraph.append(part);
    else if (part.startsWith("http")) paragraph.append(make("a", { href: part, textContent: part, rel: "noopener" }));
    else paragraph.append(make("span", { className: "whole", textContent: part }));
  });
  return paragraph;
}

function fileView(file) {
  const url = withSender(file.url);
  if (file.kind === "photo") {
    const picture = make("img", { src: url, alt: say("picture", { name: file.name }), loading: "lazy" });
    picture.addEventListener("load", () => follow());
    return make("a", { className: "picture", href: url, target: "_blank", rel: "noopener" }, picture);
  }
  const label = say("download", { name: file.name, size: fileSize(file.size) });
  return make("a", { className: "file", href: url, download: file.name, textContent: label });
}

function bubble(entry) {
  const box = make("div", { className: "bubble" }, make("span", { className: "unseen", textContent: `${say(entry.inbound ? "you" : "bot")}: ` }));
  const said = entry.text || "";
  if (said) box.append(entry.inbound ? make("p", { className: "text", textContent: said }) : withLinks(said));
  if (entry.location) {
    const at = { latitude: entry.location.latitude.toFixed(5), longitude: entry.location.longitude.toFixed(5) };
    box.append(make("p", { className: "text", textContent: entry.location.title || say("located", at) }));
  }
  if (entry.contact) box.append(make("p", { className: "text", textContent: say("contact", entry.contact) }));
  for (const file of entry.attachments || []) box.append(fileView(file));
  return box;
}

function show(entry) {
  const at = entry.at ? new Date(entry.at) : new Date();
  daySeparator(at);
  const meta = make("p", { className: "meta" });
  const view = make("div", { className: `message ${entry.inbound ? "mine" : "theirs"}` }, bubble(entry), meta);
  meta.append(make("time", { dateTime: at.toISOString(), textContent: clock.format(at) }));
  log.append(view);
  if (typing.isConnected) log.append(typing);
  return view;
}

function clearChoices() {
  log.querySelectorAll(".choices").forEach((each) => each.remove());
}

const QUIET = /^\/(edit|back|cancel|skip|confidential|show|help)\b/;
// Words that wait go to the case that they sound like sooner than into a new one.
const FIRST = /^\/(submit|affirm|resume|accept|sign|approve)\b|^\/file$|"v":"held"|"v":"next"/;

function choiceView(button) {
  if (button.url) {
    return make("a", { className: "choice", href: safeUrl(button.url), textContent: button.title, target: "_blank", rel: "noopener" });
  }
  const style = FIRST.test(button.payload) ? " first" : QUIET.test(button.payload) ? " quiet" : "";
  const view = make("button", { type: "button", className: `choice${style}`, textContent: button.title });
  view.addEventListener("click", (event) => choose(button, event));
  return view;
}

function safeUrl(url) {
  return /^https?:\/\//.test(url) ? url : "#";
}

function showChoices(view, buttons) {
  if (!buttons || !buttons.length) return;
  const box = make("div", { className: "choices" });
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", say("choices"));
  const rows = new Map();
  for (const button of buttons) {
    if (!rows.has(button.row)) rows.set(button.row, box.appendChild(make("div", { className: "row" })));
    rows.get(button.row).append(choiceView(button));
  }
  view.append(box);
}

// A message that is already on the screen is not put there twice: answers come by the request and by the stream.
function receive(entry) {
  if (entry.id !== undefined && seen.has(entry.id)) return null;
  if (entry.id !== undefined) seen.add(entry.id);
  if (entry.inbound) {
    const known = mine.get(entry.message_id);
    if (known) return null;
    clearChoices();
    return show(entry);
  }
  const push = entry.custom && entry.custom.push;
  if (!push) clearChoices();
  const view = show(entry);
  showChoices(view, entry.buttons);
  return view;
}

// ---- scrolling: stay at the end, but never past the beginning of what is new

let atEnd = true;
const nearEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
log?.addEventListener("scroll", () => {
  atEnd = nearEnd();
  if (atEnd) find("latest").hidden = true;
}, { passive: true });

function follow(first = null, own = false) {
  if (!atEnd && !own) {
    if (first) find("latest").hidden = false;
    return;
  }
  const top = first ? first.offsetTop - log.offsetTop - 12 : Infinity;
  log.scrollTop = Math.min(log.scrollHeight - log.clientHeight, Math.max(top, 0));
}

function countUnread() {
  if (document.visibilityState === "visible") return;
  unread += 1;
  document.title = `${say("unread", { count: unread })} ${title}`;
}

// ---- sending, in order, each with an id of its own so that a repeat changes nothing

const typing = make("div", { className: "message theirs typing" });
const waiting = [];
// What was said before is on the screen: what is said from now on stands behind it.
let caughtUp = false;
let pumping = false;
let wakeUp = () => {};

function enqueue(item) {
  const whole = { message_id: randomId(), at: new Date().toISOString(), ...item };
  kept.set(`waiting.${whole.message_id}`, JSON.stringify(whole));
  if (!caughtUp) return Promise.resolve(); // takeUpWaiting puts it behind what was said before
  clearChoices();
  atEnd = true;
  put(whole);
  follow(null, true);
  return pump();
}

function put(item) {
  const view = show({ ...item.shown, inbound: true, at: item.at });
  mine.set(item.message_id, view);
  waiting.push(item);
}

async function pump() {
  if (pumping) return;
  pumping = true;
  for (let tries = 0; waiting.length;) {
    try {
      await deliver(waiting[0]);
      tries = 0;
    } catch (error) {
      if (!(error instanceof NotNow)) throw error;
      tries += 1;
      tell(say(error.reached ? "busy" : "waiting"));
      await pause(error.seconds || Math.min(2 ** tries, 20));
    }
  }
  pumping = false;
}

function pause(seconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    wakeUp = () => { clearTimeout(timer); resolve(); };
  });
}

async function deliver(item) {
  const showing = setTimeout(() => { log.append(typing); follow(null); }, 350);
  try {
    const answers = await post(item);
    done(item);
    if (!notice.hidden) tell("");
    typing.remove();
    const views = answers.map((each) => receive({ ...each, attachments: each.attachments || [] })).filter(Boolean);
    listen();
    if (views.length) follow(views[0]);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    done(item);
    fail(item, error.message);
  } finally {
    clearTimeout(showing);
    typing.remove();
  }
}

async function post(item, again = true) {
  const sender = await session();
  const metadata = { ...item.metadata, message_id: item.message_id, language: page.language };
  try {
    return await call("/webhooks/rest/webhook", { sender, message: item.message, metadata });
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401 || !again) throw error;
    forgetSession();
    tell(say("new_session"));
    return post(item, false);
  }
}

function done(item) {
  waiting.shift();
  kept.remove(`waiting.${item.message_id}`);
}

function fail(item, reason) {
  const view = mine.get(item.message_id);
  const meta = view.querySelector(".meta");
  meta.classList.add("bad");
  const again = make("button", { type: "button", textContent: say("again") });
  const away = make("button", { type: "button", textContent: say("remove") });
  again.addEventListener("click", () => { view.remove(); enqueue({ ...item, at: new Date().toISOString() }); });
  away.addEventListener("click", () => { view.remove(); text.focus(); });
  meta.replaceChildren(`${say("failed")}: ${reason}`, again, away);
}

// ---- live pushes

let stream = null;
let cursor = 0;

function listen() {
  if (stream || !kept.get("sender")) return;
  stream = new EventSource(withSender(`/chat/events?after=${cursor}`));
  stream.addEventListener("message", (event) => {
    const entry = JSON.parse(event.data);
    cursor = entry.id;
    const view = receive(entry);
    if (view) { follow(view); countUnread(); }
  });
  stream.addEventListener("error", () => {
    if (stream && stream.readyState === EventSource.CLOSED) {
      stream = null;
      setTimeout(listen, 5000);
    }
  });
}

function forgetSession() {
  kept.remove("sender");
  stream?.close();
  stream = null;
  cursor = 0;
}

async function loadHistory() {
  if (!kept.get("sender")) return;
  let tree;
  try {
    tree = await call(withSender("/chat/messages"));
  } catch (error) {
    if (error instanceof Refused && error.status === 401) { forgetSession(); tell(say("new_session")); return; }
    tell(say("waiting"));
    await pause(3);
    return loadHistory();
  }
  if (tree.language && tree.language !== page.language && !page.fixed && page.mode === "citizen") {
    location.replace(`?lang=${tree.language}`);
    return;
  }
  tell("");
  log.setAttribute("aria-live", "off");
  for (const entry of tree.messages) {
    if (entry.inbound) mine.set(entry.message_id, receive(entry));
    else receive(entry);
    cursor = entry.id;
  }
  atEnd = true;
  follow();
  setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
}

function takeUpWaiting() {
  caughtUp = true;
  const items = kept.names("waiting.").map((name) => JSON.parse(kept.get(name))).sort((a, b) => (a.at < b.at ? -1 : 1));
  for (const item of items) {
    if (mine.has(item.message_id)) kept.remove(`waiting.${item.message_id}`);
    else put(item);
  }
  if (waiting.length) { clearChoices(); atEnd = true; follow(); }
  return pump();
}

// ---- what the person does

function choose(button, event) {
  if (button.ask === "location") return shareLocation();
  if (button.ask === "file") return find("picker").click();
  if (button.ask === "contact") { tell(say("type_phone")); return text.focus(); }
  if (event.detail === 0) text.focus();
  tell("");
  enqueue({ message: button.payload, metadata: { tapped: true, title: button.title }, shown: { text: button.title } });
}

function submit() {
  const message = text.value.trim();
  if (message.length > MOST_LETTERS) return tell(say("too_long", { count: message.length }));
  if (chosen.some((each) => each.state === "uploading")) return tell(say("upload_wait"));
  const files = chosen.filter((each) => each.state === "taken").map((each) => each.file);
  if (!message && !files.length) return text.focus();
  tell("");
  text.value = "";
  fit();
  clearFiles();
  const metadata = files.length ? { attachments: files.map((each) => each.key) } : {};
  enqueue({ message, metadata, shown: { text: message, attachments: files } });
  text.focus();
}

function fit() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}

function shareLocation() {
  if (!navigator.geolocation) { tell(say("no_location")); return text.focus(); }
  tell(say("locating"));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      tell("");
      const place = { latitude: coords.latitude, longitude: coords.longitude };
      enqueue({ message: "", metadata: { location: place }, shown: { location: place } });
    },
    () => { tell(say("no_location")); text.focus(); },
    { enableHighAccuracy: true, timeout: 15000 },
  );
}

// ---- files: uploaded as soon as they are chosen, sent with the next message

let chosen = [];

function addFiles(files) {
  for (const file of files) {
    if (chosen.length >= MOST_FILES) { tell(say("too_many_files")); break; }
    const each = { name: file.name, state: "uploading" };
    chosen.push(each);
    drawFile(each, file);
    upload(each, file);
  }
  find("files").hidden = !chosen.length;
}

function drawFile(each, file) {
  each.bar = make("progress", { max: 100, value: 0 });
  each.bar.setAttribute("aria-label", say("uploading", { name: file.name }));
  each.why = make("span", { className: "why" });
  const away = make("button", { type: "button", textContent: "×" });
  away.setAttribute("aria-label", say("remove_file", { name: file.name }));
  away.addEventListener("click", () => { dropFile(each); text.focus(); });
  each.view = make("li");
  if (file.type.startsWith("image/")) {
    each.preview = URL.createObjectURL(file);
    each.view.append(make("img", { src: each.preview, alt: "" }));
  }
  const name = make("span", { textContent: `${file.name} (${fileSize(file.size)})` });
  each.view.append(make("span", { className: "what" }, name, each.bar, each.why), away);
  find("files").append(each.view);
}

async function upload(each, file) {
  try {
    await session();
    const tree = await sendFile(file, (percent) => { each.bar.value = percent; });
    const [answer] = tree.files || [];
    if (!answer) throw new Error(tree.message);
    if (answer.rejected) throw new Error(answer.text);
    each.state = "taken";
    each.file = answer;
    each.bar.replaceWith(make("span", { className: "unseen", textContent: say("uploaded", { name: file.name }) }));
  } catch (error) {
    each.state = "refused";
    each.why.textContent = error instanceof NotNow || !error.message ? say("upload_failed") : error.message;
    each.view.classList.add("bad");
    const again = make("button", { type: "button", textContent: "↻" });
    again.setAttribute("aria-label", `${say("again")}: ${file.name}`);
    again.addEventListener("click", () => { dropFile(each); addFiles([file]); });
    if (error instanceof NotNow) each.view.insertBefore(again, each.view.lastChild);
    each.bar.remove();
    if (!notice.hidden) tell("");
  }
}

function sendFile(file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    request.open("POST", withSender(`/chat/attachments?lang=${page.language}`));
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => progress((100 * event.loaded) / event.total));
    request.addEventListener("load", () => (request.status >= 500 ? reject(new NotNow()) : resolve(request.response || {})));
    request.addEventListener("error", () => reject(new NotNow(0, false)));
    request.send(form);
  });
}

function dropFile(each) {
  chosen = chosen.filter((other) => other !== each);
  each.view.remove();
  if (each.preview) URL.revokeObjectURL(each.preview);
  find("files").hidden = !chosen.length;
}

function clearFiles() {
  [...chosen].forEach(dropFile);
}

// ---- putting it together

function prepareTyping() {
  const dots = make("span", { className: "dots" }, make("i"), make("i"), make("i"));
  dots.setAttribute("aria-hidden", "true");
  typing.append(make("div", { className: "bubble" }, dots, say("typing")));
}

function bindComposer() {
  const touch = matchMedia("(pointer: coarse)").matches;
  find("composer").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  text.addEventListener("input", fit);
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229 || touch) return;
    event.preventDefault();
    submit();
  });
  text.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (files.length) { event.preventDefault(); addFiles(files); }
  });
  find("attach").addEventListener("click", () => find("picker").click());
  find("picker").addEventListener("change", (event) => { addFiles([...event.target.files]); event.target.value = ""; text.focus(); });
  find("location")?.addEventListener("click", shareLocation);
  find("latest").addEventListener("click", () => { atEnd = true; follow(); find("latest").hidden = true; log.focus(); });
  for (const each of document.querySelectorAll("[data-payload]")) {
    each.addEventListener("click", (event) => choose({ payload: each.dataset.payload, title: each.textContent.trim() }, event));
  }
}

function bindDropping() {
  const chat = find("chat");
  chat.addEventListener("dragover", (event) => event.preventDefault());
  chat.addEventListener("drop", (event) => { event.preventDefault(); addFiles([...event.dataTransfer.files]); });
}

function bindCommands() {
  for (const each of document.querySelectorAll("[data-command]")) {
    each.addEventListener("click", () => {
      const command = each.dataset.command;
      if (command.endsWith(" ")) { text.value = command; text.focus(); fit(); return; }
      enqueue({ message: command, metadata: {}, shown: { text: command } });
    });
  }
}

function bindLanguage() {
  for (const link of document.querySelectorAll(".languages a")) {
    link.addEventListener("click", async (event) => {
      if (!kept.get("sender") || page.mode === "sign-in") return;
      event.preventDefault();
      const language = link.dataset.language;
      const away = () => { location.href = link.href; };
      setTimeout(away, 3000);
      await enqueue({ message: `/language{"v":"${language}"}`, metadata: { tapped: true, title: link.textContent }, shown: { text: link.textContent } });
      away();
    });
  }
}

function bindAside() {
  const aside = find("aside");
  if (!aside) return;
  const wide = matchMedia("(min-width: 64rem)");
  const fitAside = () => { aside.open = wide.matches; };
  wide.addEventListener("change", fitAside);
  fitAside();
}

function bindConnection() {
  addEventListener("online", () => { tell(say("back_online")); setTimeout(() => tell(""), 3000); wakeUp(); listen(); });
  addEventListener("offline", () => tell(say("waiting")));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    unread = 0;
    document.title = title;
    wakeUp();
    listen();
  });
}

// Everything works from the first moment: what is tapped or typed before the history is there is kept until it is.
function bindChat() {
  prepareTyping();
  bindComposer();
  bindDropping();
  bindCommands();
  bindAside();
  bindConnection();
}

async function startChat() {
  await freshen();
  await loadHistory();
  listen();
  await takeUpWaiting();
}

async function startStaff() {
  bindChat();
  const account = kept.get("sender") && await call(withSender(`/staff/session?lang=${page.language}`)).catch(() => null);
  if (!account) {
    find("chat").hidden = true;
    document.querySelector(".skip").hidden = true;
    find("gate").hidden = false;
    return;
  }
  find("tagline").textContent = say("signed_in", account);
  const out = find("sign-out");
  out.hidden = false;
  out.addEventListener("click", async () => {
    await call("/staff/sign-out", { sender: kept.get("sender") }).catch(() => null);
    forgetSession();
    location.reload();
  });
  await startChat();
}

function startSignIn() {
  find("sign-in").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      forgetSession();
      const sender = await session();
      const tree = await call(location.pathname, { sender, language: page.language });
      location.replace(tree.next);
    } catch (error) {
      kept.remove("sender");
      tell(error instanceof NotNow ? say("busy") : error.message);
    }
  });
}

bindLanguage();
if (page.mode === "citizen") { bindChat(); startChat(); }
else if (page.mode === "staff") startStaff();
else startSignIn();
