import { directionalSlope, highest, landscape, landscapeByW1, landscapeByW2, landscapeSlope, ascentW1, ascentW2 } from "formulas";
import { arrow, circle, fixed, handle, panel, remember, segment, surface, write } from "../kit.js";
import { levelThrough, mapFrame, qualityMap } from "./plane.js";

const STEP = 2.5;
const ARROW = 190; // pixels for a slope of 1
const TURN = -0.5;
const HALF = 4.75; // the turned square then holds the corners of the map

const clamp = (x, [low, high]) => Math.min(high, Math.max(low, x));

const hill = remember((data) => {
  const centre = [(data.across[0] + data.across[1]) / 2, (data.up[0] + data.up[1]) / 2];
  return surface(landscape, { centre, half: HALF, top: highest(), turn: TURN, height: 300 });
});

// A ring of places where the gradient is drawn: enough to see that all arrows cross the lines squarely.
const field = remember((data) => {
  const frame = mapFrame(data);
  const places = [];
  for (let a = data.across[0] + 0.5; a < data.across[1]; a += 1)
    for (let b = data.up[0] + 0.5; b < data.up[1]; b += 1) places.push([a, b]);
  return places
    .map(([a, b]) => {
      const [x, y] = [frame.x(a), frame.y(b)];
      return arrow(x, y, x + ARROW * 0.4 * landscapeByW1(a, b), y - ARROW * 0.4 * landscapeByW2(a, b), "om-arrow-quiet");
    })
    .join("");
});

// Two arrows on the ground before the surface that say which way each weight grows.
const bearings = (data, place) => {
  const [a, b] = [data.across[0] - 0.6, data.up[0] - 2];
  return [
    [2, 0, "*w_11*", 14, 4],
    [0, 2, "*w_21*", -18, 10],
  ].map(([da, db, name, dx, dy]) => {
    const [from, to] = [place(a, b, 0), place(a + da, b + db, 0)];
    return [arrow(...from, ...to, "om-arrow-quiet"), write(to[0] + dx, to[1] + dy, name, { anchor: "middle", className: "om-axis" })];
  });
};

export default {
  controls: (data) => [
    { kind: "slider", name: "w1", label: "*w_11*", min: data.across[0], max: data.across[1], value: data.start[0] },
    { kind: "slider", name: "w2", label: "*w_21*", min: data.up[0], max: data.up[1], value: data.start[1] },
    { kind: "slider", name: "turn", label: "angle from the gradient", min: -180, max: 180, step: 5, value: 60 },
    { kind: "check", name: "field", label: "gradients everywhere", value: true },
    { kind: "buttons", buttons: [["step", "One step uphill"], ["top", "To the top"], ["reset", "Back"]] },
  ],

  act(name, state, data) {
    if (name === "top") return { w1: data.top[0], w2: data.top[1] };
    if (name === "reset") return { w1: data.start[0], w2: data.start[1] };
    return { w1: ascentW1(state.w1, state.w2, STEP), w2: ascentW2(state.w1, state.w2, STEP) };
  },

  drag(id, px, py, state, data) {
    if (id !== "map") return null;
    const frame = mapFrame(data);
    const near = (x) => Math.round(x * 100) / 100;
    return { w1: near(clamp(frame.x.invert(px), data.across)), w2: near(clamp(frame.y.invert(py), data.up)) };
  },

  draw(state, data) {
    const { w1, w2, turn } = state;
    const [g1, g2] = [landscapeByW1(w1, w2), landscapeByW2(w1, w2)];
    const slope = landscapeSlope(w1, w2);
    const flat = slope < 1e-9;
    const heading = Math.atan2(g2, g1) + (turn * Math.PI) / 180;
    const chosen = directionalSlope(w1, w2, Math.cos(heading), Math.sin(heading));
    const q = landscape(w1, w2);

    const frame = mapFrame(data);
    const [x, y] = [frame.x(w1), frame.y(w2)];
    const length = 62;
    const tangent = flat ? "" : [-1, 1].map((side) => segment(x, y, x + (side * -g2 * 80) / slope, y + (side * -g1 * 80) / slope, "om-line-quiet"));
    const square = flat
      ? ""
      : (() => {
          const [ux, uy, s] = [g1 / slope, -g2 / slope, 9];
          const d = `M${(x + s * ux).toFixed(1)},${(y + s * uy).toFixed(1)}l${(s * uy).toFixed(1)},${(-s * ux).toFixed(1)}l${(-s * ux).toFixed(1)},${(-s * uy).toFixed(1)}`;
          return `<path class="om-line-ink om-thin" d="${d}"/>`;
        })();
    const { markup, place } = hill(data);
    const [sx, sy] = place(w1, w2, q);
    const [fx, fy] = place(w1, w2, 0);

    return {
      panels: [
        panel(
          "map",
          `Map of the quality. At the point the quality is ${fixed(q, 3)} and the slope ${fixed(slope, 3)}.`,
          frame.width,
          frame.height,
          qualityMap(data),
          frame.clip(
            state.field ? field(data) : "",
            levelThrough(frame, w1, w2, "om-level"),
            tangent,
            square,
            flat ? "" : arrow(x, y, x + length * Math.cos(heading), y - length * Math.sin(heading), "om-arrow-b"),
            arrow(x, y, x + ARROW * g1, y - ARROW * g2, "om-arrow-a"),
            handle(x, y),
          ),
        ),
        panel(
          "surface",
          "The same landscape as a surface: one isolated top.",
          360,
          330,
          markup,
          segment(fx, fy, sx, sy, "om-line-quiet"),
          flat ? "" : arrow(sx, sy, ...place(w1 + g1 / slope, w2 + g2 / slope, landscape(w1 + g1 / slope, w2 + g2 / slope)), "om-arrow-ink"),
          circle(sx, sy, 6, "om-now"),
          bearings(data, place),
        ),
      ],
      shown: { w1: fixed(w1, 2), w2: fixed(w2, 2), turn: `${fixed(turn, 0)}°` },
      readout: [
        ["*Q*", fixed(q, 4)],
        ["gradient", `(${fixed(g1, 3)}, ${fixed(g2, 3)})`],
        ["its length", fixed(slope, 4)],
        ["slope along the second arrow", flat ? fixed(0, 4) : fixed(chosen, 4)],
      ],
      says: `Quality ${fixed(q, 3)}, slope ${fixed(slope, 3)}, slope along the second arrow ${fixed(flat ? 0 : chosen, 3)}.`,
    };
  },
};
