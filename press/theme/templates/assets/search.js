// Stands between the page and Material's search worker. The worker and the index weigh more than
// a page: they are fetched when a reader first types, not on every visit. The page's first message
// sets the worker up, with the empty index that press/theme/hooks.py leaves in search_index.json.
// And whoever types what a page is called is shown that page first.

const SETUP = 0, READY = 1, QUERY = 2, RESULT = 3
const LITTLE = new Set(["a", "an", "and", "in", "is", "of", "or", "the", "to"])
const say = self.postMessage.bind(self)
let setup, query, state = "idle"

self.addEventListener("message", event => {
  if (state === "ready") {
    if (event.data.type === QUERY) query = event.data
    return // Material's own listener answers from here on
  }
  event.stopImmediatePropagation()
  if (event.data.type === SETUP) {
    setup = event.data.data
    say({ type: READY })
  } else if (event.data.type === QUERY && event.data.data) {
    query = event.data // only the last one is worth an answer
    if (state === "idle") {
      state = "loading"
      load().catch(error => { state = "idle"; console.error(error) })
    }
  }
})

async function load() {
  const answer = await fetch(new URL("../search/index.json", self.location))
  if (!answer.ok) throw new Error(`search/index.json: expected the index, got ${answer.status}`)
  const index = await answer.json()
  importScripts(new URL(new URL(self.location).searchParams.get("worker"), self.location))
  importScripts(new URL("token-set.js", self.location))
  // The page has heard "ready" already; when Material's worker says it, the query is due.
  self.postMessage = message => {
    if (message.type !== READY) return say(message)
    self.postMessage = answer => say(answer.type === RESULT ? { ...answer, data: calledFirst(answer.data) } : answer)
    hand(query)
  }
  state = "ready"
  hand({ type: SETUP, data: { ...setup, ...index } })
}

function hand(data) {
  self.dispatchEvent(new MessageEvent("message", { data }))
}

// A result is a page: its own entry, which has no parent, and the sections that were found in it.
function calledFirst(found) {
  const typed = words(query.data)
  const called = page => page.some(one => !one.parent && [one.title, ...one.tags ?? []].some(name => same(typed, words(name))))
  const [first, after] = [found.items.filter(called), found.items.filter(page => !called(page))]
  // The names have done their part. Shown, each result's would be a landmark without a name of its own.
  const items = [...first, ...after].map(page => page.map(({ tags, ...one }) => one))
  return { ...found, items }
}

function words(text) {
  const all = text.replace(/<[^>]*>/g, "").toLowerCase().match(/[\p{L}\p{N}\u2202]+/gu) ?? []
  return all.filter(one => !LITTLE.has(one))
}

/** Every word typed begins a word of the name, and no word of the name is left over. */
function same(typed, name) {
  return typed.every(one => name.some(word => word.startsWith(one))) && name.every(word => typed.some(one => word.startsWith(one)))
}
