// Runs before the page is drawn, so that it never flashes in the other theme. A choice is kept in this browser.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try { return localStorage.getItem("theme"); } catch { return null; } // storage may be switched off
  };
  const show = (theme) => {
    root.dataset.theme = theme;
    root.dispatchEvent(new CustomEvent("themechange"));
  };
  const apply = () => show(chosen() ?? (dark.matches ? "dark" : "light"));

  globalThis.theme = {
    get choice() { return chosen() ?? "auto"; },
    choose(name) {
      try {
        if (name === "auto") localStorage.removeItem("theme");
        else localStorage.setItem("theme", name);
        apply();
      } catch {
        show(name === "auto" ? (dark.matches ? "dark" : "light") : name);
      }
    },
  };
  dark.addEventListener("change", apply);
  addEventListener("beforeprint", () => show("light")); // charts on paper are drawn for paper
  addEventListener("afterprint", apply);
  apply();
})();
