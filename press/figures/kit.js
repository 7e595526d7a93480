// Marks and axes as SVG text. Everything here is a pure function from numbers to markup, so that the
// same code draws the static picture at build, where there is no document, and the live one.
// Scales, shapes and contours are d3's.

import { contours } from "d3-contour";
import { scaleLinear, scaleLog } from "d3-scale";
import {
  curveStepAfter,
  line as d3Line,
  symbol,
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbolSquare,
  symbolTriangle,
  symbolWye,
} from "d3-shape";

const MINUS = "\u2212";

// ---- text

export const escape = (text) =>
  String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

/** "*w_11*" is an italic w with a lowered 11. */
const MATHS = /\*([^*_]+)(?:_([^*]+))?\*/g;

export const mathHtml = (text) =>
  escape(text).replace(MATHS, (_, base, low) => `<var>${base}${low ? `<sub>${low}</sub>` : ""}</var>`);

export const mathSvg = (text) =>
  escape(text).replace(
    MATHS,
    (_, base, low) =>
      `<tspan class="om-var">${base}</tspan>` +
      (low ? `<tspan class="om-low" dy="3">${low}</tspan><tspan dy="-3">\u200b</tspan>` : ""),
  );

export const plain = (text) => String(text).replace(MATHS, (_, base, low) => base + (low ?? ""));

/** A number with a fixed count of decimals and a true minus sign. */
export const fixed = (x, places) => {
  const text = Math.abs(x).toFixed(places);
  return (x < 0 && Number(text) !== 0 ? MINUS : "") + text;
};

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const raised = (n) => (n < 0 ? "⁻" : "") + [...String(Math.abs(n))].map((d) => RAISED[d]).join("");

/** A number with `digits` significant digits, in powers of ten where it is very small or large. */
export const significant = (x, digits = 3) => {
  if (x === 0) return "0";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : `${MINUS}∞`;
  const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  if (power >= -3 && power <= 5) return fixed(x, Math.max(0, digits - 1 - power));
  return `${mantissa.replace("-", MINUS)}·10${raised(power)}`;
};

export const powerOfTen = (exponent) => `10${raised(exponent)}`;

// ---- elements

const round = (x) => (typeof x === "number" ? Math.round(x * 10) / 10 : x);

export const tag = (name, attributes = {}, ...children) => {
  const pairs = Object.entries(attributes).filter(([, value]) => value !== undefined && value !== false);
  const written = pairs.map(([key, value]) => ` ${key}="${escape(round(value))}"`).join("");
  return `<${name}${written}>${children.flat().join("")}</${name}>`;
};

export const group = (attributes, ...children) => tag("g", attributes, ...children);
export const rect = (x, y, width, height, className, more = {}) =>
  tag("rect", { x, y, width: Math.max(0, width), height: Math.max(0, height), class: className, ...more });
export const segment = (x1, y1, x2, y2, className) => tag("line", { x1, y1, x2, y2, class: className });
export const circle = (cx, cy, r, className) => tag("circle", { cx, cy, r, class: className });
export const shape = (d, className, more = {}) => tag("path", { d, class: className, ...more });
export const write = (x, y, text, { anchor = "start", className, turn } = {}) =>
  tag(
    "text",
    {
      x,
      y,
      class: className,
      "text-anchor": anchor === "start" ? undefined : anchor,
      transform: turn ? `rotate(${turn} ${round(x)} ${round(y)})` : undefined,
    },
    mathSvg(text),
  );

const path = d3Line().digits(1);
const steps = d3Line().digits(1).curve(curveStepAfter);

/** A line through points [x, y]; points that are not finite are left out. */
export const curve = (points, className, { stepped = false } = {}) => {
  const seen = points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  return seen.length > 1 ? shape((stepped ? steps : path)(seen), className) : "";
};
export const polygon = (points, className, more) => shape(`${path(points)}Z`, className, more);

const SYMBOLS = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolCross, symbolWye];

