// What a page can't do with HTML alone. Everything reads right without it.

// "Copy as SymPy" and its like: the text of the <pre> beside the button.
document.addEventListener("click", async event => {
  const button = event.target.closest(".om-copy")
  if (!button) return
  const source = button.parentElement.querySelector("pre") || button.closest("details, figure").querySelector("pre")
  await navigator.clipboard.writeText(source.innerText)
  const label = button.textContent
  button.textContent = "copied"
  setTimeout(() => { button.textContent = label }, 1500)
})

// A line that is too long scrolls within itself; then, and only then, the keyboard must reach it.
const SCROLLERS = ".om-left, .om-right, .om-eq-display, .om-scroll, .md-typeset pre > code, .md-typeset__scrollwrap, .md-typeset__table"
const reach = new ResizeObserver(entries => entries.forEach(({ target }) => {
  if (target.scrollWidth > target.clientWidth + 1) {
    target.tabIndex = 0
    if (!target.hasAttribute("role")) { target.setAttribute("role", "group"); target.dataset.omRole = "" }
    if (!target.hasAttribute("aria-label")) target.setAttribute("aria-label", "Scrolls sideways")
  } else if ("omRole" in target.dataset) {
    target.removeAttribute("tabindex"); target.removeAttribute("role"); target.removeAttribute("aria-label")
    delete target.dataset.omRole
  }
}))
document.querySelectorAll(SCROLLERS).forEach(one => reach.observe(one))
