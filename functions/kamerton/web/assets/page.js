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
    location.assign(`/?${question}`);
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

{
  // What can be heard or seen opens in its place, one at a time, and closes at the next click. Nothing of it is loaded before,
  // and each is a link that leads to the same without scripts.
  const PLAYER = { class: "player", allow: "autoplay; encrypted-media; fullscreen", referrerpolicy: "strict-origin-when-cross-origin" };
  let open = null;
  // The number of the click that is being answered: what an earlier one asked for is no longer wanted.
  let latest = 0;

  const close = () => {
    if (!open) return;
    open.element.pause?.();
    open.element.remove();
    open.link.removeAttribute("aria-expanded");
    open = null;
  };

  const put = (link, made) => {
    close();
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
    spotify: (link) => put(link, frame(link.dataset.player, link.dataset.title, "spotify")),
    preview: (link) => {
      const sound = element("audio", { class: "player", controls: "", autoplay: "", src: link.href });
      sound.addEventListener("error", () => open?.element === sound && location.assign(link.href));
      put(link, sound);
    },
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
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (link.getAttribute("aria-busy") === "true") return;
    latest += 1;
    document.querySelectorAll("iframe.player").forEach((player) => player !== open?.element && player.remove());
    if (open?.link === link) close();
    else players[link.dataset.plays](link, latest);
  });
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