/** Mark number `kind` (circle, square, triangle, diamond, cross, wye): a second sign beside colour. */
export const mark = (kind, x, y, className, area = 64) =>
  shape(symbol(SYMBOLS[kind % SYMBOLS.length], area).digits(1)(), className, {
    transform: `translate(${round(x)},${round(y)})`,
  });

/** What the reader takes hold of: a visible point inside a target of 44 pixels. */
export const handle = (x, y) =>
  group({ class: "om-handle" }, circle(x, y, 22, "om-handle-area"), circle(x, y, 6.5, "om-handle-point"));

export const arrow = (x1, y1, x2, y2, className) => {
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (length < 0.5) return "";
  const head = Math.min(7, length * 0.6);
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const [bx, by] = [x2 - head * ux, y2 - head * uy];
  const half = head * 0.45;
  return group(
    { class: `om-arrow ${className}` },
    segment(x1, y1, bx, by),
    polygon([
      [x2, y2],
      [bx - half * uy, by + half * ux],
      [bx + half * uy, by - half * ux],
    ]),
  );
};

/** What each kind of line is, in rows [class, text, ink] above a pair of axes. */
export const legend = ({ box }, rows, length = 26) =>
  rows.map(([line, text, ink], n) => [
    segment(box.left, 13 + 20 * n, box.left + length, 13 + 20 * n, line),
    write(box.left + length + 6, 17 + 20 * n, text, { className: `om-note om-ink-${ink}` }),
  ]);

/** The points of a walk, the start among them. What has left the picture, by `far` in an entry, is not walked on. */
export const walked = (start, steps, far, next) => {
  const path = [start];
  while (path.length <= steps && Math.max(...path.at(-1).map(Math.abs)) <= far) path.push(next(path.at(-1), path.at(-2)));
  return path;
};

/** The first of `spots` [x, y, anchor] at which none of the lines of points passes behind a note; the least crossed if all are. */
export const clearest = (text, spots, lines) => {
  const wide = 6.4 * plain(text).length;
  const crossed = ([x, y, anchor]) => {
    const left = x - { start: 0, middle: wide / 2, end: wide }[anchor];
    const within = ([px, py]) => px > left - 2 && px < left + wide + 2 && py > y - 11 && py < y + 4;
    const between = ([ax, ay], [bx, by]) => {
      const parts = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / 3));
      return Array.from({ length: parts + 1 }, (_, n) => [ax + ((bx - ax) * n) / parts, ay + ((by - ay) * n) / parts]);
    };
    return lines.flatMap((line) => line.slice(1).flatMap((point, n) => between(line[n], point))).filter(within).length;
  };
  const counts = spots.map(crossed);
  return spots[counts.indexOf(Math.min(...counts))];
};

/** Member n in front of the others: formulas of softmax give the first entry. */
export const ownFirst = (all, n) => [all[n], ...all.slice(0, n), ...all.slice(n + 1)];

// ---- panels

/** One picture of a figure: `label` is what a screen reader says of it. */
export const panel = (id, label, width, height, ...body) => ({
  id,
  markup: tag(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": plain(label) },
    ...body,
  ),
});

const scaled = ({ domain, log }, range) => (log ? scaleLog() : scaleLinear()).domain(domain).range(range);

const ticksOf = (scale, { ticks = 5, log, format }) => {
  const values = Array.isArray(ticks)
    ? ticks
    : log
      ? scale.ticks(ticks).filter((x) => Math.abs(Math.log10(x) - Math.round(Math.log10(x))) < 1e-9)
      : scale.ticks(ticks);
  const said =
    format ??
    (log
      ? (x) => (x >= 0.01 && x <= 1000 ? significant(x, 1) : powerOfTen(Math.round(Math.log10(x))))
      : scale.tickFormat(Array.isArray(ticks) ? ticks.length : ticks));
  return values.map((value) => [value, said(value)]);
};

/**
 * A pair of axes: scales `x` and `y`, the markup `back` (grid, ticks, labels), and `clip`, which
 * keeps marks inside the frame. An axis is {domain, log, label, ticks: count or values, format}.
 */
