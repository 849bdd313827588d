import { fileURLToPath, URL } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env.POSTROOM_DEV_SERVER ?? "http://localhost:8000";

const locales = ["en-US"];

/**
 * The component library carries its own few words in thirty languages. Only those that the screens speak
 * are kept: add a locale here together with its catalogue.
 */
function dropLocales(): Plugin {
  return {
    name: "drop-locales",
    enforce: "pre",
    load(id) {
      const found =
        /react-(?:aria|stately)(?:-components)?\/dist\/private\/.*intl\/.*?([a-z]{2}-[A-Z]{2})\.m?js$/.exec(
          id,
        );
      return found?.[1] && !locales.includes(found[1]) ? "export default {}" : undefined;
    },
  };
}

export default defineConfig({
  base: "/static/app/",
  plugins: [dropLocales(), react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../src/postroom/_assets",
    emptyOutDir: true,
    target: "es2022",
    // light-dark() stays as it is, so that a part of a page can be dark by its own color-scheme.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // Fonts keep their names so that the server-rendered pages' stylesheet can name them too.
    rollupOptions: {
      output: {
        assetFileNames: (file) =>
          file.names.some((name) => name.endsWith(".woff2"))
            ? "fonts/[name][extname]"
            : "assets/[name]-[hash][extname]",
      },
    },
  },
  server: { proxy: { "/api": server, "/accounts": server, "/media": server, "/forms": server } },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
