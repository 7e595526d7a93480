// In a text to send, a link is the address that it leads to, written out.
document.querySelectorAll(".om-upstream a").forEach(link => { link.textContent = link.href })
