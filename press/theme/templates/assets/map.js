// The map of results: what a box rests on and what rests on it, and a filter of the lists. All links work without it.

const lit = ["om-map-here", "om-map-under", "om-map-over"]

/** Everything that is met from a box, one way: the ids of boxes and the arrows between. */
const reach = (svg, start, from, to) => {
  const arrows = [...svg.querySelectorAll("path[data-from]")]
  const seen = new Set([start]), passed = []
  for (const name of seen) // a set grows while it is walked
    for (const arrow of arrows.filter(one => one.dataset[from] === name)) {
      passed.push(arrow)
      seen.add(arrow.dataset[to])
    }
  seen.delete(start)
  return [[...svg.querySelectorAll("[data-node]")].filter(one => seen.has(one.dataset.node)), passed]
}

const dim = svg => {
  svg.classList.remove("om-map-lit")
  svg.querySelectorAll(lit.map(one => `.${one}`).join()).forEach(one => one.classList.remove(...lit))
}

const show = node => {
  const svg = node.ownerSVGElement
  dim(svg)
  svg.classList.add("om-map-lit")
  node.classList.add("om-map-here")
  const ways = [["to", "from", "om-map-under"], ["from", "to", "om-map-over"]]
  for (const [from, to, name] of ways)
    for (const found of reach(svg, node.dataset.node, from, to)) found.forEach(one => one.classList.add(name))
}

for (const svg of document.querySelectorAll(".om-map-drawing svg")) {
  for (const event of ["pointerover", "focusin"])
    svg.addEventListener(event, ({ target }) => {
      const node = target.closest("[data-node]")
      if (node) show(node)
    })
  for (const event of ["pointerleave", "focusout"]) svg.addEventListener(event, () => dim(svg))
}

// ---- the filter, and its state in the address

const [input, told] = document.querySelectorAll(".om-map-filter :is(input, output)")
const entries = [...document.querySelectorAll(".om-result")]
const boxes = [...document.querySelectorAll("[data-node]")]

const filter = () => {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean)
  const has = text => words.every(word => text.toLowerCase().includes(word))
  for (const one of entries) one.hidden = !has(one.querySelector(".om-result-head").textContent + one.id)
  for (const one of boxes) one.classList.toggle("om-map-out", !has(one.querySelector("title").textContent + one.dataset.node))
  for (const list of document.querySelectorAll(".om-results")) {
    const none = !list.querySelector(".om-result:not([hidden])")
    const fold = list.closest(".om-map-fold"), alone = list.matches(".om-map > :only-child")
    const heading = alone ? list.parentElement.previousElementSibling : list.previousElementSibling
    list.hidden = none
    if (fold) {
      fold.hidden = none
      if (words.length) fold.open = !none
    } else if (heading?.matches("h2, h3")) heading.hidden = none
  }
  for (const topic of document.querySelectorAll(".om-map-topic"))
    topic.hidden = words.length > 0 && !topic.querySelector(".om-result:not([hidden]), [data-node]:not(.om-map-out)")
  const left = entries.filter(one => !one.hidden).length
  told.textContent = !words.length ? "" : left ? `${left} of ${entries.length}` : "no entry has these words"
}

input.addEventListener("input", () => {
  filter()
  const address = new URL(location)
  if (input.value) address.searchParams.set("words", input.value)
  else address.searchParams.delete("words")
  history.replaceState(history.state, "", address)
})
input.value = new URLSearchParams(location.search).get("words") ?? ""
filter()

// A link into a folded list opens it, where the browser does not by itself.
const open = () => {
  const fold = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest(".om-map-fold")
  if (!fold || fold.open) return
  fold.open = true
  document.getElementById(decodeURIComponent(location.hash.slice(1))).scrollIntoView()
}
addEventListener("hashchange", open)
open()
