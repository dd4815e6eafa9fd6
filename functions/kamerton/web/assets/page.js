// What the page does beyond plain HTML. Each part is an improvement of something that works without it.
"use strict";

{
  // Suggestions while a name is typed: a combobox with a list, after the pattern of the ARIA Authoring Practices.
  const PAUSE_MS = 200;
  const LEAST_CHARACTERS = 2;
  const LINK = /^(https?:|spotify:|www\.)|\.\w+\/\S/i;

  const field = document.getElementById("track");
  const list = element("ul", { id: "suggestions", role: "listbox", hidden: "" });
  const told = element("p", { class: "unseen", role: "status" });
  list.setAttribute("aria-label", field.labels[0].textContent);
  field.after(list);
  field.form.append(told);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "suggestions" }))
    field.setAttribute(name, value);

  let timer = 0;
  let asked = new AbortController();
  let active = -1;

  const close = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    active = -1;
  };

  const forget = () => {
    clearTimeout(timer);
    asked.abort();
    close();
  };

  const show = (tracks) => {
    list.replaceChildren(...tracks.map(option));
    told.textContent = tracks.length ? field.dataset.suggested.replace("{count}", tracks.length) : "";
    close();
    if (!tracks.length) return;
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
  };

  const option = (track, place) => {
    const title = element("bdi", { class: "title" }, track.title);
    const artists = element("bdi", { class: "by" }, track.artists.join(", "));
    const item = element("li", { id: `suggestion-${place}`, role: "option", "aria-selected": "false" }, title, " ", artists);
    item.addEventListener("pointerdown", (event) => event.preventDefault());
    item.addEventListener("click", () => go(track.id));
    item.dataset.id = track.id;
    return item;
  };

  const go = (id) => {
    forget();
    // In the field's place among the tracks, and typed again for who comes back.
    const typed = field.value;
    field.value = id;
    const question = new URLSearchParams(new FormData(field.form));
    field.value = typed;
    visit(`/?${question}`);
  };

  const choose = (place) => {
    const items = [...list.children];
    active = (place + items.length + 1) % (items.length + 1);
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
    if (active === items.length) {
      active = -1;
      field.removeAttribute("aria-activedescendant");
    } else {
      field.setAttribute("aria-activedescendant", items[active].id);
      items[active].scrollIntoView({ block: "nearest" });
    }
  };

  const ask = async (text) => {
    asked.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(`/api/v1/suggestions?${new URLSearchParams({ q: text })}`, { signal: asked.signal });
      show(answer.ok ? (await answer.json()).tracks : []);
    } catch (error) {
      // A newer letter has come, or the network has gone: nothing to suggest.
      if (error.name !== "AbortError") close();
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    const text = field.value.trim();
    if ([...text].length < LEAST_CHARACTERS || LINK.test(text)) return forget();
    timer = setTimeout(ask, PAUSE_MS, text);
  });

  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? active + 1 : active === -1 ? list.children.length - 1 : active - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      go(list.children[active].dataset.id);
    } else if (event.key === "Escape") {
      event.preventDefault();
      forget();
    }
  });

  field.addEventListener("blur", forget);
  field.form.addEventListener("submit", forget);
}

// The bar that plays half a minute of each track on the page, one after the other; null where there is nothing to hear.
const bar = document.getElementById("player") && previewBar(document.getElementById("player"));

