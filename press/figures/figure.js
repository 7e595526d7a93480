// What all figures share: the markup of controls, pictures and readout, and what makes them live.
//
// A figure is {controls(data), draw(state, data), act?, changed?, drag?, tick?, toFragment?, fromFragment?}.
// `draw` is pure and gives {panels, shown, readout, faults, says}. The next four give what changes in the
// state; the last two keep the state in the address, so that it can be shared.

import { escape, mathHtml, significant, tag } from "./kit.js";

const MILLISECONDS_PER_STEP = 180;
const QUIET = 700; // before a change is read out

const idOf = (figure, control) => `om-${figure}-${control}`;

// A logarithmic slider moves in decades; its value is kept to three digits.
const position = (control, value) => (control.log ? Math.log10(value) : value);
const valueAt = (control, place) => (control.log ? Number((10 ** place).toPrecision(3)) : place);

export const opening = (figure, data) =>
  Object.fromEntries(
    figure
      .controls(data)
      .filter((control) => "value" in control)
      .map((control) => [control.name, control.value]),
  );

const shownOf = (control, state, drawn) => drawn.shown?.[control.name] ?? significant(state[control.name]);

// Below a text field stands what it expects, or what is wrong with it.
const noteOf = (control, drawn) => drawn.faults?.[control.name] ?? control.hint;

const controlMarkup = (name, control, state, drawn) => {
  const id = idOf(name, control.name);
  if (control.kind === "text") {
    return tag(
      "div",
      { class: `om-control om-field${control.wide ? " om-wide" : ""}` },
      tag("label", { for: id }, mathHtml(control.label)),
      `<input type="text" id="${id}" name="${control.name}" value="${escape(state[control.name])}" ` +
        `autocomplete="off" spellcheck="false" aria-describedby="${id}-note">`,
      tag("p", { id: `${id}-note` }, escape(noteOf(control, drawn))),
    );
  }
  if (control.kind === "slider") {
    const [low, high] = [position(control, control.min), position(control, control.max)];
    const shown = shownOf(control, state, drawn);
    return tag(
      "div",
      { class: "om-control" },
      tag("label", { for: id }, mathHtml(control.label)),
      `<input type="range" id="${id}" name="${control.name}" min="${low}" max="${high}" ` +
        `step="${control.log ? "any" : (control.step ?? 0.01)}" value="${position(control, state[control.name])}" ` +
        `aria-valuetext="${escape(shown)}">`,
      tag("output", { for: id }, escape(shown)),
    );
  }
  if (control.kind === "choice") {
    const options = control.options.map(
      ([value, label]) =>
        `<label><input type="radio" name="${id}" value="${escape(value)}" data-name="${control.name}"` +
        `${value === state[control.name] ? " checked" : ""}><span>${mathHtml(label)}</span></label>`,
    );
    return tag("fieldset", { class: "om-choice" }, tag("legend", {}, mathHtml(control.label)), ...options);
  }
  if (control.kind === "check") {
    return (
      `<label class="om-check"><input type="checkbox" id="${id}" name="${control.name}"` +
      `${state[control.name] ? " checked" : ""}><span>${mathHtml(control.label)}</span></label>`
    );
  }
  return tag(
    "div",
    { class: "om-buttons" },
    ...control.buttons.map(([act, label]) => tag("button", { type: "button", "data-act": act }, mathHtml(label))),
  );
};

const readoutMarkup = (readout) =>
  readout.map(([term, value]) => `<div><dt>${mathHtml(term)}</dt><dd>${mathHtml(value)}</dd></div>`).join("");

/** Everything inside the figure but its caption, in its opening state. */
export const render = (name, figure, data) => {
  const state = opening(figure, data);
  const drawn = figure.draw(state, data);
  const controls = figure.controls(data).map((control) => controlMarkup(name, control, state, drawn));
  const panels = drawn.panels.map(({ id, markup }) => tag("div", { class: "om-panel", "data-panel": id }, markup));
  const readout = drawn.readout ? tag("dl", { class: "om-readout" }, readoutMarkup(drawn.readout)) : "";
  const controlled = controls.length
    ? `<fieldset class="om-controls" disabled><legend class="om-unseen">Controls</legend>${controls.join("")}</fieldset>`
    : "";
  return (
    controlled +
    tag("div", { class: "om-panels", "data-count": panels.length }, ...panels) +
    readout +
    (controlled ? '<p class="om-unseen om-says" aria-live="polite"></p>' : "")
  );
};

