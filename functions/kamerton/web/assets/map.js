// The map of music: loads the points that the page names, and lets them be moved, read and chosen by mouse, touch and keys.
// The legend, the genres' places and the seed's tracks are in the page itself, which says the same in a table.

const root = document.querySelector(".map");
const plane = root.querySelector(".plane");
const status = root.querySelector(".status");
const tip = root.querySelector(".tip");
const canvas = root.querySelector(".points");
const marks = root.querySelector(".marks");
const legend = [...root.querySelectorAll(".legend button")];

const SIDE = 65535;
const BLOCK = Number(root.dataset.block);
const MOST_COLOURS = 8;
const MOST_ZOOM = 60;
const NEAR_MOUSE = 12;
const NEAR_FINGER = 24;
const SLOW = 10; // milliseconds
const MOST_TITLES = 120; // so many points in sight are called by their titles, as far as there is room
const NEAR = 1.5; // how much nearer than at first that is from which titles are seen
const GLIDE = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 260;

let points = null; // { count, x, y, label }, x and y from 0 to 1, y downwards
let paintPoints = null;
let painted = null; // the points in the order of painting
let view = { scale: 1, left: 0, top: 0 }; // CSS pixels
let home = view;
let size = { width: 0, height: 0, ratio: 1 };
let inks = null;
let stressed = null; // the label in the legend that is pointed at
let read = null; // the place of the track that is read
let byKeys = false;
let asked = false;
let moving = 0; // the timer of the rest after a move
let slow = false; // whether a fine picture took too long to follow this move

// What the page says: the areas of the genres, and the seed with its tracks.

const areas = legend.map((button) => ({
  button,
  label: Number(button.dataset.label),
  name: button.querySelector("span").textContent,
  x: Number(button.dataset.x) / SIDE,
  y: 1 - Number(button.dataset.y) / SIDE,
}));
const shown = areas.filter(({ button }) => button.getAttribute("aria-pressed") === "true");
const atFirst = [...shown];
const isPath = root.querySelector(".steps") !== null;
const named = [...root.querySelectorAll("[data-x]:is(tr, li)")].map((row) => ({
  isSeed: row.classList.contains("seed"),
  title: row.querySelector(".title").textContent,
  x: Number(row.dataset.x) / SIDE,
  y: 1 - Number(row.dataset.y) / SIDE,
}));

// Loading.

async function start() {
  const [{ painterOf }, answer] = await Promise.all([import(root.dataset.painter), fetch(root.dataset.points)]);
  if (!answer.ok) return fail(answer.status);
  points = decoded(new Uint8Array(await answer.arrayBuffer()));
  paintPoints = painterOf(canvas);
  reveal();
  recolour();
  new ResizeObserver(measure).observe(plane);
}

function fail(code) {
  status.textContent = code === 404 ? root.dataset.changed : root.dataset.failed;
  status.hidden = false;
}

function reveal() {
  root.querySelectorAll("[data-drawn]").forEach((part) => (part.hidden = false));
  const table = document.querySelector(".as-table");
  if (table) table.open = false;
}

/** The lower byte of every x, y and label, then the higher ones. */
function decoded(bytes) {
  const count = bytes.length / 6;
  const column = (number) => (i) => bytes[number * count + i] | (bytes[(number + 3) * count + i] << 8);
  const [x, y, label] = [0, 1, 2].map(column);
  const made = { count, x: new Float32Array(count), y: new Float32Array(count), label: new Uint16Array(count) };
  for (let i = 0; i < count; i++) {
    made.x[i] = x(i) / SIDE;
    made.y[i] = 1 - y(i) / SIDE;
    made.label[i] = label(i);
  }
  return made;
}

// Colours.

/** Gives the shown genres their colours, and paints their points over the others. */
function recolour() {
  const slots = new Map(shown.map(({ label }, at) => [label, at + 1]));
  areas.forEach(({ button, label }) => {
    const slot = slots.get(label) ?? 0;
    button.setAttribute("aria-pressed", String(slot > 0));
    button.dataset.slot = slot;
  });
  const places = new Uint16Array(2 * points.count);
  const slotOf = new Uint8Array(points.count);
  let at = 0;
  for (const coloured of [false, true]) {
    for (let i = 0; i < points.count; i++) {
      const slot = slots.get(points.label[i]) ?? 0;
      if (slot > 0 !== coloured) continue;
      places[2 * at] = Math.round(points.x[i] * SIDE);
      places[2 * at + 1] = Math.round(points.y[i] * SIDE);
      slotOf[at++] = slot;
    }
  }
  painted = { places, slots: slotOf };
  mix();
}

