import * as formulas from "formulas";
import { arrow, fixed, ownFirst, panel, plain, rect, remember, significant, write } from "../kit.js";

const { activation, clipped, hiddenDa, hiddenDz, hiddenScore, outputDz, outputScore, slopeOfTanh, softmax2 } = formulas;
const [WIDTH, HEIGHT] = [360, 396];
const [BOX, TALL] = [122, 50];

// Backpropagation, from the cost down; the leaves are what is asked for.
const NODES = {
  J: { x: 92, y: 34, name: "*J*" },
  dZ2: { x: 92, y: 122, name: "*dZ_2*" },
  dA1: { x: 92, y: 238, name: "*dA_1*" },
  dZ1: { x: 92, y: 326, name: "*dZ_1*" },
  dW2: { x: 278, y: 92, name: "*dW_2*" },
  db2: { x: 278, y: 164, name: "*db_2*" },
  dW1: { x: 278, y: 296, name: "*dW_1*" },
  db1: { x: 278, y: 368, name: "*db_1*" },
};
const EDGES = [
  ["J", "dZ2"],
  ["dZ2", "dW2"],
  ["dZ2", "db2"],
  ["dZ2", "dA1"],
  ["dA1", "dZ1"],
  ["dZ1", "dW1"],
  ["dZ1", "db1"],
];
const SPINE = ["J", "dZ2", "dA1", "dZ1"];
const PLACES = ["at the cost", "behind *dZ_2*", "behind *dA_1*", "at *dW*, *db*"];

/** The edges on which one divides: those that leave the part of the spine without the factor. */
const cut = (place) => {
  const without = SPINE.slice(0, place + 1);
  return EDGES.filter(([from, to]) => without.includes(from) && !without.includes(to));
};

/** How many of these edges lie on the way from the cost to a node. */
const factors = (node, cutting) => {
  const edge = EDGES.find(([, to]) => to === node);
  return edge ? factors(edge[0], cutting) + Number(cutting.includes(edge)) : 0;
};

/** One entry of each array, with the division made on the edges of `place`. */
const values = remember((m, place, clip, data) => {
  const cutting = cut(place);
  const divides = (from, to) => cutting.some(([a, b]) => a === from && b === to);
  const on = (...edge) => (divides(...edge) ? m : 1);
  const dZ2 = [];
  const dA1 = [];
  const dZ1 = [];
  const A1 = [];
  for (let i = 0; i < m; i++) {
    const a = data.W1.map((row) => activation(hiddenScore(...row, ...data.X[i])));
    const z = data.W2.map((row) => outputScore(...row, ...a));
    const d2 = z.map((_, k) => outputDz(softmax2(...ownFirst(z, k)), Number(data.right[i] === k + 1)) / on("J", "dZ2"));
    const back = [0, 1].map((unit) => data.W2.map((row) => row[unit]));
    const passed = d2.map((d) => d / on("dZ2", "dA1"));
    const d1 = back.map((w, unit) => hiddenDz(...w, ...passed, slopeOfTanh(a[unit])) / on("dA1", "dZ1"));
    A1.push(a);
    dZ2.push(d2);
    dA1.push(back.map((w) => hiddenDa(...w, ...passed)));
    dZ1.push(d1.map((d) => (clip ? clipped(d, data.threshold) : d)));
  }
  const sums = (d, below, edge) => {
    const stem = divides(...edge) ? "deferred" : "absorbed";
    return { dW: formulas[`${stem}Weights${m}`](...d, ...below), db: formulas[`${stem}Bias${m}`](...d) };
  };
  const output = sums(dZ2.map((d) => d[0]), A1.map((a) => a[0]), ["dZ2", "dW2"]);
  const hidden = sums(dZ1.map((d) => d[0]), data.X.slice(0, m).map((x) => x[0]), ["dZ1", "dW1"]);
  return {
    dZ2: dZ2[0][0],
    dA1: dA1[0][0],
    dZ1: dZ1[0][0],
    dW2: output.dW,
    db2: output.db,
    dW1: hidden.dW,
    db1: hidden.db,
  };
});

const LEAVES = ["dW2", "db2", "dW1", "db1"];
const same = (a, b) => Math.abs(a - b) < 1e-12;

