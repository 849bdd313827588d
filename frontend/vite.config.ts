import { fileURLToPath, URL } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.POSTROOM_DEV_SERVER ?? "http://localhost:8000";

export default defineConfig({
  base: "/static/app/",
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../src/postroom/_assets",
    emptyOutDir: true,
    target: "es2022",
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
