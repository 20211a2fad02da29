// The page of the interface for programs: the contract, to read and to try with a token of one's own.
(() => {
  const place = document.getElementById("contract");
  SwaggerUIBundle({
    url: place.dataset.source,
    domNode: place,
    validatorUrl: null, // nothing is sent elsewhere
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    tryItOutEnabled: true,
  });
})();
