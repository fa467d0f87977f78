import { promises as fs } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vitest/config";

/** Leave a .gz beside every text file of the build, so that the server need not compress per request. */
function precompress(): Plugin {
  return {
    name: "zongji-precompress",
    apply: "build",
    async writeBundle(options, bundle) {
      const folder = options.dir ?? "dist";
      const names = Object.keys(bundle).filter((name) => /\.(js|css|html|svg|json)$/.test(name));
      await Promise.all(
        names.map(async (name) => {
          const bytes = await fs.readFile(path.join(folder, name));
          await fs.writeFile(path.join(folder, `${name}.gz`), await promisify(gzip)(bytes, { level: 9 }));
        }),
      );
    },
  };
}

const server = process.env["ZONGJI_SERVER"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), precompress()],
  server: {
    host: "127.0.0.1",
    port: 26000,
    proxy: { "/api": server, "/healthz": server },
  },
  preview: { host: "127.0.0.1", port: 26001 },
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 900,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler|react-router|zustand|i18next|react-i18next)[\\/]/, priority: 20 },
            { name: "canvas", test: /node_modules[\\/](@xyflow|d3-[a-z]+)[\\/]/, priority: 15 },
          ],
        },
      },
    },
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
  },
});
