import { largestFloat, lostUpTo, overflowsFrom, thinBelow } from "formulas";
import { axes, circle, curve, fixed, legend, mark, panel, powerOfTen, segment, significant, write } from "../kit.js";

const SERIES = { deferred: "a", absorbed: "b", split: "c" };
const PLACES = Object.keys(SERIES);
const [FLOOR, CEILING] = [1e-17, 10]; // where an error of 0 and an infinite one are drawn

/** An error as it is drawn: 0 on the floor, infinity (null in the data) under the ceiling. */
const height = (error) => (error === null ? CEILING : Math.max(FLOOR, Math.min(CEILING, error)));
const said = (error) => (error === null ? "infinite" : error === 0 ? "0" : significant(error, 2));
const shareSaid = (share) => `${fixed(100 * share, 1)} %`;
// A decimal logarithm as a number, which may lie beyond float64.
const fromLog10 = (x) => (x > -3 && x < 4 ? significant(10 ** x, 3) : `${fixed(10 ** (x - Math.floor(x)), 2)}·${powerOfTen(Math.floor(x))}`);

export default {
  controls: (data) => [
    { kind: "choice", name: "format", label: "Format", options: Object.keys(data.formats).map((name) => [name, name]), value: "float16" },
    ...PLACES.map((name) => ({ kind: "check", name, label: name, value: true })),
    // From one batch that was run to the next: a slider between them would stand still under the keyboard.
    { kind: "slider", name: "at", label: "examples *m*", min: 0, max: data.sizes.length - 1, step: 1, value: data.sizes.indexOf(4096) },
  ],

  draw(state, data) {
    const { format, at } = state;
    const m = data.sizes[at];
    const [bits, top] = data.formats[format];
    const shown = PLACES.filter((name) => state[name]);
    const across = { domain: [1, 65536], log: true, label: "examples *m*", ticks: [1, 16, 256, 4096, 65536], format: String };
    const size = { height: 290, left: 58, right: 22 };
    const errors = axes({
      ...size,
      top: 34,
      x: across,
      y: { domain: [FLOOR, CEILING], log: true, label: "relative error of *dW_1*", ticks: [FLOOR, 1e-13, 1e-9, 1e-5, 1e-1, CEILING], format: (y) => (y === FLOOR ? "0" : y === CEILING ? "∞" : powerOfTen(Math.round(Math.log10(y)))) },
    });
    const zeros = axes({ ...size, top: 34, x: across, y: { domain: [0, 0.5], label: "share of zeros in *dZ*", ticks: 5, format: (y) => `${fixed(100 * y, 0)} %` } });

    const line = (frame, values) =>
      shown.map((name) => [
        curve(values[name].map((y, n) => [frame.x(data.sizes[n]), frame.y(y)]), `om-line-${SERIES[name]}`),
        values[name].map((y, n) => mark(PLACES.indexOf(name), frame.x(data.sizes[n]), frame.y(y), `om-fill-${SERIES[name]}`, n === at ? 70 : 16)),
      ]);
    const of = (kind, name) => data[kind][format][name];
    const drawn = Object.fromEntries(PLACES.map((name) => [name, of("errors", name).map(height)]));
    const shares = Object.fromEntries(PLACES.map((name) => [name, of("zeros", name)]));
    const now = (frame) => segment(frame.x(m), frame.box.top, frame.x(m), frame.box.bottom, "om-line-quiet");
    const key = (frame) =>
      shown.map((name, n) => {
        const x = frame.box.left + 98 * n;
        return [segment(x, 13, x + 22, 13, `om-line-${SERIES[name]}`), write(x + 28, 17, name, { className: `om-note om-ink-${SERIES[name]}` })];
      });

    // The room between both ends of the format, for an entry of dZ, against m.
    const logs = {
      overflow: (count) => overflowsFrom(bits, top, count),
      thin: (count) => thinBelow(top, count),
      zero: (count) => lostUpTo(bits, top, count),
    };
    const [low, high] = [logs.zero(1), largestFloat(bits, top)];
    const room = 0.06 * (high - low);
    const step = [1, 2, 5, 10, 20, 50, 100, 200].find((one) => (high - low) / one < 7);
    const ticks = Array.from({ length: 30 }, (_, n) => (Math.ceil((low - room) / step) + n) * step).filter((e) => e <= high + room);
    const ends = axes({ ...size, height: 330, top: 74, x: across, y: { domain: [low - room, high + room], label: "size of an entry of *dZ*", ticks, format: (e) => (e ? powerOfTen(e) : "1") } });
    const span = (f, className) => segment(ends.x(1), ends.y(f(1)), ends.x(65536), ends.y(f(65536)), className);

    return {
      panels: [
        panel(
          "errors",
          `Relative error in ${format} against the batch size. At m = ${m}: ${shown.map((name) => `${name} ${said(of("errors", name)[at])}`).join(", ") || "nothing shown"}.`,
          errors.width,
          errors.height,
          errors.back,
          now(errors),
          line(errors, drawn),
          key(errors),
        ),
        panel(
          "zeros",
          `Share of entries of dZ that came out 0 in ${format}. At m = ${m}: ${shown.map((name) => `${name} ${shareSaid(shares[name][at])}`).join(", ") || "nothing shown"}.`,
          zeros.width,
          zeros.height,
          zeros.back,
          now(zeros),
          line(zeros, shares),
          key(zeros),
        ),
        panel(
          "ends",
          `Thresholds of ${format}: deferred, the sum of m entries overflows from ${fromLog10(logs.overflow(m))}; absorbed, an entry up to ${fromLog10(logs.zero(m))} is lost.`,
          ends.width,
          ends.height,
          ends.back,
          now(ends),
          span(logs.overflow, "om-line-a"),
          span(logs.thin, "om-line-b om-thin"),
          span(logs.zero, "om-line-b om-solid"),
          circle(ends.x(m), ends.y(logs.overflow(m)), 4.5, "om-fill-a"),
          circle(ends.x(m), ends.y(logs.zero(m)), 4.5, "om-fill-b"),
          legend(ends, [
            ["om-line-a", "from here the sum overflows (deferred)", "a"],
            ["om-line-b om-thin", "below, bits are lost (absorbed)", "b"],
            ["om-line-b om-solid", "up to here it is 0 (absorbed)", "b"],
          ], 22),
        ),
      ],
      shown: { at: String(m) },
      readout: [
        ...PLACES.map((name) => [`error, ${name}`, said(of("errors", name)[at])]),
        ...PLACES.map((name) => [`zeros, ${name}`, shareSaid(shares[name][at])]),
        ["entries that overflow, from", fromLog10(logs.overflow(m))],
        ["entries that are lost, up to", fromLog10(logs.zero(m))],
      ],
      says: `${format}, m = ${m}. ${PLACES.map((name) => `${name}: error ${said(of("errors", name)[at])}, zeros ${shareSaid(shares[name][at])}`).join("; ")}.`,
    };
  },
};