function previewBar(section) {
  const MOST_MISSING = 3;
  const sound = new Audio();
  const [title, by, range, time, told] = [".title", ".by", "input", ".time", ".told"].map((part) => section.querySelector(part));
  const pause = section.querySelector("[data-does=pause]");
  let current = null;
  // How many in a row had no preview: a service that is down is not asked about the whole list.
  let missing = 0;

  const links = () => [...document.querySelectorAll("[data-plays=preview]")];
  const place = () => links().findIndex((link) => link.dataset.id === current?.id);

  const mark = () => {
    const plays = !sound.paused && !section.hidden;
    section.classList.toggle("plays", plays);
    pause.setAttribute("aria-label", plays ? pause.dataset.pause : pause.dataset.go);
    for (const link of links()) {
      const isCurrent = !section.hidden && link.dataset.id === current?.id;
      link.classList.toggle("plays", isCurrent && plays);
      link.closest("li, article")?.classList.toggle("current", isCurrent);
    }
  };

  const play = (link) => {
    current = { ...link.dataset, href: link.href };
    title.textContent = current.title;
    title.href = current.page;
    by.textContent = current.by;
    range.value = 0;
    section.hidden = false;
    document.body.classList.add("with-player");
    sound.src = current.href;
    go();
    if ("mediaSession" in navigator) navigator.mediaSession.metadata = new MediaMetadata({ title: current.title, artist: current.by });
  };

  // Refused only where a browser lets nothing play, or when the next one was chosen meanwhile.
  const go = () => sound.play().catch(() => mark());

  const step = (by) => {
    const next = links()[place() + by];
    if (next) play(next);
    else mark();
    return Boolean(next);
  };

  const toggle = () => (sound.paused ? go() : sound.pause());

  const close = () => {
    sound.pause();
    section.hidden = true;
    document.body.classList.remove("with-player");
    current = null;
    mark();
  };

  const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

  for (const kind of ["play", "pause", "playing"]) sound.addEventListener(kind, mark);
  sound.addEventListener("playing", () => {
    missing = 0;
    told.textContent = "";
  });
  sound.addEventListener("ended", () => step(1));
  sound.addEventListener("error", () => {
    if (!current) return;
    told.textContent = told.dataset.none.replace("{title}", current.title);
    links()[place()]?.classList.add("missing");
    missing += 1;
    if (missing >= MOST_MISSING) mark();
    else step(1);
  });
  sound.addEventListener("timeupdate", () => {
    range.max = Number.isFinite(sound.duration) ? sound.duration : 30;
    range.value = sound.currentTime;
    range.setAttribute("aria-valuetext", minutes(sound.currentTime));
    time.textContent = minutes(sound.currentTime);
  });
  range.addEventListener("input", () => (sound.currentTime = Number(range.value)));
  section.addEventListener("click", (event) => {
    const does = event.target.closest("button")?.dataset.does;
    missing = 0;
    ({ previous: () => step(-1), next: () => step(1), pause: toggle, close })[does]?.();
  });
  if ("mediaSession" in navigator) {
    const keys = { play: go, pause: () => sound.pause(), previoustrack: () => step(-1), nexttrack: () => step(1), stop: close };
    for (const [key, does] of Object.entries(keys)) navigator.mediaSession.setActionHandler(key, does);
  }

  return {
    mark,
    get isOpen() {
      return !section.hidden;
    },
    pause: () => sound.pause(),
    press: (link) => {
      missing = 0;
      if (current?.id === link.dataset.id && !section.hidden) toggle();
      else play(link);
    },
  };
}

{
  // Players of others open in their place, one at a time, and close at the next click. Nothing of them is loaded before, and
  // each is a link that leads to the same without scripts.
  const PLAYER = { class: "player", allow: "autoplay; encrypted-media; fullscreen", referrerpolicy: "strict-origin-when-cross-origin" };
  let open = null;
  // The number of the click that is being answered: what an earlier one asked for is no longer wanted.
  let latest = 0;

  const close = () => {
    if (!open) return;
    open.element.remove();
    open.link.removeAttribute("aria-expanded");
    open = null;
  };

  const put = (link, made) => {
    close();
    bar?.pause();
    link.closest(".outside").after(made);
    link.setAttribute("aria-expanded", "true");
    open = { link, element: made };
  };

  const frame = (src, title, kind) => element("iframe", { ...PLAYER, src, title, class: `player ${kind}` });

  const found = async (address) => {
    try {
      const answer = await fetch(address);
      return answer.ok ? (await answer.json()).video : null;
    } catch {
      return null;
    }
  };

  const players = {
    preview: (link) => {
      close();
      bar.press(link);
    },
    spotify: (link) => put(link, frame(link.dataset.player, link.dataset.title, "spotify")),
    video: async (link, click) => {
      link.setAttribute("aria-busy", "true");
      const video = await found(link.dataset.player);
      link.removeAttribute("aria-busy");
      if (click !== latest) return;
      if (video?.embed) put(link, frame(video.embed, video.title, "video"));
      else location.assign(link.href);
    },
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-plays]");
    if (!link || withKey(event)) return;
    event.preventDefault();
    if (link.getAttribute("aria-busy") === "true") return;
    latest += 1;
    document.querySelectorAll("iframe.player").forEach((player) => player !== open?.element && player.remove());
    if (open?.link === link) close();
    else players[link.dataset.plays](link, latest);
  });
}

// While something plays, another question does not end it: the new page takes the place of the old one, above the bar.
let isSwapped = false;
// Without the part of the page: to go there is no other question.
const question = (address) => {
  const { pathname, search } = new URL(address, location.href);
  return pathname + search;
};
let shown = question(location.href);
// The page that is under way: one that is asked for meanwhile takes its place.
let underWay = new AbortController();

function visit(address) {
  if (!bar?.isOpen) return location.assign(address);
  history.pushState(null, "", address);
  return swap(address);
}

