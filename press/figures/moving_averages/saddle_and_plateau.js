import { awayAfter, saddleLevel, saddleStep, sigmoidAt, sigmoidSlope, stepsOut } from "formulas";
import { axes, circle, curve, fixed, levelSets, mark, panel, remember, segment, shape, significant, write } from "../kit.js";

const LEVELS = [-1.6, -0.9, -0.4, -0.1, 0.1, 0.4, 0.9, 1.6];
const GRID = Array.from({ length: 91 }, (_, n) => n / 10);

/** The weights before and after each step, until the second one is as far out as `radius`. */
const descend = (offset, { across, rate, rises, falls, radius }) => {
  const path = [[across, offset]];
  while (path[path.length - 1][1] < radius) {
    const [x, y] = path[path.length - 1];
    path.push([saddleStep(x, rate, rises), saddleStep(y, rate, falls)]);
  }
  return path;
};

/** The places before and after each step down the sigmoid, until its middle is passed. */
const slide = remember((far, rate) => {
  const path = [far];
  while (path[path.length - 1] > 0) path.push(path[path.length - 1] - rate * sigmoidSlope(path[path.length - 1]));
  return path;
});

export default {
  controls: () => [
    { kind: "slider", name: "offset", label: "offset *δ* from the saddle", min: 1e-12, max: 1, log: true, value: 1e-4 },
    { kind: "slider", name: "far", label: "start *z* on the plateau", min: 0.5, max: 8, step: 0.5, value: 6 },
  ],

  draw({ offset, far }, data) {
    const path = descend(offset, data);
    const down = slide(far, data.slide);
    const [steps, slow] = [path.length - 1, down.length - 1];
    const half = path.findIndex(([, y]) => y >= data.radius / 2);
    const saddle = axes({
      width: 420,
      height: 300,
      top: 30,
      x: { domain: [-2.2, 2.2], label: "weight along which the cost rises" },
      y: { domain: [-1.2, 2.2], label: "along which it falls" },
    });
    const plateau = axes({
      width: 420,
      height: 240,
      top: 30,
      x: { domain: [0, 9], label: "place *z*" },
      y: { domain: [0.4, 1.05], label: "cost" },
    });
    const level = levelSets((x, y) => saddleLevel(x, y, data.rises, data.falls), saddle, LEVELS);
    const tenths = Array.from({ length: 11 }, (_, n) => Math.max(0, down[Math.round((n * slow) / 10)]));
    const says = `From ${significant(offset)} beside the saddle it takes ${steps} steps to leave it; from ${fixed(far, 1)} out on the plateau ${slow} steps to its middle.`;
    return {
      panels: [
        panel(
          "saddle",
          `Descent near a saddle: ${steps} steps until the weight is ${data.radius} away from it, the last ${steps - half + 1} of them beyond half of that.`,
          saddle.width,
          saddle.height,
          saddle.back,
          saddle.clip(
            level.map(([, d]) => shape(d, "om-band")),
            curve(path.map(([x, y]) => [saddle.x(x), saddle.y(y)]), "om-line-a om-thin"),
            path.map(([x, y]) => circle(saddle.x(x), saddle.y(y), 2.8, "om-fill-a")),
            mark(1, saddle.x(0), saddle.y(0), "om-fill-b"),
          ),
          write(saddle.box.left, 18, `dots: steps at a rate of ${data.rate}; square: the saddle`, { className: "om-note" }),
        ),
        panel(
          "plateau",
          `Descent on the upper plateau of a sigmoid: ${slow} steps from ${fixed(far, 1)} to the middle; each dot is a tenth of them later than the one before.`,
          plateau.width,
          plateau.height,
          plateau.back,
          plateau.clip(
            curve(GRID.map((z) => [plateau.x(z), plateau.y(sigmoidAt(z))]), "om-line-ink"),
            segment(plateau.x(far), plateau.box.top, plateau.x(far), plateau.box.bottom, "om-line-quiet"),
            tenths.map((z) => circle(plateau.x(z), plateau.y(sigmoidAt(z)), 3.4, "om-fill-a")),
          ),
          write(plateau.box.left, 18, `each dot: a tenth of all steps, at rate ${data.slide}`, { className: "om-note" }),
        ),
      ],
      shown: { offset: significant(offset), far: fixed(far, 1) },
      readout: [
        ["steps to leave the saddle", String(steps)],
        ["by the formula", significant(stepsOut(data.radius, offset, data.rate, -data.falls))],
        ["which is left at a distance of", fixed(data.radius, 0)],
        ["offset after ten steps", significant(awayAfter(data.rate, -data.falls, offset, 10))],
        ["slope at the start of the plateau", significant(sigmoidSlope(far))],
        ["steps to the middle of the sigmoid", String(slow)],
      ],
      says,
    };
  },
};