/** Reads the colours from the style sheet, which knows light and dark. */
function mix() {
  const style = getComputedStyle(root);
  const context = marks.getContext("2d");
  const colour = (name) => {
    // However it is written there, it comes out as #rrggbb.
    context.fillStyle = style.getPropertyValue(name);
    return context.fillStyle;
  };
  const slots = Array.from({ length: MOST_COLOURS }, (_, at) => colour(`--genre-${at + 1}`));
  inks = { paper: colour("--paper"), ink: colour("--ink"), quiet: colour("--quiet"), accent: colour("--accent") };
  const faint = stressed === null ? 1 : 0.12;
  const opacity = named.length ? 0.55 : 0.8;
  inks.points = [
    [...channels(colour("--others")), (shown.length ? 0.5 : 0.9) * faint],
    ...slots.map((each, at) => [...channels(each), shown[at]?.label === stressed ? 1 : opacity * faint]),
  ];
  ask();
}

function channels(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
}

/** A genre alone, or with those that are shown; once more, and it is as at first, or without it. */
function toggle(area, isAdded) {
  const at = shown.indexOf(area);
  if (!isAdded) {
    const next = at >= 0 && shown.length === 1 ? atFirst : [area];
    shown.splice(0, shown.length, ...next);
  } else if (at >= 0) shown.splice(at, 1);
  else shown.push(area);
  if (shown.length > MOST_COLOURS) shown.shift();
  stress(shown.includes(area) ? area.label : null);
  recolour();
}

function stress(label) {
  const next = shown.some((area) => area.label === label) ? label : null;
  if (next === stressed) return;
  stressed = next;
  mix();
}

// The view.

function measure() {
  const { width, height } = plane.getBoundingClientRect();
  if (!width || !height) return;
  const whole = size.width === 0 || view === home;
  size = { width, height, ratio: Math.min(devicePixelRatio || 1, 2) };
  fit(marks, size.ratio);
  home = fitting(named.length ? named : [{ x: 0, y: 0 }, { x: 1, y: 1 }]);
  if (whole) view = home;
  ask();
}

function fit(one, ratio) {
  const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  if (one.width !== width || one.height !== height) Object.assign(one, { width, height });
}

/** The view in which these are seen, with room around them, and no nearer than makes sense. */
function fitting(spots) {
  const [xs, ys] = [spots.map(({ x }) => x), spots.map(({ y }) => y)];
  const [x, y] = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
  const [wide, high] = [Math.max(Math.max(...xs) - Math.min(...xs), 0.08), Math.max(Math.max(...ys) - Math.min(...ys), 0.08)];
  const room = named.length ? 0.72 : 0.94;
  const scale = room * Math.min(size.width / wide, size.height / high);
  return { scale, left: size.width / 2 - x * scale, top: size.height / 2 - y * scale };
}

function onScreen({ x, y }) {
  return [x * view.scale + view.left, y * view.scale + view.top];
}

function zoomed(factor, x = size.width / 2, y = size.height / 2, from = view) {
  const whole = 0.5 * Math.min(size.width, size.height);
  const scale = Math.min(Math.max(from.scale * factor, whole), MOST_ZOOM * 2 * whole);
  const grown = scale / from.scale;
  return { scale, left: x - (x - from.left) * grown, top: y - (y - from.top) * grown };
}

function moved(across, down) {
  return { scale: view.scale, left: view.left + across, top: view.top + down };
}

function show(next) {
  // Some of the map stays in sight.
  const [width, height] = [size.width, size.height];
  const kept = (at, room) => Math.min(Math.max(at, 0.3 * room - next.scale), 0.7 * room);
  view = { scale: next.scale, left: kept(next.left, width), top: kept(next.top, height) };
  if (!moving) slow = false;
  clearTimeout(moving);
  moving = setTimeout(rest, 150);
  ask();
}

