// Runs before anything else of a page. Steps that htmx took share one document, and htmx listens to the way back only once
// the page is ready: whoever goes back twice while it still loads would see the old content under the other address.
addEventListener("popstate", (event) => {
  if (event.state?.htmx) location.reload();
});
