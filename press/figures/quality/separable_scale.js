import { marginLoss, marginSlope } from "formulas";
import { axes, circle, curve, fixed, panel, segment, significant, write } from "../kit.js";

const FARTHEST = 12;
const FLAT = 1e-12;

/** Where the slope is zero, by halving; null where it is negative all the way. */
const lowest = (margins) => {
  let [low, high] = [0, 2000];
  if (marginSlope(low, ...margins) >= 0) return 0;
  if (marginSlope(high, ...margins) <= 0) return null;
  for (let n = 0; n < 80; n++) {
    const middle = (low + high) / 2;
    if (marginSlope(middle, ...margins) < 0) low = middle;
    else high = middle;
  }
  return low;
};

export default {
  controls: () => [
    { kind: "slider", name: "last", label: "margin of the last example", min: -2, max: 2, step: 0.1, value: -0.5 },
    { kind: "slider", name: "s", label: "scale *s* of the weights", min: 0, max: FARTHEST, step: 0.1, value: 4 },
    { kind: "buttons", buttons: [["apart", "Separable"], ["mixed", "Not separable"], ["least", "To the minimum"]] },
  ],

  act(name, state, data) {
    if (name === "apart") return { last: 0.5 };
    if (name === "mixed") return { last: -0.5 };
    const least = lowest([...data.margins, state.last]);
    return least === null ? { s: FARTHEST } : { s: Math.min(FARTHEST, least) };
  },

  draw({ last, s }, data) {
    const margins = [...data.margins, last];
    const least = lowest(margins);
    const [loss, slope] = [marginLoss(s, ...margins), marginSlope(s, ...margins)];
    const scale = { domain: [0, FARTHEST], label: "scale *s*" };
    // convex, so its largest value is at an end of the scale: the whole curve is in the picture
    const top = Math.max(2, 1.06 * marginLoss(FARTHEST, ...margins));
    const frame = axes({ height: 250, x: scale, y: { domain: [0, top], label: "loss" } });
    const steep = axes({ height: 250, left: 58, x: scale, y: { domain: [1e-12, 1], log: true, label: "size of the slope", ticks: [1e-12, 1e-9, 1e-6, 1e-3, 1] } });
    const even = Array.from({ length: 121 }, (_, n) => (n / 120) * FARTHEST);
    const reach = 1.6;
    const seen = least !== null && least <= FARTHEST;
    // the slope falls to 0 at the minimum: points ever closer to it, or the curve would turn back on its way
    const close = seen ? [0, ...Array.from({ length: 25 }, (_, n) => 10 ** (-n / 2 - 1))].flatMap((gap) => [least - gap, least + gap]) : [];
    const along = [...even, ...close.filter((one) => one >= 0 && one <= FARTHEST)].sort((a, b) => a - b);

    return {
      panels: [
        panel(
          "loss",
          least === null ? "The loss falls for ever." : `The loss has its minimum at scale ${significant(least)}.`,
          frame.width,
          frame.height,
          frame.back,
          frame.clip(
            curve(along.map((one) => [frame.x(one), frame.y(marginLoss(one, ...margins))]), "om-line-a"),
            segment(frame.x(s - reach), frame.y(loss - reach * slope), frame.x(s + reach), frame.y(loss + reach * slope), "om-line-b"),
            seen ? segment(frame.x(least), frame.box.top, frame.x(least), frame.box.bottom, "om-line-quiet") : "",
          ),
          seen ? write(Math.min(frame.x(least) + 5, 290), frame.box.top + 14, "minimum", { className: "om-note" }) : "",
          circle(frame.x(s), frame.y(loss), 5, "om-now"),
        ),
        panel(
          "slope",
          `Size of the slope against the scale, now ${significant(Math.abs(slope))}.`,
          steep.width,
          steep.height,
          steep.back,
          steep.clip(
            curve(along.map((one) => [steep.x(one), steep.y(Math.max(FLAT / 10, Math.abs(marginSlope(one, ...margins))))]), "om-line-b om-solid"),
            seen ? segment(steep.x(least), steep.box.top, steep.x(least), steep.box.bottom, "om-line-quiet") : "",
          ),
          circle(steep.x(s), steep.y(Math.max(FLAT, Math.abs(slope))), 5, "om-now"),
        ),
      ],
      shown: { last: fixed(last, 1), s: fixed(s, 1) },
      readout: [
        ["loss", significant(loss, 4)],
        ["slope", significant(Math.abs(slope) < FLAT ? 0 : slope, 3)],
        ["minimum", least === null ? "none" : `at ${significant(least, 4)}`],
      ],
      says: least === null ? `No minimum. Loss ${significant(loss)}, slope ${significant(slope)}.` : `Minimum at ${significant(least)}. Loss ${significant(loss)}.`,
    };
  },
};