export const axes = ({ width = 360, height = 240, left = 44, right = 12, top = 14, bottom = 40, x, y }) => {
  const box = { left, top, right: width - right, bottom: height - bottom };
  const xs = scaled(x, [box.left, box.right]);
  const ys = scaled(y, [box.bottom, box.top]);
  const grid = [
    ...ticksOf(xs, x).map(([value, text]) => [
      segment(xs(value), box.top, xs(value), box.bottom, "om-grid"),
      write(xs(value), box.bottom + 15, text, { anchor: "middle", className: "om-tick" }),
    ]),
    ...ticksOf(ys, y).map(([value, text]) => [
      segment(box.left, ys(value), box.right, ys(value), "om-grid"),
      write(box.left - 6, ys(value) + 4, text, { anchor: "end", className: "om-tick" }),
    ]),
    x.label ? write((box.left + box.right) / 2, height - 6, x.label, { anchor: "middle", className: "om-axis" }) : "",
    y.label
      ? write(15, (box.top + box.bottom) / 2, y.label, { anchor: "middle", className: "om-axis", turn: -90 })
      : "",
  ];
  const clip = (...body) => {
    const [w, h] = [box.right - box.left, box.bottom - box.top];
    const size = { x: box.left, y: box.top, width: w, height: h };
    return tag("svg", { ...size, viewBox: [box.left, box.top, w, h].map(round).join(" ") }, ...body);
  };
  return { x: xs, y: ys, box, back: group({}, ...grid.flat()), clip, width, height };
};

/** Keeps the last results of a costly pure function, by its arguments. */
export const remember = (make, size = 24) => {
  const kept = new Map();
  return (...key) => {
    const name = JSON.stringify(key);
    if (!kept.has(name)) {
      if (kept.size >= size) kept.delete(kept.keys().next().value);
      kept.set(name, make(...key));
    }
    return kept.get(name);
  };
};

/** Level sets of f over the frame, as [level, path] pairs, from a grid of `n` by `n` values. */
export const levelSets = (f, frame, levels, n = 56) => {
  const [x0, x1] = frame.x.domain();
  const [y0, y1] = frame.y.domain();
  const at = (c, low, high) => low + (c / (n - 1)) * (high - low);
  const values = Array.from({ length: n * n }, (_, c) => f(at(c % n, x0, x1), at(Math.floor(c / n), y0, y1)));
  // A contour's coordinates count cells, whose values sit half a cell in.
  const place = ([cx, cy]) => [frame.x(at(cx - 0.5, x0, x1)), frame.y(at(cy - 0.5, y0, y1))];
  const made = contours().size([n, n]).thresholds(levels)(values);
  return made.map(({ value, coordinates }) => [
    value,
    coordinates.flatMap((rings) => rings.map((ring) => `${path(ring.slice(0, -1).map(place))}Z`)).join(""),
  ]);
};

/**
 * A surface as ridge lines, back to front, seen from a height, turned by `turn` radians.
 * Gives the markup and `place(x, y, z)`, the point of the picture where (x, y, z) is seen.
 */
export const surface = (f, { centre, half, top, turn, width = 360, height = 250, rows = 26, columns = 44 }) => {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const wide = width * 0.34;
  const deep = height * 0.22;
  const tall = height * 0.56;
  const base = height * 0.7;
  const seen = (u, v, z) => [width / 2 + (u / half) * wide * (1 - 0.12 * (v / half)), base - (v / half) * deep - (z / top) * tall];
  const place = (x, y, z) => {
    const [dx, dy] = [x - centre[0], y - centre[1]];
    return seen(dx * cos + dy * sin, -dx * sin + dy * cos, z);
  };
  const markup = Array.from({ length: rows }, (_, row) => {
    const v = half - (2 * half * row) / (rows - 1);
    const points = Array.from({ length: columns }, (_, column) => {
      const u = -half + (2 * half * column) / (columns - 1);
      return seen(u, v, f(centre[0] + u * cos - v * sin, centre[1] + u * sin + v * cos));
    });
    return curve(points, "om-ridge");
  });
  return { markup, place };
};