/** What was painted coarsely while it moved is painted finely, and the titles of what is in sight are loaded. */
function rest() {
  moving = 0;
  if (slow) ask();
  loadTitles();
}

let glide = 0;
function glideTo(next) {
  const [from, begun, own] = [view, performance.now(), ++glide];
  const step = (now) => {
    if (own !== glide) return;
    const part = GLIDE ? Math.min((now - begun) / GLIDE, 1) : 1;
    const eased = Math.max(1 - (1 - part) ** 3, 0);
    const between = (name) => from[name] + (next[name] - from[name]) * eased;
    show({ scale: between("scale"), left: between("left"), top: between("top") });
    if (part < 1) requestAnimationFrame(step);
    else if (next === home) view = home;
  };
  requestAnimationFrame(step);
}

// Painting: once a frame at most, and only when something changed.

function ask() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(paint);
}

function paint() {
  asked = false;
  if (!painted || !size.width) return;
  paintAt(moving && slow ? size.ratio / 2 : size.ratio);
  const context = marks.getContext("2d");
  context.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  if (byKeys) drawCross(context);
  const taken = [];
  drawNamed(context, taken);
  drawAreas(context, taken);
  drawTitles(context, taken);
  drawRead(context);
  root.classList.add("painted");
}

/** Paints the points with so many pixels to one of CSS. */
function paintAt(ratio) {
  const begun = performance.now();
  fit(canvas, ratio);
  const scaled = { scale: view.scale * ratio, left: view.left * ratio, top: view.top * ratio };
  paintPoints(painted, scaled, diameter() * ratio, channels(inks.paper), inks.points);
  if (moving && performance.now() - begun > SLOW) slow = true;
}

/** Of a point in CSS pixels: as large as leaves most of the paper free, larger from near by. */
function diameter() {
  const whole = Math.min(size.width, size.height);
  const apart = whole / Math.sqrt(points.count);
  return Math.min(Math.max(0.42 * apart, 1.4) * Math.max(view.scale / whole, 1) ** 0.45, 11);
}

function drawNamed(context, taken) {
  if (!named.length) return;
  context.strokeStyle = inks.ink;
  context.lineWidth = 1;
  context.globalAlpha = 0.55;
  context.beginPath();
  // From the seed to each, or from each to the next.
  named.slice(1).forEach((track, at) => {
    context.moveTo(...onScreen(named[isPath ? at : 0]));
    context.lineTo(...onScreen(track));
  });
  context.stroke();
  context.globalAlpha = 1;
  const spots = named.map(onScreen);
  named.forEach((track, at) => dot(context, spots[at], track.isSeed ? 8 : 5, track.isSeed ? inks.accent : inks.ink));
  context.font = "600 13px system-ui, sans-serif";
  // No label lies on a track that another one is of: the seed's hid the nearest of all.
  taken.push(...spots.map(([x, y]) => ({ left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 })));
  const order = [...named.keys()].sort((one, other) => named[other].isSeed - named[one].isSeed);
  for (const at of order) {
    const label = isPath ? `${at + 1}. ${shortened(named[at].title)}` : shortened(named[at].title);
    writeBeside(context, label, spots[at], named[at].isSeed ? inks.accent : inks.ink, taken);
  }
}

/** Above, below, right or left of a dot, wherever there is room first; nowhere where there is none. */
function writeBeside(context, text, [x, y], colour, taken) {
  const aside = context.measureText(text).width / 2 + 18;
  const sides = [[x, y - 19], [x, y + 19], [x + aside, y], [x - aside, y]];
  sides.some(([spotX, spotY]) => write(context, text, spotX, spotY, colour, taken));
}

/** The titles of what is in sight from near by, as far as there is room. */
function drawTitles(context, taken) {
  context.font = "400 12px system-ui, sans-serif";
  for (const place of inSight()) {
    const track = loaded.get(Math.floor(place / BLOCK))?.[place % BLOCK];
    const [x, y] = onScreen({ x: points.x[place], y: points.y[place] });
    if (track) write(context, shortened(track.title), x, y + diameter() / 2 + 9, inks.ink, taken);
  }
}

