import { log10OfProduct, meanOfLogs } from "formulas";
import { axes, circle, curve, fixed, panel, powerOfTen, rect, remember, segment, significant, write } from "../kit.js";

// float64 as this engine has it: the smallest numbers with full and with any precision.
const TINY = Number.MIN_VALUE;
const NORMAL = 2.2250738585072014e-308;
const LOWEST = -700;

/** A number given by its decimal logarithm, which may lie far below what float64 holds. */
const fromLog10 = (x) => `${fixed(10 ** (x - Math.floor(x)), 2)}·${powerOfTen(Math.floor(x))}`;

/** Multiplies as a loop would: all products, and the count of factors at which nothing is left. */
const loop = remember((p, most) => {
  const products = [];
  let product = 1;
  let gone = null;
  for (let n = 1; n <= most; n++) {
    product *= p;
    if (product === 0) {
      gone = n;
      break;
    }
    products.push(product);
  }
  return { products, gone };
});

export default {
  controls: (data) => [
    { kind: "slider", name: "p", label: "each probability", min: 0.02, max: 0.98, value: 0.25 },
    { kind: "slider", name: "n", label: "factors *n*", min: 1, max: data.examples, log: true, value: 200 },
  ],

  changed: (name, state) => (name === "n" ? { n: Math.max(1, Math.round(state.n)) } : {}),

  draw({ p, n }, data) {
    const { products, gone } = loop(p, data.examples);
    const across = { domain: [1, data.examples], log: true, label: "number of factors" };
    const frame = axes({
      height: 270,
      left: 64,
      x: across,
      y: { domain: [LOWEST, 0], label: "product", ticks: [-700, -600, -500, -400, -300, -200, -100, 0], format: (e) => (e ? powerOfTen(e) : "1") },
    });
    const means = axes({ height: 270, left: 64, x: across, y: { domain: [-5, 0], label: "mean of the logs" } });
    const counts = Array.from({ length: 160 }, (_, c) => data.examples ** (c / 159));
    const truth = counts.map((count) => [frame.x(count), frame.y(Math.max(LOWEST * 1.2, log10OfProduct(count, p)))]);
    const kept = counts.map(Math.round).filter((count) => count <= products.length);
    const held = kept.map((count) => [frame.x(count), frame.y(Math.log10(products[count - 1]))]);
    const zero = gone === null || n < gone;
    const [normal, tiny] = [Math.log10(NORMAL), Math.log10(TINY)];
    const mean = meanOfLogs(n, p);
    const floor = frame.box.bottom;

    return {
      panels: [
        panel(
          "product",
          gone === null ? `The product of ${data.examples} factors is still above zero.` : `The product is zero from ${gone} factors on.`,
          frame.width,
          frame.height,
          frame.back,
          frame.clip(
            rect(frame.box.left, frame.y(normal), frame.box.right - frame.box.left, frame.y(tiny) - frame.y(normal), "om-band-warn"),
            curve(truth, "om-line-b"),
            curve(held, "om-line-a"),
            gone === null ? "" : segment(frame.x(gone), frame.y(tiny), frame.x(gone), floor, "om-line-a om-thin"),
            gone === null ? "" : segment(frame.x(gone), floor - 1.5, frame.box.right, floor - 1.5, "om-line-a om-thick"),
          ),
          write(frame.box.left + 5, frame.y(tiny) + 15, "only 0 below here", { className: "om-note" }),
          gone === null ? "" : write(frame.box.right - 4, floor - 8, "0.0", { anchor: "end", className: "om-note om-ink-a om-strong" }),
          zero ? circle(frame.x(n), frame.y(Math.log10(products[n - 1])), 5, "om-now") : circle(frame.x(n), floor, 5, "om-now"),
        ),
        panel(
          "mean",
          `The mean of the logs is ${fixed(mean, 3)} for every number of factors.`,
          means.width,
          means.height,
          means.back,
          segment(means.box.left, means.y(mean), means.box.right, means.y(mean), "om-line-a"),
          circle(means.x(n), means.y(mean), 5, "om-now"),
        ),
      ],
      shown: { p: fixed(p, 2), n: String(n) },
      readout: [
        ["product of *n* factors in float64", zero ? significant(products[n - 1], 3) : "0.0"],
        ["its true size, about", fromLog10(log10OfProduct(n, p))],
        ["first *n* with product 0.0", gone === null ? `none up to ${data.examples}` : String(gone)],
        ["mean of the logs", fixed(mean, 4)],
      ],
      says: zero ? `The product of ${n} factors is not yet zero.` : `The product of ${n} factors is zero in float64.`,
    };
  },
};
