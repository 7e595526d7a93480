import { valleyHeight, valleyStep } from "formulas";
import { axes, circle, curve, fixed, mark, panel, significant, write } from "../kit.js";

const GRID = Array.from({ length: 121 }, (_, n) => -1.8 + n * 0.03);

const descend = (start, tilt, rate, steps) => {
  const path = [start];
  while (path.length <= steps) path.push(valleyStep(path[path.length - 1], rate, tilt));
  return path;
};

export default {
  controls: () => [
    { kind: "slider", name: "start", label: "start", min: -1.7, max: 1.7, step: 0.1, value: 1.5 },
    { kind: "slider", name: "tilt", label: "tilt", min: 0, max: 0.3, step: 0.05, value: 0.2 },
    { kind: "slider", name: "rate", label: "learning rate", min: 0.02, max: 0.2, step: 0.02, value: 0.1 },
  ],

  draw({ start, tilt, rate }, data) {
    const path = descend(start, tilt, rate, data.steps);
    const end = path[path.length - 1];
    const low = descend(-1.7, tilt, 0.1, 1000).at(-1); // the tilt lowers the left valley
    const [height, lowest] = [valleyHeight(end, tilt), valleyHeight(low, tilt)];
    const where = Math.abs(end - path[path.length - 2]) > 1e-4 ? "is still on its way" : height - lowest < 1e-3 ? "ends in a lowest place" : "ends higher than the lowest place";
    const frame = axes({
      width: 420,
      height: 280,
      top: 30,
      x: { domain: [-1.8, 1.8], label: "the only weight", ticks: [-1, 0, 1], format: (x) => fixed(x, 0) },
      y: { domain: [-0.65, 1.5], label: "cost", ticks: [-0.5, 0, 0.5, 1], format: (y) => fixed(y, 1) },
    });
    const at = (w) => [frame.x(w), frame.y(valleyHeight(w, tilt))];
    const said = `From ${fixed(start, 1)} descent ${where}`;
    return {
      panels: [
        panel(
          "valleys",
          `A cost of one weight with two valleys, and ${data.steps} steps of descent. ${said}.`,
          frame.width,
          frame.height,
          frame.back,
          frame.clip(
            curve(GRID.map(at), "om-line-ink"),
            path.map((w) => circle(...at(w), 3, "om-fill-a")),
            mark(1, ...at(low), "om-fill-b"),
            circle(...at(end), 5, "om-now"),
          ),
          write(frame.box.left, 18, `dots: ${data.steps} steps of descent; square: ${tilt ? "the" : "a"} lowest place`, { className: "om-note" }),
        ),
      ],
      shown: { start: fixed(start, 1), tilt: fixed(tilt, 2), rate: fixed(rate, 2) },
      readout: [
        [`descent in ${data.steps} steps`, where],
        ["weight after the last step", fixed(end, 3)],
        ["cost there", fixed(height, 4)],
        ["lowest cost", fixed(lowest, 4)],
        ["first step", significant(path[1] - path[0])],
      ],
      says: `${said}.`,
    };
  },
};
