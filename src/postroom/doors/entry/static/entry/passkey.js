// Passkeys, the one script of these pages. Without it (or without support) their buttons stay hidden.
(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const options = (given) => {
    const key = { ...given.publicKey, challenge: bytes(given.publicKey.challenge) };
    if (key.user) key.user = { ...key.user, id: bytes(key.user.id) };
    for (const list of ["allowCredentials", "excludeCredentials"])
      if (key[list]) key[list] = key[list].map((each) => ({ ...each, id: bytes(each.id) }));
    return key;
  };
  const written = (credential) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
      if (credential.response[part]) response[part] = text(credential.response[part]);
    return JSON.stringify({
      type: credential.type, id: credential.id, rawId: text(credential.rawId), response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };
  const asked = async (form) => {
    const data = document.getElementById("passkey-data");
    if (data) return JSON.parse(data.textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}. Try again in a minute.`);
    return answer.json();
  };
  const press = async (form) => {
    const said = form.querySelector("[role=alert]");
    said.textContent = "";
    try {
      const data = await asked(form);
      let credential;
      if (data.creation_options) {
        const key = options(data.creation_options);
        key.authenticatorSelection = {
          ...key.authenticatorSelection,
          residentKey: "required", requireResidentKey: true, userVerification: "required",
        };
        credential = await navigator.credentials.create({ publicKey: key });
      } else credential = await navigator.credentials.get({ publicKey: options(data.request_options) });
      form.elements.credential.value = written(credential);
      form.submit();
    } catch (error) {
      said.textContent = error.name === "NotAllowedError"
        ? "Nothing was chosen, or it took too long. Try again." : error.message;
    }
  };
  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    for (const hidden of document.querySelectorAll("[data-passkey-part]")) hidden.hidden = false;
    form.querySelector("button").addEventListener("click", (event) => {
      event.preventDefault();
      press(form);
    });
  }
})();
