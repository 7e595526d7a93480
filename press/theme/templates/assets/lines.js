// Filters the ledger's lines by source, verdict, kind and words. What is chosen stands in the address.

const box = document.querySelector(".om-filter"), told = box.querySelector("output")
const fields = [...box.querySelectorAll("select, input")]
const rows = [...document.querySelectorAll(".om-ledger > li")]
const lists = [...document.querySelectorAll(".om-ledger")]

// A claim is read where it is said first; where it goes on, only its name stands.
const claims = new Map()
document.querySelectorAll(".om-ledger [data-kind]").forEach(one => claims.set(one.dataset.claim, {
  kind: one.dataset.kind,
  verdict: one.querySelector(".om-ruling").dataset.ruling,
  text: one.textContent.toLowerCase(),
}))

const lines = row => row.dataset.first ? row.dataset.last - row.dataset.first + 1 : 0
const wanted = () => Object.fromEntries(fields.map(field => [field.name, field.value.trim()]))
const clear = () => fields.forEach(field => { field.value = "" })

function fits(claim, { verdict, kind, words }) {
  const text = words.toLowerCase()
  return (!verdict || claim.verdict === verdict) && (!kind || claim.kind === kind) && claim.text.includes(text)
}

function filter() {
  const want = wanted(), line = want.words.match(/^l?(\d+)$/i)
  const rest = line ? { ...want, words: "" } : want
  const seen = new Set()
  let many = 0, found = 0
  for (const row of rows) {
    const within = !line || (+row.dataset.first <= line[1] && line[1] <= +row.dataset.last)
    let shown = within && (!want.source || row.parentElement.dataset.source === want.source)
    const inside = row.querySelectorAll("[data-claim]")
    if (shown && inside.length) {
      const some = [...inside].filter(one => {
        const fit = fits(claims.get(one.dataset.claim), rest)
        one.hidden = !fit
        return fit
      })
      some.forEach(one => seen.add(one.dataset.claim))
      shown = some.length > 0
    } else if (shown) {
      shown = (!want.verdict || want.verdict === "silent") && !want.kind
        && row.textContent.toLowerCase().includes(rest.words.toLowerCase())
    }
    row.hidden = !shown
    if (shown) {
      found += 1
      many += lines(row)
    }
  }
  for (const list of lists) {
    const empty = ![...list.children].some(row => !row.hidden)
    for (let above = list.parentElement; above; above = above.previousElementSibling) {
      above.hidden = empty // the list, what is said of it, and its heading
      if (above.tagName === "H2") break
    }
  }
  const count = (number, one, more) => `${number.toLocaleString("en")} ${number === 1 ? one : more}`
  told.value = found
    ? `${count(seen.size, "claim", "claims")} on ${count(many, "line", "lines")}${many ? "" : " of a text"}`
    : "Nothing fits. Choose less, or show all."
}

function keep() {
  const chosen = new URLSearchParams(Object.entries(wanted()).filter(([, value]) => value)).toString()
  history.replaceState(null, "", `${location.pathname}${chosen && `?${chosen}`}${location.hash}`)
}

function restore() {
  const given = new URLSearchParams(location.search)
  for (const field of fields) {
    field.value = given.get(field.name) ?? ""
    if (field.selectedIndex < 0) field.value = "" // no such choice
  }
}

// A line inside a row has no anchor of its own: #S3-L92 is the row that begins at 91.
function find() {
  const [, source, line] = location.hash.match(/^#(S\d)-L(\d+)$/) ?? []
  const row = source && rows.find(one => one.parentElement.dataset.source === source
    && +one.dataset.first <= line && line <= +one.dataset.last)
  const target = row || document.getElementById(location.hash.slice(1))
  if (!target) return
  if (target.closest("[hidden]")) { clear(); changed() } // a link to what is filtered away shows it
  target.scrollIntoView()
}

const changed = () => { filter(); keep() }
box.addEventListener("input", changed)
box.querySelector("button").addEventListener("click", () => { clear(); changed() })
addEventListener("popstate", () => { restore(); filter() })
addEventListener("hashchange", find)
restore()
filter()
find()