export default {
  controls: (data) => [
    { kind: "slider", name: "place", label: "division", min: 0, max: 3, step: 1, value: 3 },
    { kind: "slider", name: "m", label: "examples *m*", min: 1, max: data.right.length, step: 1, value: 4 },
    { kind: "check", name: "clip", label: "clip *dZ_1*", value: false },
    { kind: "buttons", buttons: [["down", "Down"], ["up", "Up"]] },
  ],

  act: (name, { place }) => ({ place: name === "down" ? (place + 1) % PLACES.length : (place + PLACES.length - 1) % PLACES.length }),

  draw({ place, m, clip }, data) {
    const cutting = cut(place);
    const now = values(m, place, clip, data);
    const wanted = values(m, 3, false, data);
    const faulty = LEAVES.filter((name) => !same(now[name], wanted[name]));

    const box = (name) => {
      const { x, y, name: label } = NODES[name];
      const power = factors(name, cutting);
      const wrong = faulty.includes(name);
      return [
        rect(x - BOX / 2, y - TALL / 2, BOX, TALL, power ? "om-box om-carries" : "om-box", { rx: 4 }),
        wrong ? rect(x - BOX / 2, y - TALL / 2, BOX, TALL, "om-frame om-wrong", { rx: 4 }) : "",
        write(x - BOX / 2 + 9, y - 5, label, { className: "om-strong" }),
        name === "J"
          ? write(x + BOX / 2 - 9, y - 5, "the cost", { anchor: "end", className: "om-axis" })
          : write(x + BOX / 2 - 9, y - 5, fixed(now[name], 4), { anchor: "end", className: `om-figures${wrong ? " om-ink-b" : ""}` }),
        write(x - BOX / 2 + 9, y + 15, name === "J" ? "start here" : power ? "carries 1/*m* once" : "carries no 1/*m*", { className: "om-axis" }),
      ];
    };
    const edge = ([from, to]) => {
      const [a, b] = [NODES[from], NODES[to]];
      const divides = cutting.some(([one, other]) => one === from && other === to);
      const [x1, y1, x2, y2] =
        a.x === b.x ? [a.x, a.y + TALL / 2, b.x, b.y - TALL / 2 - 2] : [a.x + BOX / 2, a.y + (b.y < a.y ? -8 : 8), b.x - BOX / 2 - 2, b.y];
      const [mx, my] = [(x1 + x2) / 2, (y1 + y2) / 2];
      return [
        arrow(x1, y1, x2, y2, divides ? "om-arrow-b om-solid" : "om-arrow-quiet"),
        divides ? [rect(mx - 19, my - 11, 38, 22, "om-divide", { rx: 11 }), write(mx, my + 4, "÷ *m*", { anchor: "middle", className: "om-ink-b om-strong" })] : "",
      ];
    };
    const gates = clip ? write(NODES.dZ1.x - BOX / 2, NODES.dZ1.y + TALL / 2 + 17, `clipped at ±${significant(data.threshold, 1)}`, { className: "om-note om-ink-b" }) : "";
    const where = PLACES[place];

    return {
      panels: [
        panel(
          "graph",
          `Backpropagation through two layers; one divides by m ${plain(where)}. ${faulty.length ? `${faulty.join(" and ")} changed.` : "All four gradients are right."}`,
          WIDTH,
          HEIGHT,
          EDGES.map(edge),
          Object.keys(NODES).map(box),
          gates,
        ),
      ],
      shown: { place: plain(where), m: String(m) },
      readout: [
        ["divisions on the way to each leaf", [...new Set(LEAVES.map((name) => factors(name, cutting)))].join(", ")],
        ["*dZ_2* and *dZ_1* carry 1/*m*", `${factors("dZ2", cutting) ? "yes" : "no"}, ${factors("dZ1", cutting) ? "yes" : "no"}`],
        ["first entry of *dW_2*", significant(now.dW2, 5)],
        ["first entry of *dW_1*", significant(now.dW1, 5)],
        ["*dW_1* with nothing clipped", significant(wanted.dW1, 5)],
      ],
      says: `Divided ${plain(where)}. ${faulty.length ? `Changed: ${faulty.join(", ")}.` : "All four gradients are the same."}`,
    };
  },
};
