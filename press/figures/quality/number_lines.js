import { geometricMean, lossOf, perplexityOf, qualityOf, uniform } from "formulas";
import { arrow, clearest, fixed, mark, panel, segment, significant, write } from "../kit.js";

const [WIDTH, LEFT, RIGHT] = [360, 90, 340];
const DEEPEST = 4; // the loss at the left end of the picture
const ROWS = { quality: 72, loss: 168, perplexity: 264 };

// Good is on the right: quality grows to the right, loss and perplexity fall.
const along = {
  quality: (q) => LEFT + q * (RIGHT - LEFT),
  loss: (q) => RIGHT - (Math.min(DEEPEST, lossOf(q)) / DEEPEST) * (RIGHT - LEFT),
};
along.perplexity = along.loss; // the same line, read on a logarithmic scale

// The name is beside its line: between the lines there is no place that no join runs through.
const axis = (row, name, sign, ends, ticks) => [
  segment(LEFT, ROWS[row], RIGHT, ROWS[row], "om-line-ink om-thin"),
  ticks.map(([q, text]) => [
    segment(along[row](q), ROWS[row], along[row](q), ROWS[row] + 5, "om-line-ink om-thin"),
    write(along[row](q), ROWS[row] + 18, text, { anchor: "middle", className: "om-note om-tick" }),
  ]),
  write(4, ROWS[row] - 3, name, { className: "om-note" }),
  write(4, ROWS[row] + 13, sign, { className: "om-note" }),
  ends === "∞" ? [arrow(LEFT, ROWS[row], LEFT - 20, ROWS[row], "om-arrow-ink"), write(LEFT - 22, ROWS[row] + 18, "∞", { className: "om-tick" })] : write(RIGHT, ROWS[row] - 40, ends, { anchor: "end", className: "om-note" }),
];

export default {
  controls: (data) => [
    { kind: "slider", name: "q", label: "quality *Q_mean*", min: 0.02, max: 0.99, value: 0.6 },
    { kind: "slider", name: "classes", label: "classes *K*", min: 2, max: 20, step: 1, value: data.classes },
    { kind: "buttons", buttons: data.networks.map(([name], n) => [String(n), name]) },
  ],

  act: (name, _, data) => ({ q: geometricMean(...data.networks[Number(name)][1]) }),

  drag(id, px, py) {
    const share = (px - LEFT) / (RIGHT - LEFT);
    // Above the middle between the first two lines the quality is meant, below it the loss.
    const q = py < (ROWS.quality + ROWS.loss) / 2 ? share : qualityOf(DEEPEST * (1 - share));
    return { q: Math.min(0.99, Math.max(0.02, Math.round(q * 100) / 100)) };
  },

  draw(state, data) {
    const { q, classes } = state;
    const chance = uniform(classes);
    const networks = data.networks.map(([name, five]) => [name, geometricMean(...five)]);

    const joined = (value, className) => [
      segment(along.quality(value), ROWS.quality, along.loss(value), ROWS.loss, className),
      segment(along.loss(value), ROWS.loss, along.perplexity(value), ROWS.perplexity, className),
    ];
    const rows = Object.keys(ROWS);
    // A note beside a mark of the uniform guess, where the fewest joins pass.
    const told = [chance, q, ...networks.map(([, value]) => value)];
    const joins = told.map((value) => rows.map((row) => [along[row](value), ROWS[row]]));
    const beside = (row, text, under) => {
      const [x, y] = [along[row](chance), ROWS[row]];
      const [at, base, anchor] = clearest(text, [[x + 9, y - 12, "start"], [x - 9, y - 12, "end"], [x + 9, y + under, "start"], [x - 9, y + under, "end"]], joins);
      return write(at, base, text, { anchor, className: "om-note" });
    };
    const marks = (value, kind, className, area) => rows.map((row) => mark(kind, along[row](value), ROWS[row], className, area));
    const whole = [0, 1, 2, 3, 4];

    const picture = [
      joined(chance, "om-line-quiet"),
      networks.map(([, value]) => joined(value, "om-line-faint")),
      joined(q, "om-line-a"),
      axis("quality", "quality", "*Q_mean*", "0 to 1, both left out", [0, 0.25, 0.5, 0.75, 1].map((v) => [v, String(v)])),
      axis("loss", "loss", "*L*", "∞", whole.map((v) => [qualityOf(v), String(v)])),
      axis("perplexity", "perplexity", "1/*Q_mean*", "∞", [1, 2, 5, 10, 20, 50].map((v) => [1 / v, String(v)])),
      marks(chance, 3, "om-open", 90),
      networks.map(([, value], n) => marks(value, n ? n - 1 : 4, "om-point", n ? 50 : 60)),
      rows.map((row) => mark(0, along[row](q), ROWS[row], "om-now", 110)),
      write(along.quality(chance), ROWS.quality - 25, "1/*K*", { anchor: "middle", className: "om-note" }),
      beside("loss", "log *K*", 34),
      beside("perplexity", "*K*", 32),
      write(along.quality(q), ROWS.quality - 10, fixed(q, 3), { anchor: "middle", className: "om-note om-strong" }),
    ];
    const legend = [
      ["uniform guess", 3, "om-open"],
      ...networks.map(([name], n) => [name, n ? n - 1 : 4, "om-point"]),
    ].map(([name, kind, className], n) => {
      const [x, y] = [16 + (n % 2) * 165, 312 + Math.floor(n / 2) * 20];
      return [mark(kind, x, y, className, 60), write(x + 12, y + 4, name, { className: "om-note" })];
    });

    return {
      panels: [panel("lines", `Number lines of quality, loss and perplexity. Quality ${fixed(q, 3)}, loss ${fixed(lossOf(q), 3)}.`, WIDTH, 345, picture, legend)],
      shown: { q: fixed(q, 3), classes: String(classes) },
      readout: [
        ["quality *Q_mean*", fixed(q, 4)],
        ["loss, minus log *Q_mean*", fixed(lossOf(q), 4)],
        ["perplexity", significant(perplexityOf(q), 4)],
        ["uniform guess: *Q_mean*, *L*, perplexity", `${fixed(chance, 4)}, ${fixed(lossOf(chance), 4)}, ${significant(perplexityOf(chance), 3)}`],
        ...networks.map(([name, value]) => [`${name}: *Q_mean*, *L*`, `${fixed(value, 4)}, ${fixed(lossOf(value), 4)}`]),
      ],
      says: `Quality ${fixed(q, 3)}, loss ${fixed(lossOf(q), 3)}, perplexity ${significant(perplexityOf(q), 3)}.`,
    };
  },
};
