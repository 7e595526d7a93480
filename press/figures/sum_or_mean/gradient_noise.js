import * as formulas from "formulas";
import { axes, circle, fixed, panel, remember, segment, shape } from "../kit.js";

/** All batches of m different members. */
const batches = (members, m) => {
  if (m === 0) return [[]];
  if (members.length < m) return [];
  const [first, ...rest] = members;
  return [...batches(rest, m - 1).map((batch) => [first, ...batch]), ...batches(rest, m)];
};

const meansOf = remember((slopes, m) => batches(slopes, m).map((batch) => formulas[`meanSlope${m}`](...batch)));

export default {
  controls: (data) => [
    { kind: "slider", name: "m", label: "batch size *m*", min: 1, max: data.slopes.length, step: 1, value: 3 },
    { kind: "slider", name: "N", label: "examples *N*", min: 2, max: data.slopes.length, step: 1, value: data.slopes.length },
  ],

  changed: (name, state) => (name === "N" && state.m > state.N ? { m: state.N } : name === "m" && state.m > state.N ? { N: state.m } : null),

  draw({ m, N }, data) {
    const slopes = data.slopes.slice(0, N);
    const middle = formulas[`meanSlope${N}`](...slopes);
    const spread = (size) => Math.sqrt(Math.max(0, formulas[`noise${N}`](...slopes, size)));
    const again = (size) => Math.sqrt(formulas[`noiseOfDraws${N}`](...slopes, size));
    const sizes = data.slopes.map((_, n) => n + 1).filter((size) => size <= N);
    const frame = axes({
      height: 300,
      left: 58,
      x: { domain: [0.4, data.slopes.length + 0.8], label: "batch size *m*", ticks: data.slopes.map((_, n) => n + 1), format: String },
      y: { domain: [-1.3, 2], label: "mean slope of a batch", ticks: 6 },
    });
    // One path for all batches of a size: a short line at each mean.
    const ticks = (size) => {
      const half = size === m ? 9 : 6;
      const at = frame.x(size) - half - 2;
      const d = [...new Set(meansOf(slopes, size).map((mean) => frame.y(mean).toFixed(1)))].map((y) => `M${at.toFixed(1)},${y}h${2 * half}`);
      return shape(d.join(""), `om-line-${size === m ? "ink" : "faint"} om-solid om-thin`);
    };
    const bar = (x, sd, line) => [
      segment(x, frame.y(middle - sd), x, frame.y(middle + sd), line),
      segment(x - 3, frame.y(middle - sd), x + 3, frame.y(middle - sd), `${line} om-solid`),
      segment(x - 3, frame.y(middle + sd), x + 3, frame.y(middle + sd), `${line} om-solid`),
    ];
    const means = meansOf(slopes, m);
    const average = means.reduce((sum, one) => sum + one, 0) / means.length;
    const counted = means.reduce((sum, one) => sum + (one - average) ** 2, 0) / means.length;
    return {
      panels: [
        panel(
          "funnel",
          `Mean slopes of all batches of each size out of ${N} examples. At m = ${m} there are ${means.length}, with a standard deviation of ${fixed(spread(m), 3)}.`,
          frame.width,
          frame.height,
          frame.back,
          segment(frame.box.left, frame.y(middle), frame.box.right, frame.y(middle), "om-line-quiet"),
          sizes.map(ticks),
          sizes.map((size) => [...bar(frame.x(size) + 11, spread(size), "om-line-a"), ...bar(frame.x(size) + 17, again(size), "om-line-b")]),
          circle(frame.x(m) - 2, frame.y(average), 4, "om-now"),
        ),
      ],
      shown: { m: String(m), N: String(N) },
      readout: [
        ["batches of this size", String(means.length)],
        ["their average", fixed(average, 4)],
        ["mean of all examples", fixed(middle, 4)],
        ["variance, counted", fixed(counted, 4)],
        ["variance, by formula", fixed(spread(m) ** 2, 4)],
        ["variance, drawn anew", fixed(again(m) ** 2, 4)],
      ],
      says: `${means.length} batches of ${m} out of ${N}. On average ${fixed(average, 4)}, variance ${fixed(spread(m) ** 2, 4)}; drawn anew ${fixed(again(m) ** 2, 4)}.`,
    };
  },
};
