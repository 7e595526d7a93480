import { arithmeticMean, geometricMean, lossOf, perplexityOf, uniform } from "formulas";
import { axes, fixed, mark, panel, rect, segment, significant, write } from "../kit.js";

const LOW = 0.01;
const HIGH = 0.99;
const names = ["p1", "p2", "p3", "p4", "p5"];
const values = (state) => names.map((name) => state[name]);
const set = (five) => Object.fromEntries(names.map((name, n) => [name, five[n]]));

const frames = (data) => {
  const format = (n) => data.pictures[n - 1] ?? "";
  const x = { domain: [0.4, 5.6], ticks: [1, 2, 3, 4, 5], format };
  const common = { height: 278, top: 42, bottom: 28 };
  return {
    plain: axes({ ...common, x, y: { domain: [0, 1], label: "probability of the right class" } }),
    logs: axes({ ...common, x, y: { domain: [LOW, 1], log: true, label: "the same, logarithmic scale" } }),
  };
};

export default {
  controls: (data) => [
    { kind: "buttons", buttons: [["good", "Good network"], ["bad", "Bad network"], ["even", "All equal"], ["slip", "One sure mistake"]] },
    ...names.map((name, n) => ({
      kind: "slider",
      name,
      label: `${n + 1}: ${data.pictures[n]}`,
      min: LOW,
      max: HIGH,
      value: data.good[n],
    })),
  ],

  act: (name, _, data) =>
    set(name === "good" ? data.good : name === "bad" ? data.bad : name === "even" ? Array(5).fill(0.6) : [...data.good.slice(0, 4), LOW]),

  drag(id, px, py, state, data) {
    const frame = frames(data)[id];
    const n = Math.min(5, Math.max(1, Math.round(frame.x.invert(px))));
    const p = Math.min(HIGH, Math.max(LOW, frame.y.invert(py)));
    return { [names[n - 1]]: Math.round(p * 100) / 100 };
  },

  draw(state, data) {
    const five = values(state);
    const geometric = geometricMean(...five);
    const arithmetic = arithmeticMean(...five);
    const chance = uniform(data.classes);
    const { plain, logs } = frames(data);

    const line = (frame, y, className) => segment(frame.box.left, frame.y(y), frame.box.right, frame.y(y), className);
    const levels = (frame) => [
      line(frame, chance, "om-line-quiet"),
      write(frame.box.left + 4, frame.y(chance) - 4, `1/*K*`, { className: "om-note" }),
      line(frame, arithmetic, "om-line-b"),
      line(frame, geometric, "om-line-a"),
    ];
    // Above the frame: beside the lines the words would cross them, or the marks, at the ends of the sliders.
    const key = (frame) =>
      [["arithmetic mean", "b"], ["geometric mean", "a"]].map(([name, series], n) => {
        const x = frame.box.left + 4 + 150 * n;
        return [segment(x, 11, x + 22, 11, `om-line-${series}`), write(x + 30, 15, name, { className: `om-note om-ink-${series}` })];
      });
    // The lecture's other network, as open marks.
    const shown = five.every((p, n) => p === data.bad[n]) ? ["good network", data.good] : ["bad network", data.bad];
    const other = (frame) => [
      shown[1].map((p, n) => mark(3, frame.x(n + 1), frame.y(p), "om-open", 44)),
      mark(3, frame.box.left + 15, 28, "om-open", 44),
      write(frame.box.left + 34, 32, shown[0], { className: "om-note" }),
    ];
    const bars = five.map((p, n) => [
      rect(plain.x(n + 1) - 20, plain.y(p), 40, plain.y(0) - plain.y(p), "om-bar"),
      segment(plain.x(n + 1) - 20, plain.y(p), plain.x(n + 1) + 20, plain.y(p), "om-line-ink"),
    ]);
    const stems = five.map((p, n) => [
      segment(logs.x(n + 1), logs.y(geometric), logs.x(n + 1), logs.y(p), "om-stem"),
      mark(0, logs.x(n + 1), logs.y(p), "om-point"),
    ]);

    return {
      panels: [
        panel(
          "plain",
          `Bars of five probabilities. Arithmetic mean ${fixed(arithmetic, 3)}, geometric mean ${fixed(geometric, 3)}.`,
          plain.width,
          plain.height,
          plain.back,
          bars,
          other(plain),
          levels(plain),
          key(plain),
        ),
        panel("logs", "The same five probabilities on a logarithmic scale, around their geometric mean.", logs.width, logs.height, logs.back, other(logs), levels(logs), key(logs), stems),
      ],
      shown: Object.fromEntries(names.map((name) => [name, fixed(state[name], 2)])),
      readout: [
        ["geometric mean *Q_mean*", fixed(geometric, 4)],
        ["arithmetic mean", fixed(arithmetic, 4)],
        ["difference", fixed(arithmetic - geometric, 4)],
        ["loss, minus log *Q_mean*", fixed(lossOf(geometric), 4)],
        ["perplexity", significant(perplexityOf(geometric), 4)],
      ],
      says: `Geometric mean ${fixed(geometric, 3)}, arithmetic mean ${fixed(arithmetic, 3)}.`,
    };
  },
};
