/**
 * The form script: puts a form where its script tag stands, posts it without leaving the page, says what came of it.
 * The server writes `window.postroomForms[uid] = {...}` in front of it. No dependencies, no cookies.
 */
type Form = { html: string; success_action: string; success_message: string; redirect_url: string };
type Answer = { status: string; redirect_url?: string; message?: string; errors?: { messages?: string[] } };

// Written with :where() so that any rule of the page wins.
const style = `:where(.formkit-form){display:grid;gap:12px;max-width:480px;font:inherit;text-align:start}
:where(.formkit-form *){box-sizing:border-box}
:where(.formkit-form h2){margin:0;font-size:1.5em;line-height:1.2}
:where(.formkit-fields,.formkit-body){display:grid;gap:12px;align-content:center}
:where(.formkit-field label){display:block;margin-bottom:4px;font-size:.85em}
:where(.formkit-input){width:100%;min-height:44px;padding:8px 12px;font:inherit;color:inherit;background:transparent;border:1px solid #8b8880;border-radius:8px}
:where(.formkit-submit){min-height:44px;padding:8px 16px;font:inherit;font-weight:500;color:#fff;background:#00684b;border:0;border-radius:8px;cursor:pointer}
:where(.formkit-submit:disabled){opacity:.6}
:where(.formkit-guarantee){font-size:.85em;opacity:.8}
:where(.formkit-alert){margin:0;padding:0;list-style:none}
:where(.formkit-alert-error){color:#b3261e}
:where(.formkit-alert:empty){display:none}`;

(() => {
  const page = window as Window & { postroomForms?: Record<string, Form> };
  const all = page.postroomForms ?? {};
  const uidOf = (tag: HTMLScriptElement): string =>
    tag.dataset.uid || (/([0-9a-f]{10})\/index\.js/.exec(tag.src) || [])[1] || "";

  function addStyle(): void {
    if (document.getElementById("postroom-form-style")) return;
    const sheet = document.createElement("style");
    sheet.id = "postroom-form-style";
    sheet.textContent = style;
    document.head.append(sheet);
  }

  function list(form: HTMLFormElement, messages: string[]): void {
    const errors = form.querySelector('[data-element="errors"]');
    errors?.replaceChildren(
      ...messages.map((message) => {
        const line = document.createElement("li");
        line.textContent = message;
        return line;
      }),
    );
  }

  function thank(form: HTMLFormElement, message: string): void {
    const done = document.createElement("div");
    done.className = "formkit-alert formkit-alert-success";
    done.dataset.element = "success";
    done.setAttribute("role", "status");
    done.tabIndex = -1;
    done.textContent = message;
    form.replaceWith(done);
    done.focus({ preventScroll: true });
  }

  async function send(form: HTMLFormElement, described: Form): Promise<void> {
    const button = form.querySelector<HTMLButtonElement>('[data-element="submit"]');
    if (button?.disabled) return;
    if (button) button.disabled = true;
    list(form, []);
    try {
      const body = new FormData(form);
      body.set("referrer", location.href);
      const reply = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json" },
        body,
      });
      const answer: Answer = await reply.json();
      if (answer.status !== "success") {
        list(
          form,
          answer.errors?.messages?.length ? answer.errors.messages : ["That did not work. Please try again."],
        );
      } else if (described.success_action === "redirect" && answer.redirect_url) {
        location.assign(answer.redirect_url);
      } else {
        thank(form, answer.message || described.success_message);
      }
    } catch {
      list(form, ["The form could not be sent. Check that you are online, then try again."]);
    }
    if (button) button.disabled = false;
  }

  function place(tag: HTMLScriptElement): void {
    const described = all[uidOf(tag)];
    if (!described || tag.dataset.done) return;
    tag.dataset.done = "1";
    const holder = document.createElement("template");
    holder.innerHTML = described.html;
    const form = holder.content.querySelector("form");
    if (!form) return;
    addStyle();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void send(form, described);
    });
    tag.after(holder.content);
  }

  const here = document.currentScript;
  if (here instanceof HTMLScriptElement && all[uidOf(here)]) place(here);
  else for (const tag of document.querySelectorAll("script")) place(tag);
})();
