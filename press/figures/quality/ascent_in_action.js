import { ascentW1, ascentW2, halved, highest, landscape, landscapeByW1, landscapeByW2, reach, toTheTop } from "formulas";
import { arrow, axes, circle, curve, fixed, panel, remember, segment, significant, write } from "../kit.js";
import { mapFrame, qualityMap } from "./plane.js";

const rateAt = (state, t) => (state.halving ? halved(state.lr, t) : state.lr);

/** The whole run: weights, quality, rate and distance travelled at each iteration. */
const run = remember((lr, halving, data) => {
  let [w1, w2] = data.start;
  let travelled = 0;
  const out = [];
  for (let t = 0; t <= data.steps; t++) {
    const rate = rateAt({ lr, halving }, t);
    out.push({ w1, w2, rate, travelled, q: landscape(w1, w2), away: toTheTop(w1, w2) });
    const [a, b] = [ascentW1(w1, w2, rate), ascentW2(w1, w2, rate)];
    travelled += Math.hypot(a - w1, b - w2);
    [w1, w2] = [a, b];
  }
  return out;
});

export default {
  controls: () => [
    {
      kind: "buttons",
      buttons: [["large", "*η* 5"], ["fair", "*η* 2.5"], ["small", "*η* 0.625"], ["halving", "*η* 2.5, halved"], ["short", "*η* 0.3, halved"]],
    },
    { kind: "slider", name: "lr", label: "learning rate *η*", min: 0.05, max: 8, log: true, value: 5 },
    { kind: "check", name: "halving", label: "halved every 10 steps", value: false },
    { kind: "slider", name: "t", label: "iteration", min: 0, max: 60, step: 1, value: 30 },
    { kind: "buttons", buttons: [["step", "Step"], ["play", "Play"], ["reset", "Reset"]] },
  ],

  act: (name, state, data) =>
    ({
      large: { lr: 5, halving: false },
      fair: { lr: 2.5, halving: false },
      small: { lr: 0.625, halving: false },
      halving: { lr: 2.5, halving: true },
      short: { lr: 0.3, halving: true },
      step: { t: Math.min(data.steps, state.t + 1) },
      reset: { t: 0 },
    })[name],

  tick: (state, data) => (state.t < data.steps ? { t: state.t + 1 } : null),

  draw(state, data) {
    const all = run(state.lr, state.halving, data);
    const done = all.slice(0, state.t + 1);
    const now = done[state.t];
    const t = { domain: [0, data.steps], label: "iteration", ticks: 6 };

    const frame = mapFrame(data);
    const dots = done.map(({ w1, w2 }) => [frame.x(w1), frame.y(w2)]);
    const [x, y] = dots[state.t];
    const [g1, g2] = [landscapeByW1(now.w1, now.w2), landscapeByW2(now.w1, now.w2)];

    const heights = axes({ height: 160, bottom: 24, x: { ...t, label: "" }, y: { domain: [0, 1], label: "quality" } });
    const stairs = axes({ height: 120, bottom: 24, x: { ...t, label: "" }, y: { domain: [0, Math.max(1, state.lr * 1.15)], label: "rate", ticks: 3 } });
    const limit = state.halving ? reach(state.lr) : Infinity;
    const needed = all[0].away;
    const most = 1.25 * Math.max(needed, all[data.steps].travelled, Number.isFinite(limit) ? limit : 0);
    const far = axes({ height: 170, x: t, y: { domain: [0, most], label: "travelled", ticks: 4 } });
    const level = (f, value, className) => segment(f.box.left, f.y(value), f.box.right, f.y(value), className);

    return {
      panels: [
        panel(
          "map",
          `Path of ${state.t} steps on the map. Quality ${fixed(now.q, 3)}, distance to the top ${fixed(now.away, 3)}.`,
          frame.width,
          frame.height,
          qualityMap(data),
          frame.clip(
            segment(frame.x(data.top[0]) - 5, frame.y(data.top[1]), frame.x(data.top[0]) + 5, frame.y(data.top[1]), "om-line-ink"),
            segment(frame.x(data.top[0]), frame.y(data.top[1]) - 5, frame.x(data.top[0]), frame.y(data.top[1]) + 5, "om-line-ink"),
            curve(dots, "om-line-a om-thin"),
            dots.map(([a, b]) => circle(a, b, 2.6, "om-fill-a")),
            arrow(x, y, x + 150 * g1, y - 150 * g2, "om-arrow-ink"),
            circle(x, y, 6, "om-now"),
          ),
        ),
        panel(
          "quality",
          "Quality against iteration; the dotted line is the top.",
          heights.width,
          heights.height,
          heights.back,
          level(heights, highest(), "om-line-quiet"),
          write(heights.box.right - 4, heights.y(highest()) - 5, "top", { anchor: "end", className: "om-note" }),
          curve(done.map(({ q }, n) => [heights.x(n), heights.y(q)]), "om-line-a"),
          circle(heights.x(state.t), heights.y(now.q), 4.5, "om-now"),
        ),
        panel(
          "rates",
          `Learning rate against iteration, now ${significant(now.rate)}.`,
          stairs.width,
          stairs.height,
          stairs.back,
          curve(all.map(({ rate }, n) => [stairs.x(n), stairs.y(rate)]), "om-line-quiet", { stepped: true }),
          curve(done.map(({ rate }, n) => [stairs.x(n), stairs.y(rate)]), "om-line-b om-solid", { stepped: true }),
          circle(stairs.x(state.t), stairs.y(now.rate), 4.5, "om-now"),
        ),
        panel(
          "travelled",
          `Distance travelled against iteration, now ${fixed(now.travelled, 2)}.`,
          far.width,
          far.height,
          far.back,
          far.clip(
            level(far, needed, "om-line-quiet"),
            // Where the path is not: below the level once it has gone that far, or else above it.
            all[data.steps >> 1].travelled < needed
              ? write(far.box.left + 4, far.y(needed) - 5, "from the start to the top", { className: "om-note" })
              : write(far.box.right - 4, far.y(needed) + (far.box.bottom - far.y(needed) > 20 ? 14 : -5), "from the start to the top", { anchor: "end", className: "om-note" }),
            Number.isFinite(limit)
              ? [
                  level(far, limit, "om-line-c"),
                  write(far.box.right - 4, far.y(limit) - 5, "no path can be longer", { anchor: "end", className: "om-note om-ink-c" }),
                ]
              : "",
            curve(done.map(({ travelled }, n) => [far.x(n), far.y(travelled)]), "om-line-a"),
            circle(far.x(state.t), far.y(now.travelled), 4.5, "om-now"),
          ),
        ),
      ],
      shown: { lr: significant(state.lr), t: String(state.t) },
      readout: [
        ["iteration", String(state.t)],
        ["*η* now", significant(now.rate)],
        ["*Q*", fixed(now.q, 4)],
        ["*w_11*", fixed(now.w1, 3)],
        ["*w_21*", fixed(now.w2, 3)],
        ["longest possible path", Number.isFinite(limit) ? fixed(limit, 2) : "no limit"],
      ],
      says: `Iteration ${state.t}: quality ${fixed(now.q, 3)}, learning rate ${significant(now.rate)}, distance to the top ${fixed(now.away, 3)}.`,
    };
  },
};