/** The places of the tracks in sight; none from far away, or when they are too many to be called by their titles. */
function inSight() {
  const places = [];
  const { scale, left, top } = view;
  if (scale < NEAR * home.scale) return places;
  const [low, high] = [-left / scale, (size.width - left) / scale];
  const [lowest, highest] = [-top / scale, (size.height - top) / scale];
  for (let i = 0; i < points.count; i++) {
    if (points.x[i] < low || points.x[i] > high || points.y[i] < lowest || points.y[i] > highest) continue;
    if (places.length === MOST_TITLES) return [];
    places.push(i);
  }
  return places;
}

async function loadTitles() {
  const numbers = new Set(inSight().map((place) => Math.floor(place / BLOCK)));
  if (![...numbers].some((number) => !loaded.has(number))) return;
  await Promise.all([...numbers].map((number) => trackAt(number * BLOCK)));
  ask();
}

function shortened(title) {
  const marksOf = [...title];
  return marksOf.length > 28 ? `${marksOf.slice(0, 27).join("")}…` : title;
}

function dot(context, [x, y], radius, colour) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  context.strokeStyle = inks.paper;
  context.lineWidth = 2;
  context.stroke();
}

/** Names of genres at their places: first those with a colour, then as many of the others as there is room for. */
function drawAreas(context, taken) {
  context.font = named.length ? "400 13px system-ui, sans-serif" : "700 14px system-ui, sans-serif";
  for (const area of shown) writeArea(context, area, named.length ? inks.quiet : inks.ink, taken);
  context.font = "400 12px system-ui, sans-serif";
  for (const area of areas) if (!shown.includes(area)) writeArea(context, area, inks.quiet, taken, 14);
}

function writeArea(context, area, colour, taken, room = 0) {
  write(context, area.name, ...onScreen(area), colour, taken, room);
}

/** Writes, with paper around the letters, unless something is written within `room` or the spot is out of sight; says whether. */
function write(context, text, spotX, spotY, colour, taken, room = 0) {
  if (spotX < 0 || spotY < 0 || spotX > size.width || spotY > size.height) return false;
  const half = context.measureText(text).width / 2 + 6;
  const inside = (at, least, most) => Math.min(Math.max(at, least), most - least);
  const [x, y] = [inside(spotX, half, size.width), inside(spotY, 12, size.height)];
  const place = { left: x - half - room, right: x + half + room, top: y - 10 - room, bottom: y + 10 + room };
  if (taken.some((other) => overlap(place, other))) return false;
  taken.push(place);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = inks.paper;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
  return true;
}

function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

function drawRead(context) {
  if (read === null) return;
  const [x, y] = onScreen({ x: points.x[read], y: points.y[read] });
  context.beginPath();
  context.arc(x, y, Math.max(diameter() / 2 + 4, 7), 0, 2 * Math.PI);
  context.strokeStyle = inks.accent;
  context.lineWidth = 2.5;
  context.stroke();
}

function drawCross(context) {
  const [x, y] = [size.width / 2, size.height / 2];
  context.strokeStyle = inks.quiet;
  context.lineWidth = 1;
  context.beginPath();
  for (const [from, to] of [[-14, -5], [5, 14]]) {
    context.moveTo(x + from, y);
    context.lineTo(x + to, y);
    context.moveTo(x, y + from);
    context.lineTo(x, y + to);
  }
  context.stroke();
}

// Reading and choosing.

/** The place of the track nearest to a spot on the screen, if one is within `reach`. */
function nearest(x, y, reach) {
  let [best, least] = [null, reach * reach];
  const { scale, left, top } = view;
  for (let i = 0; i < points.count; i++) {
    const across = points.x[i] * scale + left - x;
    const down = points.y[i] * scale + top - y;
    const away = across * across + down * down;
    if (away < least) [best, least] = [i, away];
  }
  return best;
}

const blocks = new Map();
const loaded = new Map(); // the tracks of each block that has come

/** The track at a place; those of a block come together, for the next to be read is likely near by. */
async function trackAt(place) {
  const number = Math.floor(place / BLOCK);
  if (!blocks.has(number)) blocks.set(number, loadedBlock(number));
  return (await blocks.get(number))?.[place % BLOCK];
}

