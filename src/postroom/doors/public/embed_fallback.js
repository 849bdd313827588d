// Puts a form where its script tag stands. Served while the built script is missing; the page before it has set
// window.postroomForms[uid] = {uid, id, action, html, success_action, success_message, redirect_url}.
(function () {
  "use strict";
  var here = document.currentScript;
  var uid = here && (here.dataset.uid || (here.src.match(/([0-9a-f]{10})\/index\.js/) || [])[1]);
  var form = (window.postroomForms || {})[uid];
  if (!form || !here || here.dataset.done) return;
  here.dataset.done = "1";
  var box = document.createElement("div");
  box.innerHTML = form.html;
  here.parentNode.insertBefore(box, here);
  var node = box.querySelector("form");
  var errors = node.querySelector('[data-element="errors"]');
  var button = node.querySelector('[data-element="submit"]');
  function say(text) {
    errors.textContent = "";
    var line = document.createElement("li");
    line.textContent = text;
    errors.appendChild(line);
  }
  node.addEventListener("submit", function (event) {
    event.preventDefault();
    button.disabled = true;
    fetch(node.action, { method: "POST", headers: { Accept: "application/json" }, body: new FormData(node) })
      .then(function (answer) { return answer.json(); })
      .then(function (answer) {
        if (answer.status !== "success") {
          say((answer.errors && answer.errors.messages && answer.errors.messages[0]) || "That did not work.");
        } else if (form.success_action === "redirect") {
          window.location.assign(answer.redirect_url);
        } else {
          var done = document.createElement("p");
          done.setAttribute("role", "status");
          done.textContent = answer.message || form.success_message;
          node.replaceWith(done);
        }
      })
      .catch(function () { say("The form could not be sent. Are you online? Please try again."); })
      .then(function () { button.disabled = false; });
  });
})();