const attach = (root, name, figure) => {
  const data = JSON.parse(root.querySelector("script").textContent);
  const controls = Object.fromEntries(figure.controls(data).map((control) => [control.name, control]));
  const field = root.querySelector(".om-controls");
  const says = root.querySelector(".om-says");
  let state = opening(figure, data);
  let playing = 0;
  let saying = 0;

  const inputOf = (control) => root.querySelector(`#${CSS.escape(idOf(name, control))}`);

  const show = (changed) => {
    const drawn = figure.draw(state, data);
    for (const { id, markup } of drawn.panels) root.querySelector(`[data-panel="${id}"]`).innerHTML = markup;
    if (drawn.readout) root.querySelector(".om-readout").innerHTML = readoutMarkup(drawn.readout);
    for (const control of Object.values(controls)) {
      if (control.kind === "slider") {
        const input = inputOf(control.name);
        const shown = shownOf(control, state, drawn);
        if (control.name !== changed) input.value = position(control, state[control.name]);
        input.setAttribute("aria-valuetext", shown);
        input.nextElementSibling.textContent = shown;
      } else if (control.kind === "text") {
        const input = inputOf(control.name);
        if (control.name !== changed) input.value = state[control.name];
        input.setAttribute("aria-invalid", String(Boolean(drawn.faults?.[control.name])));
        input.nextElementSibling.textContent = noteOf(control, drawn);
      } else if (control.kind === "check") {
        inputOf(control.name).checked = state[control.name];
      } else if (control.kind === "choice") {
        for (const input of root.querySelectorAll(`[data-name="${control.name}"]`))
          input.checked = input.value === state[control.name];
      }
    }
    clearTimeout(saying);
    saying = setTimeout(() => (says.textContent = drawn.says ?? ""), QUIET);
  };

  const change = (patch, changed) => {
    if (!patch) return;
    state = { ...state, ...patch };
    if (changed && figure.changed) state = { ...state, ...figure.changed(changed, state, data) };
    show(changed);
  };

  // Once for what a hand has changed; the address is no place that one goes back to.
  const keep = () => figure.toFragment && history.replaceState(history.state, "", `#${figure.toFragment(state)}`);

  const pause = () => {
    clearTimeout(playing);
    playing = 0;
    const button = root.querySelector('[data-act="play"]');
    if (button) button.textContent = "Play";
  };
  const play = () => {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      for (let patch = figure.tick(state, data); patch; patch = figure.tick(state, data)) state = { ...state, ...patch };
      show();
      return;
    }
    const step = () => {
      const patch = root.isConnected && figure.tick(state, data);
      if (!patch) return pause();
      change(patch);
      playing = setTimeout(step, MILLISECONDS_PER_STEP);
    };
    root.querySelector('[data-act="play"]').textContent = "Pause";
    step();
  };

  field?.addEventListener("input", ({ target }) => {
    if (target.type === "range") change({ [target.name]: valueAt(controls[target.name], Number(target.value)) }, target.name);
    else if (target.type === "checkbox") change({ [target.name]: target.checked }, target.name);
    else if (target.type === "radio") change({ [target.dataset.name]: target.value }, target.dataset.name);
    else if (target.type === "text") change({ [target.name]: target.value }, target.name);
    keep();
  });
  field?.addEventListener("click", ({ target }) => {
    const act = target.closest("[data-act]")?.dataset.act;
    if (!act) return;
    const running = playing;
    pause();
    if (act === "play") {
      if (!running) play();
    } else change(figure.act(act, state, data));
    keep();
  });

  if (figure.drag) {
    let held = null;
    const move = (event) => {
      const svg = event.currentTarget.querySelector("svg");
      const box = svg.getBoundingClientRect();
      const scale = svg.viewBox.baseVal.width / box.width;
      const at = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
      change(figure.drag(event.currentTarget.dataset.panel, ...at, state, data));
    };
    for (const one of root.querySelectorAll(".om-panel")) {
      one.addEventListener("pointerdown", (event) => {
        // A finger beside the handle scrolls the page; if it only taps, the click below is its move.
        if (event.pointerType !== "mouse" && !event.target.closest(".om-handle")) return;
        if (event.button !== 0) return;
        held = one;
        one.setPointerCapture(event.pointerId);
        pause();
        move(event);
        event.preventDefault();
      });
      one.addEventListener("pointermove", (event) => held === one && move(event));
      one.addEventListener("click", (event) => event.pointerType !== "mouse" && move(event));
      for (const end of ["pointerup", "pointercancel"]) one.addEventListener(end, () => (held = null));
    }
  }

  // The picture in the page is the opening state as `draw` gives it, so nothing is drawn until something changes.
  // A browser that comes back to the page may have kept where the controls stood: they open with the picture.
  for (const input of field?.querySelectorAll("input") ?? []) {
    if (input.type === "range" || input.type === "text") input.value = input.defaultValue;
    else input.checked = input.defaultChecked;
  }
  if (field) field.disabled = false;
  if (figure.fromFragment) {
    const read = () => change(figure.fromFragment(location.hash.slice(1), data));
    addEventListener("hashchange", read);
    read();
  }
  root.dataset.live = "";
};

/** Makes the figures of the page live; again after Material has changed the page in place. */
export const start = (figures) => {
  const all = () => {
    for (const root of document.querySelectorAll("figure.om-figure:not([data-live])"))
      if (Object.hasOwn(figures, root.dataset.figure)) attach(root, root.dataset.figure, figures[root.dataset.figure]);
  };
  if (globalThis.document$) globalThis.document$.subscribe(all);
  else all();
};

/** The same figures where there is no document: the build draws with `render`, tests take the rest. */
export const offline = (figures) => ({
  render: (name, data) => render(name, figures[name], data),
  opening: (name, data) => opening(figures[name], data),
  controls: (name, data) => figures[name].controls(data),
  draw: (name, state, data) => figures[name].draw(state, data),
  act: (name, act, state, data) => figures[name].act?.(act, state, data) ?? null,
  changed: (name, control, state, data) => figures[name].changed?.(control, state, data) ?? null,
  drag: (name, panel, x, y, state, data) => figures[name].drag?.(panel, x, y, state, data) ?? null,
  toFragment: (name, state) => figures[name].toFragment(state),
  fromFragment: (name, text, data) => figures[name].fromFragment(text, data),
  tick: (name, state, data) => figures[name].tick?.(state, data) ?? null,
});