async function swap(address) {
  const page = document.getElementById("page");
  page.setAttribute("aria-busy", "true");
  underWay.abort();
  const { signal } = (underWay = new AbortController());
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, signal });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (signal.aborted) return;
    if (answer.redirected) history.replaceState(null, "", answer.url);
    const [content, form] = [next.getElementById("page"), next.querySelector(".search")];
    if (!content || !form) throw new Error("no page of ours");
    document.title = next.title;
    page.replaceWith(content);
    takeQuestion(form);
    document.querySelector(".languages").replaceWith(next.querySelector(".languages"));
    bar.mark();
    isSwapped = true;
    shown = question(location.href);
    scrollTo(0, 0);
  } catch {
    if (!signal.aborted) location.assign(address);
  }
}

// The form stays, as what is bound to it does; what it asks for changes.
function takeQuestion(other) {
  const form = document.querySelector(".search");
  form.querySelectorAll("input[type=hidden]").forEach((input) => input.remove());
  let isBefore = true;
  for (const child of [...other.children]) {
    if (child.matches("label")) isBefore = false;
    if (!child.matches("input[type=hidden]")) continue;
    if (isBefore) form.querySelector("label").before(child);
    else form.append(child);
  }
  form.elements.track.value = other.querySelector("#track").value;
}

{
  const isAnswer = ({ pathname, search }) =>
    (pathname === "/" && search.includes("track=")) || pathname === "/random" || pathname.startsWith("/artist/");
  const isQuestion = (link) => link.origin === location.origin && isAnswer(link) && !(link.hash && question(link.href) === shown);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || withKey(event) || !bar?.isOpen || !isQuestion(link)) return;
    event.preventDefault();
    visit(link.href);
  });

  document.addEventListener("submit", (event) => {
    if (!bar?.isOpen || event.defaultPrevented || event.target.method !== "get") return;
    event.preventDefault();
    visit(`/?${new URLSearchParams(new FormData(event.target))}`);
  });

  addEventListener("popstate", () => {
    if (isSwapped && question(location.href) !== shown) swap(location.href);
  });
}

{
  // What records is loaded by who opens the form for it.
  const part = document.querySelector(".send-sound");
  part?.addEventListener("toggle", () => import(part.dataset.script), { once: true });
}

{
  // What was left as it is stands in no address.
  document.addEventListener("formdata", ({ target, formData }) => {
    for (const { name, type } of [...target.elements]) {
      const isLeft = type === "range" ? Number(formData.get(name)) === 0 : type === "select-one" && formData.get(name) === "";
      if (isLeft) formData.delete(name);
    }
  });
}

{
  // What is said of a track is kept without leaving the page: a heart is filled, and what is not wanted goes, until it is undone.
  // Without scripts, or when that fails, the form is sent as any other.
  const say = (fields) => fetch("/taste", { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" } });

  const takeOut = (item, fields, undo) => {
    const { takenOut, undo: word } = document.getElementById("page").dataset;
    const back = element("button", { type: "button" }, word);
    const gone = element("li", { class: "gone", role: "status" }, takenOut, " ", back);
    back.addEventListener("click", async () => {
      if ((await say({ ...fields, verdict: undo }).catch(() => null))?.ok) gone.replaceWith(item);
    });
    item.replaceWith(gone);
    back.focus();
  };

  // Past this script, so that the page that says what is wrong is shown.
  const sent = (form, submitter) => {
    form.append(element("input", { type: "hidden", name: "verdict", value: submitter.value }));
    form.submit();
  };

  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (!form.matches(".judge") || !submitter) return;
    event.preventDefault();
    const fields = { ...Object.fromEntries(new FormData(form)), verdict: submitter.value };
    const answer = await say(fields).catch(() => null);
    if (!answer?.ok) return sent(form, submitter);
    if (submitter.matches(".heart")) {
      const isLiked = submitter.value === "like";
      submitter.setAttribute("aria-pressed", String(isLiked));
      submitter.value = isLiked ? "clear" : "like";
      return;
    }
    const item = form.closest(".tracks > li");
    if (item) takeOut(item, fields, submitter.dataset.undo);
    else location.reload();
  });
}

{
  // The link to a list is copied, where a browser lets us, and says so; without that it is a link.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-copied]");
    if (!link || withKey(event) || !navigator.clipboard) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    try {
      await navigator.clipboard.writeText(link.href);
    } catch {
      return location.assign(link.href);
    }
    const words = link.textContent;
    link.textContent = link.dataset.copied;
    setTimeout(() => (link.textContent = words), 2000);
  }, true);
}

{
  // An explanation that covers something can be sent away, until the pointer or the focus moves on.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.body.classList.add("untold");
  });
  for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, () => document.body.classList.remove("untold"));
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

function withKey(event) {
  return event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
}
