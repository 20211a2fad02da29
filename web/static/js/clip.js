// A moment of a call goes into a playlist without leaving the page: links with data-clip lead to a form, which is shown here.

const dialog = document.getElementById("clip");
const body = dialog?.querySelector("[data-body]");

function tell(text, kind) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind } }));
}

async function page(response) {
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

// Why a request was refused, as its page says it.
async function refusal(response) {
  const answer = await page(response);
  return (answer.querySelector(".alert, main") ?? answer.body).textContent.trim();
}

async function show(link) {
  const address = new URL(link.href);
  const sound = document.querySelector("[data-audio]");
  if ("moment" in link.dataset && sound) address.searchParams.set("at", sound.currentTime.toFixed(2));
  sound?.pause();
  const response = await fetch(address);
  if (!response.ok) return tell(await refusal(response), "refused");
  const form = (await page(response)).getElementById("clip-form");
  body.replaceChildren(form);
  dialog.showModal();
  form.elements.playlist.focus();
  form.elements.playlist.select();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-clip]");
  if (!link || !dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation(); // a click on a turn plays it
  show(link).catch(() => location.assign(link.href));
}, true);

body?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "HX-Request": "true" } });
  if (!response.ok) return tell(await refusal(response), "refused");
  dialog.close();
  const { toast } = JSON.parse(response.headers.get("HX-Trigger"));
  tell(toast.text, toast.kind);
});

dialog?.addEventListener("close", () => body.replaceChildren()); // its sound, too