async function loadedBlock(number) {
  try {
    const answer = await fetch(`${root.dataset.tracks}${number}?release=${encodeURIComponent(root.dataset.release)}`);
    if (answer.ok) {
      const { tracks } = await answer.json();
      loaded.set(number, tracks);
      return tracks;
    }
    fail(answer.status);
  } catch {
    fail(0);
  }
  blocks.delete(number);
  return null;
}

/** Reads the track at a place out, or nothing: in a tip beside its point, or `aloud` below the map, or both. */
async function tell(place, inTip, aloud = !inTip) {
  if (place !== read) {
    read = place;
    tip.hidden = true;
    ask();
  }
  if (place === null) return;
  const track = await trackAt(place);
  if (!track || place !== read) return;
  if (inTip) tipBeside(track, onScreen({ x: points.x[place], y: points.y[place] }));
  if (aloud) announce(track);
}

function tipBeside(track, [x, y]) {
  const names = document.createElement("div");
  names.append(bdi("title", track.title), bdi("artists", track.artists.join(", ")), text("genre", track.genres.join(", ")));
  tip.replaceChildren(...cover(track), names, listen(track));
  tip.hidden = false;
  const left = Math.min(Math.max(x + 12, 8), size.width - tip.offsetWidth - 8);
  const top = y + 12 + tip.offsetHeight > size.height ? y - tip.offsetHeight - 12 : y + 12;
  tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}

function announce(track) {
  const ways = [[root.dataset.page, { track: track.id }, root.dataset.find], [root.dataset.map, { track: track.id }, root.dataset.here]];
  const seed = root.dataset.seed;
  if (seed && seed !== track.id) ways.push([root.dataset.map, { track: seed, to: track.id }, root.dataset.path]);
  const links = ways.map(([page, query, words]) => Object.assign(document.createElement("a"), { href: linkTo(page, query), textContent: words }));
  const who = [bdi("title", track.title), bdi("artists", track.artists.join(", ")), text("genre", track.genres.join(", "))];
  status.replaceChildren(...cover(track), listen(track), ...[...who, ...links].flatMap((part) => [part, " "]));
  status.hidden = false;
}

/** The picture of its album, where covers are shown: a transparent one where there is none. */
function cover(track) {
  if (!root.dataset.covers) return [];
  const src = `${root.dataset.covers}${encodeURIComponent(track.id)}?blank=1`;
  return [Object.assign(document.createElement("img"), { src, width: 44, height: 44, alt: "" })];
}

/** What plays half a minute of it: page.js knows what to do on a click. */
function listen(track) {
  const link = document.createElement("a");
  Object.assign(link, { href: `/preview/${encodeURIComponent(track.id)}`, className: "hear", rel: "nofollow noreferrer" });
  link.append(document.querySelector("#player [data-does=pause] svg").cloneNode(true));
  Object.assign(link.dataset, { plays: "preview", id: track.id, title: track.title, by: track.artists.join(", ") });
  link.dataset.page = linkTo(root.dataset.page, { track: track.id });
  link.setAttribute("aria-label", `${root.dataset.listen}: ${track.title}`);
  return link;
}

function bdi(name, content) {
  return Object.assign(document.createElement("bdi"), { className: name, textContent: content });
}

function text(name, content) {
  return Object.assign(document.createElement("span"), { className: name, textContent: content });
}

/** The address of a page of ours with a question, in the language that the reader chose. */
function linkTo(page, query) {
  const address = new URL(page, location);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  return address.href;
}

async function choose(place) {
  const track = place === null ? null : await trackAt(place);
  if (track) location.assign(linkTo(root.dataset.page, { track: track.id }));
}

// Mouse and touch.

const fingers = new Map();
let grip = null; // how the fingers lay, and the view, when the last one came or went
let strayed = false;

function at(event) {
  const { left, top } = plane.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}

function middle() {
  const spots = [...fingers.values()];
  const mean = (axis) => spots.reduce((sum, spot) => sum + spot[axis], 0) / spots.length;
  const apart = spots.length > 1 ? Math.hypot(spots[0][0] - spots[1][0], spots[0][1] - spots[1][1]) : 0;
  return { x: mean(0), y: mean(1), apart };
}

function hold() {
  glide++;
  grip = fingers.size ? { ...middle(), view } : null;
}

/** Whether it is done to the tip, which is pressed and pointed at as any part of a page. */
function inTip(event) {
  return tip.contains(event.target);
}

