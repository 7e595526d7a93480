// What a page can't do with HTML alone. Everything reads right without it.

document.addEventListener("click", async event => {
  const button = event.target.closest(".om-copy")
  if (!button) return
  await navigator.clipboard.writeText(button.parentElement.querySelector("pre").innerText)
  const label = button.textContent
  button.textContent = "copied"
  setTimeout(() => { button.textContent = label }, 1500)
})

// The drawer: Material's check box does the work, this button is what the keyboard reaches.
const menu = document.querySelector(".om-menu"), drawer = document.getElementById("__drawer")
const told = () => menu.setAttribute("aria-expanded", drawer.checked)
menu.addEventListener("click", () => {
  drawer.click()
  told()
  if (drawer.checked) setTimeout(() => document.querySelector(".om-nav a").focus(), 50) // once it is to be seen
})
drawer.addEventListener("change", told)
document.addEventListener("keydown", event => {
  if (event.key !== "Escape" || !drawer.checked) return
  drawer.click()
  told()
  menu.focus()
})

// The colours: the system's until the reader chooses, then those, on every page.
const theme = document.querySelector(".om-theme")
const isDark = () => document.body.dataset.mdColorScheme === "slate"
const tell = () => theme.setAttribute("aria-pressed", isDark())
const paint = scheme => {
  document.body.dataset.mdColorScheme = scheme
  tell()
}
tell()
theme.addEventListener("click", () => {
  const scheme = isDark() ? "default" : "slate"
  paint(scheme)
  __md_set("__palette", { color: { scheme } })
})
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", system => {
  if (!__md_get("__palette")) paint(system.matches ? "slate" : "default")
})

// A line that is too long scrolls within itself; then, and only then, the keyboard must reach it.
const SCROLLERS =
  ".om-left, .om-right, .om-eq-display, .om-claim-stated, .om-notation, .om-trust, .md-typeset pre > code, .md-typeset__scrollwrap"
const reach = new ResizeObserver(entries => {
  // all are measured before one is changed: a measure after a change lays out the whole page again
  const lines = entries.map(({ target }) => [target, target.scrollWidth > target.clientWidth + 1])
  for (const [target, scrolls] of lines) {
    if (scrolls) {
      target.tabIndex = 0
      if (target.hasAttribute("role") || target.matches("table")) continue
      target.setAttribute("role", "group")
      target.setAttribute("aria-label", "Scrolls sideways")
      target.dataset.omRole = ""
    } else if ("omRole" in target.dataset) {
      target.removeAttribute("tabindex"); target.removeAttribute("role"); target.removeAttribute("aria-label")
      delete target.dataset.omRole
    }
  }
})
// One by one as they come near: to measure all of a long page, folded parts too, would lay it out several times.
const near = new IntersectionObserver(entries => entries.forEach(({ target, isIntersecting }) => {
  if (!isIntersecting) return
  near.unobserve(target)
  reach.observe(target)
}), { rootMargin: "100% 0px" })
document.querySelectorAll(SCROLLERS).forEach(one => near.observe(one))
document.addEventListener("toggle", ({ target }) => {
  if (target.open) target.querySelectorAll(SCROLLERS).forEach(one => reach.observe(one))
}, true)
