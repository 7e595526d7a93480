import { score, softmax3, softmax4, softmax5, softmax6 } from "formulas";
import { axes, fixed, handle, levelSets, mark, ownFirst, panel, polygon, rect, remember, shape, significant, write } from "../kit.js";

const SOFTMAX = { 3: softmax3, 4: softmax4, 5: softmax5, 6: softmax6 };
const SPAN = [-3, 3];
const LEVELS = [0.5, 0.7, 0.9, 0.99];

const scoresAt = (data, classes, x1, x2) => data.weights.slice(0, classes).map(([a, b], k) => score(a, b, data.biases[k], x1, x2));
const chancesAt = (data, classes, tau, x1, x2) => {
  const z = scoresAt(data, classes, x1, x2);
  return z.map((_, k) => SOFTMAX[classes](tau, ...ownFirst(z, k)));
};

const mapFrame = () =>
  axes({ width: 360, height: 356, left: 40, right: 10, top: 10, bottom: 36, x: { domain: SPAN, label: "*x_1*" }, y: { domain: SPAN, label: "*x_2*" } });

/** The part of a polygon where the linear function f is at least 0. */
const cutBy = (f) => (points) =>
  points.flatMap((a, n) => {
    const b = points[(n + 1) % points.length];
    const [fa, fb] = [f(a), f(b)];
    const kept = fa >= 0 ? [a] : [];
    if (fa >= 0 === fb >= 0) return kept;
    const c = fa / (fa - fb);
    return [...kept, [a[0] + c * (b[0] - a[0]), a[1] + c * (b[1] - a[1])]];
  });

/** Region of each class, where its score is the largest: the square cut by one line for each other class. */
const regions = remember((data, classes) => {
  const [low, high] = SPAN;
  const square = [[low, low], [high, low], [high, high], [low, high]];
  return data.weights.slice(0, classes).map((_, k) =>
    data.weights.slice(0, classes).reduce((points, __, j) => {
      if (j === k || !points.length) return points;
      return cutBy(([x1, x2]) => {
        const z = scoresAt(data, classes, x1, x2);
        return z[k] - z[j];
      })(points);
    }, square),
  );
});

const shading = remember((data, classes, tau) => {
  const frame = mapFrame();
  return regions(data, classes)
    .map((points, k) =>
      points.length
        ? levelSets((x1, x2) => chancesAt(data, classes, tau, x1, x2)[k], frame, LEVELS, tau < 0.5 ? 96 : 44)
            .map(([, d]) => shape(d, `om-shade om-class-${k + 1}`))
            .join("")
        : "",
    )
    .join("");
}, 12);

const centre = (points) => [0, 1].map((c) => points.reduce((total, one) => total + one[c], 0) / points.length);

export default {
  controls: () => [
    { kind: "slider", name: "tau", label: "temperature", min: 0.05, max: 10, log: true, value: 1 },
    { kind: "choice", name: "classes", label: "Classes", options: ["3", "4", "5", "6"].map((n) => [n, n]), value: "3" },
    { kind: "slider", name: "x1", label: "*x_1*", min: SPAN[0], max: SPAN[1], value: 0.8 },
    { kind: "slider", name: "x2", label: "*x_2*", min: SPAN[0], max: SPAN[1], value: 0.4 },
    { kind: "buttons", buttons: [["hard", "Nearly a hard maximum"], ["one", "Temperature 1"], ["warm", "Nearly uniform"]] },
  ],

  act: (name) => ({ hard: { tau: 0.05 }, one: { tau: 1 }, warm: { tau: 10 } })[name],

  drag(id, px, py) {
    if (id !== "map") return null;
    const frame = mapFrame();
    const within = (x) => Math.round(Math.min(SPAN[1], Math.max(SPAN[0], x)) * 100) / 100;
    return { x1: within(frame.x.invert(px)), x2: within(frame.y.invert(py)) };
  },

  draw(state, data) {
    const { tau, x1, x2 } = state;
    const classes = Number(state.classes);
    const frame = mapFrame();
    const areas = regions(data, classes);
    const on = ([a, b]) => [frame.x(a), frame.y(b)];
    const chances = chancesAt(data, classes, tau, x1, x2);
    const winner = chances.indexOf(Math.max(...chances));

    const bars = axes({
      height: 250,
      bottom: 42,
      x: { domain: [0.4, classes + 0.6], ticks: chances.map((_, k) => k + 1), format: String, label: "class" },
      y: { domain: [0, 1], label: "probability" },
    });
    const half = Math.min(22, (0.36 * (bars.box.right - bars.box.left)) / classes);
    const empty = areas.flatMap((points, k) => (points.length ? [] : [k + 1]));

    return {
      panels: [
        panel(
          "map",
          `Regions of ${classes} classes in the plane, with straight borders. The point belongs to class ${winner + 1}.`,
          frame.width,
          frame.height,
          frame.back,
          frame.clip(
            shading(data, classes, tau),
            areas.map((points) => (points.length ? polygon(points.map(on), "om-border") : "")),
            areas.map((points, k) => {
              if (!points.length) return "";
              const [x, y] = on(centre(points));
              return [mark(k, x - 9, y, `om-fill-class om-class-${k + 1}`, 90), write(x + 3, y + 5, String(k + 1), { className: "om-strong om-haloed" })];
            }),
            handle(...on([x1, x2])),
          ),
        ),
        panel(
          "bars",
          `Probabilities at the point: ${chances.map((p, k) => `class ${k + 1} ${fixed(p, 2)}`).join(", ")}.`,
          bars.width,
          bars.height,
          bars.back,
          chances.map((p, k) => [
            rect(bars.x(k + 1) - half, bars.y(p), 2 * half, bars.y(0) - bars.y(p), `om-fill-class om-class-${k + 1}`),
            mark(k, bars.x(k + 1), bars.y(p) - 9, `om-fill-class om-class-${k + 1}`, 50),
          ]),
        ),
      ],
      shown: { tau: significant(tau), x1: fixed(x1, 2), x2: fixed(x2, 2) },
      readout: [
        ["largest score", `class ${winner + 1}`],
        ["its probability", fixed(chances[winner], 4)],
        ["classes with no region here", empty.length ? empty.join(", ") : "none"],
      ],
      says: `Class ${winner + 1}, probability ${fixed(chances[winner], 2)}.`,
    };
  },
};