/** Whether a spot lies on the tip, or on the way there from the point that is read: nothing else is read then. */
function towardsTip([x, y]) {
  if (tip.hidden || read === null) return false;
  const box = tip.getBoundingClientRect();
  const frame = plane.getBoundingClientRect();
  const [pointX, pointY] = onScreen({ x: points.x[read], y: points.y[read] });
  const [left, top] = [box.left - frame.left, box.top - frame.top];
  const within = (at, ...ends) => at >= Math.min(...ends) && at <= Math.max(...ends);
  return within(x, pointX, left, left + box.width) && within(y, pointY, top, top + box.height);
}

plane.addEventListener("pointerdown", (event) => {
  if (inTip(event) || event.button > 0 || fingers.size > 1) return;
  if (!fingers.size) strayed = false;
  fingers.set(event.pointerId, at(event));
  plane.setPointerCapture(event.pointerId);
  byKeys = false;
  hold();
});

plane.addEventListener("pointermove", (event) => {
  const spot = at(event);
  if (!fingers.has(event.pointerId)) {
    if (event.pointerType === "mouse" && !towardsTip(spot)) tell(nearest(...spot, NEAR_MOUSE), true);
    return;
  }
  fingers.set(event.pointerId, spot);
  const now = middle();
  strayed ||= fingers.size > 1 || Math.hypot(now.x - grip.x, now.y - grip.y) > 5;
  if (!strayed) return;
  tip.hidden = true;
  plane.classList.add("held");
  const grown = zoomed(grip.apart ? now.apart / grip.apart : 1, grip.x, grip.y, grip.view);
  show({ scale: grown.scale, left: grown.left + now.x - grip.x, top: grown.top + now.y - grip.y });
});

function release(event) {
  if (!fingers.delete(event.pointerId)) return;
  hold();
  if (fingers.size) return;
  plane.classList.remove("held");
  if (strayed || event.type === "pointercancel") return;
  const spot = at(event);
  const found = nearest(...spot, event.pointerType === "mouse" ? NEAR_MOUSE : NEAR_FINGER);
  // A finger cannot point without touching: its first touch reads, the second chooses.
  if (event.pointerType === "mouse" || (found !== null && found === read)) choose(found);
  else tell(found, true, true);
}

plane.addEventListener("pointerup", release);
plane.addEventListener("pointercancel", release);
plane.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && !fingers.size && tell(null));
plane.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    glide++;
    const lines = event.deltaMode === 1 ? 24 : 1;
    show(zoomed(Math.exp(-0.0016 * lines * Math.max(Math.min(event.deltaY, 400), -400)), ...at(event)));
  },
  { passive: false },
);

// Keys: the arrows move the map below a cross in its middle, whose nearest track is read.

const STEP = 70;
const KEYS = {
  ArrowLeft: () => show(moved(STEP, 0)),
  ArrowRight: () => show(moved(-STEP, 0)),
  ArrowUp: () => show(moved(0, STEP)),
  ArrowDown: () => show(moved(0, -STEP)),
  "+": () => show(zoomed(1.5)),
  "=": () => show(zoomed(1.5)),
  "-": () => show(zoomed(1 / 1.5)),
  0: () => show(home),
};

plane.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (inTip(event)) return;
  if (event.key === "Enter") return void choose(read);
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  glide++;
  byKeys = true;
  act();
  tell(nearest(size.width / 2, size.height / 2, size.width / 4));
});

plane.addEventListener("blur", () => {
  byKeys = false;
  ask();
});

// Buttons.

root.querySelector(".nearer").addEventListener("click", () => glideTo(zoomed(1.8)));
root.querySelector(".farther").addEventListener("click", () => glideTo(zoomed(1 / 1.8)));
root.querySelector(".whole").addEventListener("click", () => glideTo(home));
for (const area of areas) {
  area.button.addEventListener("click", (event) => toggle(area, event.shiftKey || event.ctrlKey || event.metaKey));
  for (const kind of ["pointerenter", "focus"]) area.button.addEventListener(kind, () => stress(area.label));
  for (const kind of ["pointerleave", "blur"]) area.button.addEventListener(kind, () => stress(null));
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", mix);

start().catch(() => fail(0));
