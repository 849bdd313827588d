import { defineConfig } from "vite";

// The form script is one plain file of its own: the server puts a form's data in front of it.
export default defineConfig({
  build: {
    outDir: "../src/postroom/_assets",
    emptyOutDir: false,
    target: "es2019",
    lib: { entry: "src/embed.ts", formats: ["iife"], name: "PostroomForm", fileName: () => "embed.js" },
  },
});
