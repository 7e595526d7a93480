// What a page can't do with HTML alone. Everything reads right without it.

// Every listing runs as it stands, so it is worth copying.
for (const code of document.querySelectorAll(".md-typeset .highlight pre > code")) {
  const box = code.closest(".highlight")
  if (box.parentElement.querySelector(":scope > .om-copy")) continue
  box.insertAdjacentHTML("afterbegin", '<button type="button" class="om-copy">copy</button>')
}
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

// A line that is too long scrolls within itself; then, and only then, the keyboard must reach it.
const SCROLLERS =
  ".om-left, .om-right, .om-eq-display, .om-claim-stated, .om-notation, .om-trust, .md-typeset pre > code, .md-typeset__scrollwrap"
const reach = new ResizeObserver(entries => entries.forEach(({ target }) => {
  if (target.scrollWidth > target.clientWidth + 1) {
    target.tabIndex = 0
    if (target.hasAttribute("role") || target.matches("table")) return
    target.setAttribute("role", "group")
    target.setAttribute("aria-label", "Scrolls sideways")
    target.dataset.omRole = ""
  } else if ("omRole" in target.dataset) {
    target.removeAttribute("tabindex"); target.removeAttribute("role"); target.removeAttribute("aria-label")
    delete target.dataset.omRole
  }
}))
document.querySelectorAll(SCROLLERS).forEach(one => reach.observe(one))
