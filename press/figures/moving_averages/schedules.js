import { exponentialRate, floorOfError, inverseRate, rootRate, squareAfter, stairsRate } from "formulas";
import { axes, curve, legend, panel, segment, significant } from "../kit.js";

const ROWS = [
  ["inverse", "one over the epochs", "om-line-a", "a"],
  ["exponential", "exponential", "om-line-b", "b"],
  ["root", "one over the root", "om-line-c", "c"],
  ["stairs", "staircase", "om-line-ink om-thin", "quiet"],
];

/** Travel and mean squared distance after each epoch, one step an epoch. */
const run = (rate, epochs, noise, far) => {
  const [travel, squares] = [[], []];
  let [all, square] = [0, far ** 2];
  for (let e = 0; e < epochs; e++) {
    const now = rate(e);
    all += now;
    square = squareAfter(now, Math.sqrt(square), noise);
    travel.push(all);
    squares.push(square);
  }
  return { travel, squares };
};

export default {
  controls: () => [
    { kind: "slider", name: "lr", label: "first rate *η_0*", min: 0.05, max: 1, log: true, value: 0.2 },
    { kind: "slider", name: "far", label: "distance to go", min: 1, max: 8, step: 0.5, value: 4 },
    { kind: "slider", name: "noise", label: "noise *s*", min: 0.05, max: 2, log: true, value: 1 },
  ],

  draw({ lr, far, noise }, { epochs, decay, fade, k, every }) {
    const rates = {
      inverse: (e) => inverseRate(lr, decay, e),
      exponential: (e) => exponentialRate(lr, fade, e),
      root: (e) => rootRate(lr, k, e + 1),
      stairs: (e) => stairsRate(lr, every, e),
    };
    const told = Object.fromEntries(ROWS.map(([name]) => [name, run(rates[name], epochs, noise, far)]));
    const x = { domain: [1, epochs], log: true, label: "epoch" };
    const top = Math.max(far, ...ROWS.map(([name]) => told[name].travel[epochs - 1])) * 1.06;
    const way = axes({ width: 420, height: 350, top: 114, right: 18, x, y: { domain: [0, top], label: "rates added up" } });
    const quiet = axes({
      width: 420,
      height: 350,
      left: 56,
      top: 114,
      right: 18,
      x,
      y: { domain: [1e-5, 100], log: true, label: "mean squared distance", ticks: [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100] },
    });
    const line = (frame, values, name) =>
      curve(
        values.map((one, n) => [frame.x(n + 1), frame.y(Math.min(100, Math.max(1e-5, one)))]),
        name,
      );
    const floor = floorOfError(lr, noise);
    const level = quiet.y(Math.min(100, Math.max(1e-5, floor)));
    // Above both pictures: the curves go through every place beside the dotted lines at one setting or another.
    const keys = (frame, dotted) => legend(frame, [...ROWS.map(([, text, line, ink]) => [line, text, ink]), ["om-line-quiet", dotted, "quiet"]]);
    const arrive = ROWS.filter(([name]) => told[name].travel[epochs - 1] >= far).map(([, text]) => text);
    const said = arrive.length ? `far enough: ${arrive.join(", ")}` : "no travel is far enough";
    return {
      panels: [
        panel(
          "travel",
          `The rates of four schedules added up over ${epochs} epochs, beside a distance of ${significant(far)}: ${said}.`,
          way.width,
          way.height,
          way.back,
          way.clip(
            segment(way.box.left, way.y(far), way.box.right, way.y(far), "om-line-quiet"),
            ROWS.map(([name, , ink]) => line(way, told[name].travel, ink)),
          ),
          keys(way, "distance to go"),
        ),
        panel(
          "noise",
          `The mean squared distance under noise; at a constant rate it would stay at ${significant(floor)}.`,
          quiet.width,
          quiet.height,
          quiet.back,
          quiet.clip(
            segment(quiet.box.left, level, quiet.box.right, level, "om-line-quiet"),
            ROWS.map(([name, , ink]) => line(quiet, told[name].squares, ink)),
          ),
          keys(quiet, "floor of a constant rate"),
        ),
      ],
      shown: { lr: significant(lr), far: significant(far, 2), noise: significant(noise) },
      readout: [
        ...ROWS.map(([name, text]) => [`travel, ${text}`, significant(told[name].travel[epochs - 1])]),
        ["floor of a constant rate", significant(floor)],
        ...ROWS.map(([name, text]) => [`left of the square, ${text}`, significant(told[name].squares[epochs - 1])]),
      ],
      says: `After ${epochs} epochs ${said}.`,
    };
  },
};
