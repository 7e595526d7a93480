// What the checks ask of a page. Each probe returns a list of sentences, one a fault; none changes the page
// but `openAll`. Run with page.evaluate, so they work with the page's own JavaScript switched off.
(() => {
  const name = (element) => {
    const parts = [];
    for (let node = element; node && node !== document.body && parts.length < 4; node = node.parentElement) {
      const classes = [...node.classList].slice(0, 2).map((each) => `.${each}`).join("");
      parts.unshift(node.localName + (node.id ? `#${node.id}` : classes));
      if (node.id) break;
    }
    const text = (element.textContent || "").replace(/\s+/g, " ").trim().slice(0, 40);
    return parts.join(" > ") + (text ? ` “${text}”` : "");
  };
  const article = () => document.querySelector("article") || document.querySelector("main") || document.body;
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const clipped = (element) => {
    for (let node = element.parentElement; node && node !== document.body; node = node.parentElement)
      if (getComputedStyle(node).overflowX !== "visible") return true;
    return false;
  };
  const few = (faults) => (faults.length > 8 ? [...faults.slice(0, 8), `and ${faults.length - 8} more`] : faults);

  return {
    openAll() {
      for (const each of document.querySelectorAll("details")) each.open = true;
    },

    // `width`: the viewport in CSS pixels. Asked for by name: a phone's window grows with what overflows it.
    overflow(width) {
      const faults = [];
      const root = document.documentElement;
      if (root.scrollWidth > width) faults.push(`the page is ${root.scrollWidth} px wide in a window of ${width} px`);
      const told = new Set();
      for (const each of document.body.querySelectorAll("*")) {
        if (told.has(each.parentElement)) { told.add(each); continue; }
        if (each.parentElement.closest("svg") || !seen(each) || clipped(each)) continue;
        const box = each.getBoundingClientRect();
        if (!box.width || !box.height) continue;
        const right = box.right > width + 1 && box.left < width;
        const left = box.left < -1 && box.right > 1;
        if (!right && !left && box.width <= width + 1) continue;
        told.add(each);
        faults.push(`${name(each)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)} px`);
      }
      for (const each of article().querySelectorAll("*")) {
        const style = getComputedStyle(each);
        if (!["hidden", "clip"].includes(style.overflowX) || style.display === "inline") continue;
        if (each.closest("svg, .katex-mathml") || each.clientWidth < 2 || !seen(each) || !each.textContent.trim()) continue;
        if (style.textOverflow === "ellipsis") continue;
        if (each.scrollWidth > each.clientWidth + 1)
          faults.push(`${name(each)} hides ${each.scrollWidth - each.clientWidth} px of what it holds`);
      }
      return few(faults);
    },

    // Words of a figure: inside the picture, large enough to read, and not on top of each other.
    labels() {
      const faults = [];
      for (const svg of document.querySelectorAll("figure svg")) {
        if (!seen(svg) || svg.parentElement.closest("svg")) continue;
        const frame = svg.getBoundingClientRect();
        const words = [...svg.querySelectorAll("text")].filter((each) => seen(each) && each.textContent.trim());
        const boxes = words.map((each) => each.getBoundingClientRect());
        words.forEach((word, i) => {
          const box = boxes[i];
          const out = Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom);
          if (out > 1.5 && getComputedStyle(svg).overflow !== "visible")
            faults.push(`${name(word)} is cut off by its picture (${Math.round(out)} px outside)`);
          const matrix = word.getScreenCTM();
          const size = parseFloat(getComputedStyle(word).fontSize) * Math.hypot(matrix.a, matrix.b);
          if (size < 8.95) faults.push(`${name(word)} is ${size.toFixed(1)} px high: under 9 px`);
          for (let j = 0; j < i; j++) {
            const other = boxes[j];
            const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
            const down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
            const same = words[j].textContent === word.textContent;
            if (across > 2 && down > 0.35 * Math.min(box.height, other.height) && !same)
              faults.push(`${name(word)} lies on ${name(words[j])}`);
          }
        });
      }
      return few(faults);
    },

    // Maths is there as MathML, and no TeX is left for the reader to see.
    maths() {
      const faults = [];
      for (const each of document.querySelectorAll(".katex-error"))
        faults.push(`KaTeX refused ${name(each)}: ${each.title}`);
      for (const each of document.querySelectorAll(".katex")) {
        const math = each.querySelector("math");
        if (!math || !math.querySelector("mi, mn, mo, mtext, ms, mspace")) faults.push(`${name(each)} has no MathML`);
      }
      for (const each of document.querySelectorAll(".arithmatex"))
        if (!each.querySelector("math")) faults.push(`${name(each)} was not rendered`);
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const node = walker.currentNode;
        if (node.parentElement.closest("code, pre, math, .katex, script, style, textarea, noscript, svg")) continue;
        const raw = node.data.match(/\$[^$\n]+\$|\\[([]|\\(frac|begin|sum|log|hat|beta|frac)\b/);
        if (raw) faults.push(`raw TeX in ${name(node.parentElement)}`);
      }
      return few(faults);
    },

    // With JavaScript off: every section says something, every figure shows its picture, and no dead control is offered.
    bare() {
      const faults = [];
      const place = article();
      const headings = [...place.querySelectorAll("h1, h2, h3, h4")].filter(seen);
      headings.forEach((heading, i) => {
        const next = headings[i + 1];
        if (next && next.localName > heading.localName) return;
        const range = document.createRange();
        range.setStartAfter(heading);
        if (next) range.setEndBefore(next);
        else range.setEndAfter(place.lastChild);
        const part = range.cloneContents();
        for (const each of part.querySelectorAll("script, style, template, noscript, h1, h2, h3, h4")) each.remove();
        if (!part.textContent.trim() && !part.querySelector("svg, img, math, table"))
          faults.push(`nothing stands under the heading ${name(heading)}`);
      });
      for (const figure of document.querySelectorAll("figure.om-figure")) {
        const shown = [...figure.querySelectorAll("svg, img")].some((each) => {
          const box = each.getBoundingClientRect();
          return seen(each) && box.width >= 100 && box.height >= 40;
        });
        if (!shown) faults.push(`${name(figure)} (${figure.dataset.figure}) shows no picture`);
      }
      for (const each of place.querySelectorAll("input, select, textarea, button, [role=slider], [role=button]"))
        if (seen(each) && !each.matches(":disabled")) faults.push(`${name(each)} is offered and does nothing`);
      return few(faults);
    },

    // Anything the page names on another host and would fetch or connect to, lazily or not.
    foreign() {
      const faults = [];
      const quiet = ["canonical", "alternate", "license", "author", "me", "next", "prev"];
      for (const each of document.querySelectorAll("link[href], script[src], img[src], iframe[src], source[src], video[src], audio[src], object[data], embed[src]")) {
        if (each.localName === "link" && [...each.relList].every((rel) => quiet.includes(rel))) continue;
        const url = new URL(each.href || each.src || each.data, location.href);
        if (/^https?:$/.test(url.protocol) && url.host !== location.host) faults.push(`<${each.localName}> names ${url.href}`);
      }
      return faults;
    },

    // The scheme that was asked for is the scheme that is drawn.
    theme(wanted) {
      const probe = (element) => getComputedStyle(element).backgroundColor.match(/[\d.]+/g).map(Number);
      let rgb = probe(document.body);
      if (rgb[3] === 0) rgb = probe(document.documentElement);
      if (rgb[3] === 0) rgb = [255, 255, 255];
      const light = (0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]) / 255 > 0.5;
      return light === (wanted === "light") ? [] : [`asked for the ${wanted} theme, got the other one`];
    },

    // What moved so far, asked half a second after the first paint at the earliest, and after two more frames.
    async shifts() {
      const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
      for (let i = 0; i < 100 && !performance.getEntriesByType("paint").length; i++) await wait(30);
      await wait(500);
      // A browser without a window may draw no frame at all.
      for (let i = 0; i < 2; i++) await Promise.race([new Promise(requestAnimationFrame), wait(1000)]);
      await wait(50);
      return window.omShifts;
    },

    async axe() {
      const { violations } = await axe.run(document, { resultTypes: ["violations"] });
      return violations.flatMap((rule) => {
        const nodes = rule.nodes.slice(0, 4).map((node) => {
          const why = [...node.any, ...node.all, ...node.none].map((check) => check.message)[0] || "";
          return `${rule.id} (${rule.help}): ${node.target.join(" ")} — ${why}`;
        });
        if (rule.nodes.length > 4) nodes.push(`${rule.id}: and ${rule.nodes.length - 4} more`);
        return nodes;
      });
    },

    // Everything in a figure that a hand can move, in the order of the page; one of each radio group.
    controls(figure) {
      const groups = new Set();
      return [...figure.querySelectorAll("input, select, button, summary, [role=slider], [tabindex='0']")].filter((each) => {
        if (each.type === "hidden" || each.matches(":disabled") || each.localName === "summary" || each.closest(".om-more")) return false;
        if (each.closest("details") && each.closest("details") !== figure) each.closest("details").open = true;
        const scrolls = !each.matches("input, select, button, [role]") && /auto|scroll/.test(getComputedStyle(each).overflowX);
        if (scrolls) return false;
        if (each.type !== "radio") return true;
        if (!each.checked || groups.has(each.name)) return false;
        groups.add(each.name);
        return true;
      });
    },

    // What the figure shows, its controls' own state aside.
    shown(figure) {
      const copy = figure.cloneNode(true);
      // A slider's own read-out and what is told to a screen reader move with the slider, not with the figure.
      for (const each of copy.querySelectorAll("input, select, button, output[for], [aria-live]")) each.remove();
      for (const each of copy.querySelectorAll("*"))
        for (const name of ["aria-valuenow", "aria-valuetext", "aria-pressed", "aria-checked", "tabindex", "data-focus-visible-added"])
          each.removeAttribute(name);
      const pixels = [...figure.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL());
      return copy.innerHTML + pixels.join();
    },

    name,
  };
})()
