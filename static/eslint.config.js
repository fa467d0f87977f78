import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "node_modules"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ["**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      eqeqeq: ["error", "always"],
      "no-console": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true }],
    },
  },
  {
    // The layers: model knows nothing but itself; api nothing above model; store nothing that draws.
    files: ["src/model/**"],
    rules: {
      "no-restricted-imports": ["error", { paths: ["react", "antd"], patterns: ["**/api/**", "**/store/**", "**/nodes/**", "**/panels/**", "**/pages/**"] }],
    },
  },
  {
    files: ["src/api/**", "src/store/**"],
    rules: {
      "no-restricted-imports": ["error", { paths: ["antd"], patterns: ["**/nodes/**", "**/panels/**", "**/pages/**"] }],
    },
  },
);
