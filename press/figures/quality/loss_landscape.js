import {
  ascentW1, ascentW2, descentW1, descentW2, landscape, landscapeByW1, landscapeByW2, landscapeSlope, lossByW1, lossByW2, lossLandscape, lossSlope, toTheTop,
} from "formulas";
import { arrow, axes, circle, curve, fixed, handle, legend, mark, panel, remember, segment, significant, write } from "../kit.js";
import { mapFrame, qualityMap } from "./plane.js";

const STEPS = 40;
const ARROW = 34; // pixels of the longer arrow at most

const OPENING = [-2, 0.5]; // off the ridge, where the two paths part

const clamp = (x, [low, high]) => Math.min(high, Math.max(low, x));

const paths = remember((w1, w2, lr) => {
  const walk = (next) => {
    const out = [[w1, w2]];
    for (let t = 0; t < STEPS; t++) out.push(next(...out[t]));
    return out;
  };
  return {
    up: walk((a, b) => [ascentW1(a, b, lr), ascentW2(a, b, lr)]),
    down: walk((a, b) => [descentW1(a, b, lr), descentW2(a, b, lr)]),
  };
});

export default {
  controls: (data) => [
    { kind: "slider", name: "t", label: "steps of each", min: 0, max: STEPS, step: 1, value: 12 },
    { kind: "slider", name: "lr", label: "learning rate of both", min: 0.1, max: 2.5, log: true, value: 1 },
    { kind: "slider", name: "w1", label: "start *w_11*", min: data.across[0], max: data.across[1], value: OPENING[0] },
    { kind: "slider", name: "w2", label: "start *w_21*", min: data.up[0], max: data.up[1], value: OPENING[1] },
    { kind: "buttons", buttons: [["near", "Lecture's start"], ["far", "Far from the top"], ["play", "Play"], ["reset", "Reset"]] },
  ],

  act: (name, _, data) =>
    ({
      near: { w1: data.start[0], w2: data.start[1] },
      far: { w1: data.across[0] + 0.2, w2: data.up[1] - 0.7 },
      reset: { t: 0 },
    })[name],

  tick: (state) => (state.t < STEPS ? { t: state.t + 1 } : null),

  drag(id, px, py, state, data) {
    if (id !== "map") return null;
    const frame = mapFrame(data);
    const near = (x) => Math.round(x * 100) / 100;
    return { w1: near(clamp(frame.x.invert(px), data.across)), w2: near(clamp(frame.y.invert(py), data.up)) };
  },

  draw(state, data) {
    const { t, lr, w1, w2 } = state;
    const { up, down } = paths(w1, w2, lr);
    const [climbed, sunk] = [up.slice(0, t + 1), down.slice(0, t + 1)];
    const [q, slope, steep] = [landscape(w1, w2), landscapeSlope(w1, w2), lossSlope(w1, w2)];

    const frame = mapFrame(data);
    const on = ([a, b]) => [frame.x(a), frame.y(b)];
    const [x, y] = on([w1, w2]);
    const unit = steep > 0 ? (ARROW * 1.6) / Math.max(steep, 0.4) : 0;
    const [topX, topY] = on(data.top);

    // A cut through both, along the straight line from the start through the top.
    const away = toTheTop(w1, w2) || 1;
    const [u1, u2] = [(data.top[0] - w1) / away, (data.top[1] - w2) / away];
    const highest = Math.min(6, Math.max(2, Math.ceil(lossLandscape(w1, w2))));
    const cut = axes({
      height: 200,
      x: { domain: [-0.15, 2], label: "from the start (0) through the top (1)", ticks: [0, 0.5, 1, 1.5, 2] },
      y: { domain: [0, highest], label: "*Q* and *L*" },
    });
    const along = Array.from({ length: 90 }, (_, n) => -0.15 + (n / 89) * 2.15);
    const at = (f) => along.map((c) => [cut.x(c), cut.y(f(w1 + c * away * u1, w2 + c * away * u2))]);

    const gap = axes({ height: 220, top: 44, x: { domain: [0, STEPS], label: "steps" }, y: { domain: [0, 1.3 * Math.max(1, away)], label: "distance to the top" } });
    const distance = (path) => path.map(([a, b], n) => [gap.x(n), gap.y(toTheTop(a, b))]);

    return {
      panels: [
        panel(
          "map",
          `Two paths of ${t} steps from the same start: ascent on the quality and descent on the loss.`,
          frame.width,
          frame.height,
          qualityMap(data),
          frame.clip(
            segment(topX - 5, topY, topX + 5, topY, "om-line-ink"),
            segment(topX, topY - 5, topX, topY + 5, "om-line-ink"),
            curve(sunk.map(on), "om-line-b"),
            sunk.map((one) => mark(1, ...on(one), "om-fill-b", 26)),
            curve(climbed.map(on), "om-line-a"),
            climbed.map((one) => circle(...on(one), 2.6, "om-fill-a")),
            arrow(x, y, x - unit * lossByW1(w1, w2), y + unit * lossByW2(w1, w2), "om-arrow-b"),
            arrow(x, y, x + unit * landscapeByW1(w1, w2), y - unit * landscapeByW2(w1, w2), "om-arrow-a"),
            handle(x, y),
          ),
        ),
        panel(
          "cut",
          "A cut through bell and bowl along the straight line from the start through the top.",
          cut.width,
          cut.height,
          cut.back,
          cut.clip(curve(at(landscape), "om-line-a"), curve(at(lossLandscape), "om-line-b")),
          segment(cut.x(0), cut.box.top, cut.x(0), cut.box.bottom, "om-line-quiet"),
          segment(cut.x(1), cut.box.top, cut.x(1), cut.box.bottom, "om-line-quiet"),
          write(cut.x(1) + 5, cut.y(landscape(...data.top)) - 5, "quality", { className: "om-note om-ink-a" }),
          write(cut.x(1) + 5, cut.box.top + 14, "loss: a parabola", { className: "om-note om-ink-b" }),
        ),
        panel(
          "gap",
          "Distance to the top against steps, for both.",
          gap.width,
          gap.height,
          gap.back,
          gap.clip(
            curve(distance(down), "om-line-b om-ahead"),
            curve(distance(up), "om-line-a om-ahead"),
            curve(distance(sunk), "om-line-b"),
            curve(distance(climbed), "om-line-a"),
          ),
          mark(1, ...distance(sunk)[t], "om-fill-b", 60),
          mark(0, ...distance(climbed)[t], "om-fill-a", 60),
          legend(gap, [
            ["om-line-a", "ascent on the quality", "a"],
            ["om-line-b", "descent on the loss", "b"],
          ]),
        ),
      ],
      shown: { t: String(t), lr: significant(lr), w1: fixed(w1, 2), w2: fixed(w2, 2) },
      readout: [
        ["at the start: *Q*", significant(q, 4)],
        ["slope of the quality", significant(slope, 4)],
        ["slope of the loss", significant(steep, 4)],
        ["their ratio", slope > 0 ? significant(steep / slope, 4) : "–"],
        ["1/*Q*", significant(1 / q, 4)],
      ],
      says: `After ${t} steps ascent is ${fixed(toTheTop(...climbed[t]), 2)} from the top, descent ${fixed(toTheTop(...sunk[t]), 2)}.`,
    };
  },
};
